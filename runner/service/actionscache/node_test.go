package actionscache

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cibench/cibench/internal/nodetest"
	"github.com/cibench/cibench/runner/service/actionscache/entry"
)

// A step is one of testdata/node/client.mjs: save, restore or download.
type step struct {
	Path        string   `json:"path,omitempty"`
	Save        string   `json:"save,omitempty"`
	Restore     string   `json:"restore,omitempty"`
	RestoreKeys []string `json:"restoreKeys,omitempty"`
	Download    string   `json:"download,omitempty"`
}

// A came is what came of a step.
type came struct {
	ID     int64
	Key    string
	SHA256 string
	Error  string
}

// A job runs steps with a client of GitHub's, in a workspace of its own.
type job struct {
	*rig
	client  string // package
	v2      bool
	modules string
	dir     string
}

func (j *job) file(name string) string { return filepath.Join(j.dir, "work", name) }

// write makes a file of the workspace, of bytes that do not compress.
func (j *job) write(name string, size int) (sum string) {
	j.t.Helper()
	data := make([]byte, size)
	rng := rand.NewChaCha8([32]byte{byte(size)})
	rng.Read(data)
	if err := os.WriteFile(j.file(name), data, 0o644); err != nil {
		j.t.Fatal(err)
	}
	return fmt.Sprintf("%x", sha256.Sum256(data))
}

// run returns what came of the steps, and what the client printed.
func (j *job) run(steps ...step) (results []came, printed string) {
	j.t.Helper()
	text, err := json.Marshal(steps)
	if err != nil {
		j.t.Fatal(err)
	}
	out := filepath.Join(j.dir, "results.json")
	cmd := exec.CommandContext(j.t.Context(), "node", filepath.Join(j.dir, "client.mjs"), string(text))
	cmd.Dir = filepath.Join(j.dir, "work")
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + j.dir, "RUNNER_TEMP=" + j.dir, "GITHUB_WORKSPACE=" + cmd.Dir,
		"CLIENT=" + j.client, "RESULTS=" + out,
		"ACTIONS_RUNTIME_TOKEN=" + j.token, "ACTIONS_CACHE_URL=" + j.url + "/", "ACTIONS_RESULTS_URL=" + j.url + "/",
	}
	if j.v2 {
		cmd.Env = append(cmd.Env, "ACTIONS_CACHE_SERVICE_V2=true")
	}
	said, err := cmd.CombinedOutput()
	if err != nil {
		j.t.Fatalf("node: %v\n%s", err, said)
	}
	if text, err = os.ReadFile(out); err == nil {
		err = json.Unmarshal(text, &results)
	}
	if err != nil || len(results) != len(steps) {
		j.t.Fatalf("results of %d steps: %s %v\n%s", len(steps), text, err, said)
	}
	return results, string(said)
}

// The packages: the current release, which speaks v1 where a server is not
// known for v2, and the last one that knows v1 alone.
var nodeClients = []struct {
	name, client string
	v2           bool
}{
	{"current v2", "@actions/cache", true},
	{"current v1", "@actions/cache", false},
	{"3.3.0 v1", "cache-v1", false},
}

