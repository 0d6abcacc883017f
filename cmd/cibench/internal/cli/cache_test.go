package cli

import (
	"archive/tar"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/cibench/cibench/runner/service/actionscache"
	"github.com/cibench/cibench/runner/service/actionscache/entry"
	"github.com/cibench/cibench/runner/service/link"
)

// A cacheRig is a running Actions cache of a session, with a client.
type cacheRig struct {
	*actionscache.Cache
	t       *testing.T
	session *session
	url     string
	token   string
}

// serveCacheIn starts the cache of a session in that cache directory.
func serveCacheIn(t *testing.T, dir string) *cacheRig {
	t.Helper()
	r := &cacheRig{t: t, session: &session{cfg: &config{CacheDir: dir}, say: func(msg string) { t.Error(msg) }}}
	var err error
	if r.session.ports.cache, err = actionscache.Listen(0); err != nil {
		t.Fatal(err)
	}
	if r.session.ports.archives, err = actionscache.Listen(0); err != nil {
		t.Fatal(err)
	}
	r.url = "http://" + r.session.ports.cache.Addr().String() + "/_apis/artifactcache/"
	var ms atomic.Int64 // what is later is to have a later time, and no test to depend on how much
	now := func() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, int(ms.Add(1)*1e6), time.UTC) }
	if r.Cache, err = r.session.serveCache(link.New(link.Profile{}), r.session.cfg.actionsCache(), now); err != nil {
		t.Fatal(err)
	}
	if r.token, err = r.Token(entry.Branch("refs/heads/main", "refs/heads/main")...); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *cacheRig) close() {
	r.t.Helper()
	if err := r.session.close(); err != nil {
		r.t.Fatal(err)
	}
}

// do sends a request of the first protocol and returns the answer's body.
func (r *cacheRig) do(method, path string, body []byte, contentRange string) string {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.url+path, bytes.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+r.token)
	if contentRange != "" {
		req.Header.Set("Content-Range", contentRange)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= 300 {
		r.t.Fatalf("%s %s: got %d %s, %v", method, path, resp.StatusCode, text, err)
	}
	return string(text)
}

// save saves an entry and returns its id.
func (r *cacheRig) save(key, version string, archive []byte) (id int64) {
	r.t.Helper()
	var reserved struct{ CacheID int64 }
	body := fmt.Sprintf(`{"key":%q,"version":%q}`, key, version)
	if err := json.Unmarshal([]byte(r.do("POST", "caches", []byte(body), "")), &reserved); err != nil {
		r.t.Fatal(err)
	}
	path := fmt.Sprint("caches/", reserved.CacheID)
	r.do("PATCH", path, archive, fmt.Sprintf("bytes 0-%d/*", len(archive)-1))
	r.do("POST", path, fmt.Appendf(nil, `{"size":%d}`, len(archive)), "")
	return reserved.CacheID
}

