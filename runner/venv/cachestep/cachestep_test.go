package cachestep

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cibench/cibench/runner/service/actionscache"
	"github.com/cibench/cibench/runner/service/actionscache/entry"
	"github.com/cibench/cibench/runner/venv/workflow/cachekey"
)

// zstdArg makes the test's own program what tar compresses by.
const zstdArg = "for-tar"

// TestMain makes the test's own program the one that tar compresses by. What the
// user has set for tar is no part of what is measured.
func TestMain(m *testing.M) {
	if !slices.Contains(os.Args, zstdArg) {
		os.Setenv("TAR_OPTIONS", "--no-such-option")
		os.Exit(m.Run())
	}
	direction := Compress
	if slices.Contains(os.Args, "-d") {
		direction = Decompress
	}
	if err := Zstd(direction, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// A rig is a job's file system beside a running cache.
type rig struct {
	Step
	t     *testing.T
	cache *actionscache.Cache
	log   *bytes.Buffer
}

func newRig(t *testing.T) *rig {
	t.Helper()
	cache, err := actionscache.New(actionscache.Config{Dir: filepath.Join(t.TempDir(), "cache"), Limits: entry.GitHub(), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(cache)
	t.Cleanup(func() {
		server.Close()
		if err := cache.Close(); err != nil {
			t.Error(err)
		}
	})
	r := &rig{t: t, cache: cache, log: &bytes.Buffer{}}
	r.Step = Step{URL: server.URL + "/", Log: r.log}
	r.as(entry.Branch("refs/heads/main", "refs/heads/main"))
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	r.Zstd = program + " " + zstdArg
	r.machine()
	return r
}

func (r *rig) as(scopes []entry.Scope) {
	r.t.Helper()
	var err error
	if r.Token, err = r.cache.Token(scopes...); err != nil {
		r.t.Fatal(err)
	}
}

// machine gives the rig an empty file system.
func (r *rig) machine() {
	r.Home = r.t.TempDir()
	r.Workspace, r.Temp = filepath.Join(r.Home, "work/p/p"), filepath.Join(r.Home, "work/_temp")
	if err := os.MkdirAll(r.Workspace, 0o755); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) write(path, text string) {
	r.t.Helper()
	file := filepath.Join(r.Home, path)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

// files returns what lies in the home folder, "path=text" each.
func (r *rig) files() string {
	r.t.Helper()
	var all []string
	err := fs.WalkDir(os.DirFS(r.Home), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(r.Home, name))
		all = append(all, name+"="+string(text))
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return strings.Join(all, " ")
}

var paths = []string{"~/.cache/pip", ".venv"}

func (r *rig) do(op Op, primary string, restore ...string) Report {
	r.t.Helper()
	r.log.Reset()
	return r.Run(r.t.Context(), Request{op, paths, cachekey.Keys{Primary: primary, Restore: restore}})
}

func parts(r Report) string {
	var all []string
	for i, s := range r.Spans {
		if s.Stop < s.Start || i > 0 && s.Start < r.Spans[i-1].Stop {
			all = append(all, "out of order:")
		}
		all = append(all, string(s.Part))
	}
	return strings.Join(all, " ")
}

func TestSaveAndRestore(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	if got := r.do(Restore, "k-1", "k-"); got.Found != "" || parts(got) != "look-up" || got.Warning+got.Failure != "" {
		t.Errorf("nothing there: got %+v", got)
	}
	r.write(".cache/pip/http/a", "A")
	r.write("work/p/p/.venv/bin/python", "B")
	r.write("work/p/p/app.py", "not cached")
	saved := r.do(Save, "k-1")
	if saved.Entry == "" || saved.Archive == 0 || saved.Uploaded != saved.Archive || parts(saved) != "compress upload" {
		t.Errorf("save: got %+v\n%s", saved, r.log)
	}
	for _, tt := range []struct {
		primary  string
		restore  []string
		exact    bool
		log      string
		op       Op
		parts    string
		restored string
	}{
		{"k-1", []string{"k-"}, true, "Cache hit for: k-1\n", Restore, "look-up download extract", ".cache/pip/http/a=A work/p/p/.venv/bin/python=B"},
		{"k-2", []string{"none", "k-"}, false, "Cache hit for restore-key: k-1\n", Restore, "look-up download extract", ".cache/pip/http/a=A work/p/p/.venv/bin/python=B"},
		{"k-2", []string{"k-"}, false, "Cache hit for restore-key: k-1\nLookup only - skipping download\n", LookUp, "look-up", ""},
	} {
		r.machine()
		got := r.do(tt.op, tt.primary, tt.restore...)
		want := Report{Found: "k-1", Matched: "k-1", Exact: tt.exact, Spans: got.Spans}
		if tt.op == Restore {
			want.Archive, want.Downloaded = saved.Archive, saved.Archive
		}
		if fmt.Sprint(got) != fmt.Sprint(want) || parts(got) != tt.parts || !strings.HasPrefix(r.log.String(), tt.log) || r.files() != tt.restored {
			t.Errorf("%s %s: got %+v\nwant %+v\nparts %s\nfiles %s\n%s", tt.op, tt.primary, got, want, parts(got), r.files(), r.log)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(r.Temp, "*")); len(left) > 0 {
		t.Errorf("left in the folder for temporary files: %q", left)
	}
}

// An archive of several blocks, fetched in several segments.
func TestBlocks(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.segment, r.chunk, r.single, r.block = 5000, 700, 1000, 900
	var text strings.Builder
	for i := range 6000 { // digests do not compress
		fmt.Fprintf(&text, "%x", cachekey.Version([]string{fmt.Sprint(i)})[:8])
	}
	r.write("work/p/p/.venv/large", text.String())
	saved := r.do(Save, "k")
	if c := r.cache.Counters(); saved.Entry == "" || c.Uploads.Requests < saved.Archive/900 || c.Uploads.Bytes < saved.Archive || saved.Archive < 2*5000 {
		t.Fatalf("save: got %+v and %+v\n%s", saved, c, r.log)
	}
	r.machine()
	got := r.do(Restore, "k")
	if r.files() != "work/p/p/.venv/large="+text.String() {
		t.Errorf("restored other bytes: %+v\n%s", got, r.log)
	}
	if c := r.cache.Counters(); c.Downloads.Requests < saved.Archive/700 || c.Downloads.Bytes != saved.Archive {
		t.Errorf("downloads: got %+v, want %d bytes in requests of 700", c.Downloads, saved.Archive)
	}
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	const taken = "Failed to save: Unable to reserve cache with key k, another job may be creating this cache."
	r.write("work/p/p/.venv/a", strings.Repeat("some text ", 1000))
	if got := r.do(Save, "k"); got.Entry == "" {
		t.Fatalf("save: got %+v\n%s", got, r.log)
	}
	if got := r.do(Save, "k"); got.Entry != "" || got.Warning != taken || !strings.Contains(r.log.String(), "409") {
		t.Errorf("key that is taken: got %+v\n%s", got, r.log)
	}
	r.as(entry.Branch("refs/heads/main", "refs/heads/main")[:0])
	if got := r.do(Restore, "k"); !strings.HasPrefix(got.Warning, "Failed to restore: Failed to GetCacheEntryDownloadURL: Received non-retryable error: Failed request: (403) Forbidden: cache read denied") {
		t.Errorf("no scopes: got %+v", got)
	}
	r.as([]entry.Scope{{Ref: "refs/heads/main", Permission: entry.Read}})
	if got := r.do(Save, "other"); got.Entry != "" || !strings.Contains(got.Warning, "Unable to reserve") || !strings.Contains(r.log.String(), "no writable scopes") {
		t.Errorf("read-only scope: got %+v\n%s", got, r.log)
	}
	held, err := r.cache.List()
	if err != nil || len(held) != 1 {
		t.Fatalf("entries: %v %v", held, err)
	}
	if err := r.cache.Truncate(held[0].ID, held[0].Size/2); err != nil {
		t.Fatal(err)
	}
	got := r.do(Restore, "k")
	if got.Found != "k" || got.Matched != "" || parts(got) != "look-up download extract" || !strings.HasSuffix(got.Warning, "failed with exit code 2") || got.Downloaded != held[0].Size/2 {
		t.Errorf("truncated archive: got %+v\n%s", got, r.log)
	}
	if strings.Contains(r.log.String(), "restored successfully") {
		t.Errorf("truncated archive: the log says\n%s", r.log)
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, tt := range []struct {
		op      Op
		keys    []string
		failure string
	}{
		{Restore, []string{"a,b"}, "Key Validation Error: "},
		{Save, []string{strings.Repeat("k", 513)}, "Key Validation Error: "},
		{Restore, []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"}, "Key Validation Error: 11 keys"},
		{"read", []string{"a"}, `operation "read"`},
		{Save, []string{"k"}, "Path Validation Error: Path(s) specified in the action for caching do(es) not exist"},
	} {
		got := r.do(tt.op, tt.keys[0], tt.keys[1:]...)
		if !strings.HasPrefix(got.Failure, tt.failure) || got.Warning != "" {
			t.Errorf("%s %q: got %+v, want %s", tt.op, tt.keys, got, tt.failure)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := r.Run(ctx, Request{Restore, paths, cachekey.Keys{Primary: "k"}}); !strings.Contains(got.Warning, "canceled") {
		t.Errorf("ended before it began: got %+v", got)
	}
}

func TestZstdRefuses(t *testing.T) {
	t.Parallel()
	var whole, out bytes.Buffer
	if err := Zstd(Compress, strings.NewReader(strings.Repeat("text", 1000)), &whole); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"cut off": whole.Bytes()[:whole.Len()-3], "no archive": []byte("not zstd at all")} {
		if err := Zstd(Decompress, bytes.NewReader(data), &out); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