func newJob(t *testing.T, client string, v2 bool) *job {
	t.Helper()
	j := &job{
		rig:    serveWith(t, Config{Dir: t.TempDir(), Limits: entry.GitHub(), Now: time.Now}, nil),
		client: client, v2: v2, modules: nodetest.Modules(t, "testdata/node", "tar", "zstd"), dir: t.TempDir(),
	}
	script, err := os.ReadFile("testdata/node/client.mjs")
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		os.Mkdir(filepath.Join(j.dir, "work"), 0o755),
		os.WriteFile(filepath.Join(j.dir, "client.mjs"), script, 0o644),
		os.Symlink(j.modules, filepath.Join(j.dir, "node_modules")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return j
}

// TestNodeClient saves and restores with GitHub's own client: a miss, a save, a
// second save of the key, an exact hit and one by a restore key.
func TestNodeClient(t *testing.T) {
	t.Parallel()
	for _, client := range nodeClients {
		t.Run(client.name, func(t *testing.T) {
			t.Parallel()
			j := newJob(t, client.client, client.v2)
			sum := j.write("data", 1<<20)
			got, printed := j.run(
				step{Save: "Linux-pip-1", Path: "data"},
				step{Save: "Linux-pip-1", Path: "data"},
				step{Restore: "Linux-pip-1", Path: "data"},
				step{Restore: "Linux-pip-2", RestoreKeys: []string{"Linux-npm-", "Linux-pip-"}, Path: "data"},
				step{Restore: "Linux-npm-1", RestoreKeys: []string{"Linux-npm-"}, Path: "data"},
				step{Restore: "a,b", Path: "data"},
			)
			want := []came{
				{ID: j.id("Linux-pip-1")}, {ID: -1},
				{Key: "Linux-pip-1", SHA256: sum}, {Key: "Linux-pip-1", SHA256: sum}, {},
				{Error: "ValidationError: Key Validation Error: a,b cannot contain commas."},
			}
			if !slices.Equal(got, want) {
				t.Errorf("got  %+v\nwant %+v\n%s", got, want, printed)
			}
			if want := "Unable to reserve cache with key Linux-pip-1, another job may be creating this cache."; !strings.Contains(printed, want) {
				t.Errorf("second save: got\n%s\nwant %s", printed, want)
			}
			c := j.Counters()
			size := c.Committed.Bytes
			if c.Hits != 1 || c.Fallbacks != 1 || c.Misses != 1 || c.Conflicts != 1 || c.Errors+c.Denied != 0 ||
				c.Committed.Requests != 1 || c.Uploads.Bytes != size || c.Downloads != (Count{Requests: 2, Bytes: 2 * size}) || size < 1<<20 {
				t.Errorf("counters: got %+v", c)
			}
		})
	}
}

// TestNodeClientLargeArchive goes over the 128 MiB up to which the client sends
// an archive at once.
func TestNodeClientLargeArchive(t *testing.T) {
	t.Parallel()
	for _, client := range nodeClients {
		t.Run(client.name, func(t *testing.T) {
			j := newJob(t, client.client, client.v2)
			sum := j.write("data", 130<<20)
			got, printed := j.run(step{Save: "large", Path: "data"}, step{Restore: "large", Path: "data"})
			if want := []came{{ID: j.id("large")}, {Key: "large", SHA256: sum}}; !slices.Equal(got, want) {
				t.Fatalf("got  %+v\nwant %+v\n%s", got, want, printed)
			}
			c := j.Counters()
			parts := int64(5) // of 32 MiB, in v1
			if client.v2 {
				parts = 3 // of 64 MiB
			}
			if c.Uploads != (Count{Requests: parts, Bytes: c.Committed.Bytes}) || c.Errors != 0 {
				t.Errorf("counters: got %+v, want %d uploads of all bytes", c, parts)
			}
			if client.v2 {
				held, err := j.List()
				if err != nil {
					t.Fatal(err)
				}
				link := j.linkTo(held[0])
				if got, _ := j.run(step{Download: link}); got[0].SHA256 != held[0].Archive.Encoded() {
					t.Errorf("by ranges: got %+v, want %s", got[0], held[0].Archive.Encoded())
				}
			}
		})
	}
}

// linkTo returns a link to an entry's archive.
func (r *rig) linkTo(h Held) string {
	r.t.Helper()
	return r.call("GetCacheEntryDownloadURL", downloadRequest{h.Key, nil, h.Version}).field("signed_download_url")
}

// TestNodeClientDenied saves with a token that can only read, and restores what
// is cut short.
func TestNodeClientDenied(t *testing.T) {
	t.Parallel()
	for _, client := range nodeClients {
		t.Run(client.name, func(t *testing.T) {
			t.Parallel()
			j := newJob(t, client.client, client.v2)
			j.write("data", 1<<20)
			j.run(step{Save: "k", Path: "data"})
			reader := *j
			reader.rig = j.as(asRead)
			got, printed := reader.run(step{Save: "k2", Path: "data"}, step{Restore: "k", Path: "data"})
			if got[0].ID != -1 || !strings.Contains(printed, "cache write denied: token has no writable scopes") {
				t.Errorf("save, read-only: got %+v\n%s", got[0], printed)
			}
			if got[1].Key != "k" {
				t.Errorf("restore, read-only: got %+v\n%s", got[1], printed)
			}
			if err := j.Truncate(j.id("k"), 1000); err != nil {
				t.Fatal(err)
			}
			got, printed = j.run(step{Restore: "k", Path: "data"})
			if got[0].Key != "" || !strings.Contains(printed, "Failed to restore: ") {
				t.Errorf("corrupt: got %+v\n%s", got[0], printed)
			}
		})
	}
}