// venvArchive is what the cache action saves of a virtual environment.
func venvArchive(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	z, err := zstd.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(z)
	for _, h := range []tar.Header{
		{Name: ".venv/", Typeflag: tar.TypeDir, Mode: 0o755},
		{Name: ".venv/bin/python", Typeflag: tar.TypeReg, Size: 2000},
		{Name: "../../root/.cache/pip/", Typeflag: tar.TypeDir, Mode: 0o755},
	} {
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(make([]byte, h.Size)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// cibench runs the program in this process on a cache directory.
func cibench(t *testing.T, dir string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, log bytes.Buffer
	io := &IO{Out: &out, Err: &log, Getenv: func(string) string { return "" }, Home: t.TempDir()}
	code = Run(t.Context(), io, append(args, "--cache-dir", dir))
	return code, out.String(), log.String()
}

// leftCache runs a cache that four entries were saved to: one hit, one never
// found, one cut off and one deleted.
func leftCache(t *testing.T, dir string) {
	t.Helper()
	r := serveCacheIn(t, dir)
	version := strings.Repeat("ab", 32)
	r.save("Linux-venv-1", version, venvArchive(t))
	r.save("=1+1|", version, []byte(`{"layers":[]}`))
	cut := r.save("pip", "v", bytes.Repeat([]byte("x"), 3000))
	gone := r.save("old", "v", []byte("gone"))
	r.do("GET", "cache?version="+version+"&keys=Linux-venv-", nil, "")
	if err := r.Truncate(cut, 1000); err != nil {
		t.Fatal(err)
	}
	r.Delete(gone)
	r.close()
}

func TestCacheLs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	leftCache(t, dir)
	code, out, log := cibench(t, dir, "cache", "ls")
	size := len(venvArchive(t))
	want := fmt.Sprintf(`As the last trial that used it left it; ages are of the end of that run, 2026-11-24 12:00:00 UTC.

ID  KEY           SCOPE            VERSION       SIZE    AGE  LAST HIT  NOTE
1   Linux-venv-1  refs/heads/main  abababababab  %-6s  0 s  0 s
3   pip           refs/heads/main  v             3.0 kB  0 s  never     cut to 1.0 kB
2   =1+1|         refs/heads/main  abababababab  13 B    0 s  never
4   old           refs/heads/main  v             4 B     0 s  never     deleted
`, fmt.Sprint(size, " B"))
	if code != 0 || out != want || log != "" {
		t.Errorf("got %d\n%s%s\nwant\n%s", code, out, log, want)
	}

	_, out, _ = cibench(t, dir, "cache", "ls", "--format", "md")
	if !strings.Contains(out, "| 2 | =1+1&#124; | refs/heads/main | abababababab | 13 B |") {
		t.Errorf("got no such row of Markdown in\n%s", out)
	}

	_, out, _ = cibench(t, dir, "cache", "ls", "--format", "csv")
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || len(rows) != 5 || rows[3][1] != "'=1+1|" || rows[1][3] != strings.Repeat("ab", 32) || rows[2][5] != "1000" || rows[4][8] != "deleted" {
		t.Errorf("got rows %q, %v", rows, err)
	}

	_, out, _ = cibench(t, dir, "cache", "ls", "--format", "json")
	var lines []cacheLine
	if err := json.Unmarshal([]byte(out), &lines); err != nil || len(lines) != 4 {
		t.Fatalf("got %v of\n%s", err, out)
	}
	if first := lines[0]; first.LastHit == nil || first.Size != int64(size) || first.Created.IsZero() || lines[1].LastHit != nil {
		t.Errorf("got %+v, want the first hit and the second never", lines[:2])
	}
}

func TestCacheShow(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	leftCache(t, dir)
	for name, tt := range map[string]struct {
		ref  string
		code int
		want []string // in the output
	}{
		"by key": {"Linux-venv-1", 0, []string{
			"key       Linux-venv-1\nid        1\n", "version   " + strings.Repeat("ab", 32) + "\n", "last hit  2", "archive   sha256:",
			"FILES  UNPACKED  HOLDS\n", "1    2.0 kB  .venv/\n", "0       0 B  ../../root/.cache/pip/\n"}},
		"by id":   {"2", 0, []string{"key       =1+1|", "last hit  never\n", "The archive is no tar"}},
		"cut off": {"pip", 0, []string{"size      3.0 kB (3000 bytes)\n", "note      cut to 1.0 kB\n", "The archive is no tar"}},
		"gone":    {"old", 0, []string{"note      deleted\n"}},
		"unknown": {"venv", 2, []string{`cibench: the Actions cache has no entry with key or id "venv"`, "hint: one of Linux-venv-1, pip, =1+1|, old\n"}},
	} {
		code, out, log := cibench(t, dir, "cache", "show", tt.ref)
		if code != tt.code {
			t.Errorf("%s: got exit code %d, want %d", name, code, tt.code)
		}
		for _, want := range tt.want {
			if !strings.Contains(out+log, want) {
				t.Errorf("%s: got no %q in\n%s%s", name, want, out, log)
			}
		}
	}
	if _, out, _ := cibench(t, dir, "cache", "show", "old"); strings.Contains(out, "archive") {
		t.Errorf("got an archive of what is gone:\n%s", out)
	}
}

// TestCacheIsReplaced keeps what one run left until the next begins, and no
// more than that on disk.
func TestCacheIsReplaced(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	leftCache(t, dir)
	c := &config{CacheDir: dir}
	kept, err := os.ReadDir(c.actionsCache())
	if err != nil || len(kept) != 1 || kept[0].Name() != filepath.Base(c.keptCache()) {
		t.Errorf("got %v, %v in the cache's directory, want what is kept alone", kept, err)
	}
	archives, err := os.ReadDir(c.keptCache())
	if err != nil || len(archives) != 1+3 {
		t.Errorf("got %v, %v kept, want a manifest and three archives", archives, err)
	}
	r := serveCacheIn(t, dir)
	if code, out, log := cibench(t, dir, "cache", "ls"); code != 0 || out != noCache+"\n" {
		t.Errorf("while a run is under way: got %d %s%s", code, out, log)
	}
	r.close()
	if code, out, _ := cibench(t, dir, "cache", "ls"); code != 0 || !strings.Contains(out, "The Actions cache held nothing.") {
		t.Errorf("after a run that saved nothing: got %d %s", code, out)
	}
	if code, _, log := cibench(t, dir, "cache", "show", "1"); code != 2 || !strings.Contains(log, "hint: it held nothing") {
		t.Errorf("show of nothing: got %d %s", code, log)
	}
	if err := os.WriteFile(filepath.Join(c.keptCache(), "entries.json"), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, _, log := cibench(t, dir, "cache", "ls"); code != 1 || !strings.Contains(log, "hint: delete "+c.keptCache()) {
		t.Errorf("a damaged one: got %d %s", code, log)
	}
}
