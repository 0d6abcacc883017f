package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/cibench/cibench/runner/service/link"
	"github.com/cibench/cibench/runner/service/pypi"
	"github.com/cibench/cibench/scenarios/plan"
)

// entry returns a locked file of six whose digest is that of content.
func lockEntry(file, content string) pypi.Entry {
	return pypi.Entry{Package: "six", File: file, Size: int64(len(content)), Digest: sha256.Sum256([]byte(content))}
}

// locked returns the digest of a file of six in the lock, "" when it has none.
func locked(l *pypi.Lock, file string) string {
	if e, ok := l.Lookup("six", file); ok {
		return e.Digest.Hex()[:4]
	}
	return ""
}

// TestLockOfNamesakes keeps what was locked for one study from another that
// has its name.
func TestLockOfNamesakes(t *testing.T) {
	t.Parallel()
	cacheDir := t.TempDir()
	namesake := strings.Replace(tinyStudy, "name: tiny", "name: starter", 1)
	files := map[string]string{}
	for _, arg := range []string{"starter", writeStudy(t, namesake), writeStudy(t, namesake)} {
		study, err := openStudy(arg)
		if err != nil {
			t.Fatal(err)
		}
		l, err := readLock(study, cacheDir)
		if err != nil {
			t.Fatal(err)
		}
		if l.added != nil {
			t.Errorf("%s: it has additions: %v", arg, l.added.Entries())
		}
		if other := files[l.file]; other != "" {
			t.Errorf("%s and %s share %s", arg, other, l.file)
		}
		files[l.file] = arg
		if _, err := l.add([]pypi.Entry{lockEntry("six-1.0.tar.gz", arg)}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestLockAdds writes down, beside a lock that cannot be written to, only what
// it lacks; and once it has an entry, that one wins.
func TestLockAdds(t *testing.T) {
	t.Parallel()
	own := (*pypi.Lock)(nil).With([]pypi.Entry{lockEntry("a", "own a"), lockEntry("b", "own b")})
	file := filepath.Join(t.TempDir(), "locks", "x.lock")
	stale := (*pypi.Lock)(nil).With([]pypi.Entry{lockEntry("a", "stale"), lockEntry("c", "c")})
	l, err := (studyLock{own: own, added: stale, file: file, machine: true}).add([]pypi.Entry{lockEntry("d", "d")})
	if err != nil {
		t.Fatal(err)
	}
	written, err := readLockFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(locked(written, "a"), locked(written, "b")); got != "" || len(written.Entries()) != 2 {
		t.Errorf("wrote %v, want c and d alone", written.Entries())
	}
	if got, want := locked(l.all(), "a"), locked(own, "a"); got != want || len(l.all().Entries()) != 4 {
		t.Errorf("a is %s in %v, want the study's own, %s, and four entries", got, l.all().Entries(), want)
	}
	if got, want := locked((studyLock{own: own, added: stale}).all(), "a"), locked(own, "a"); got != want {
		t.Errorf("beside a stale one: a is %s, want the study's own, %s", got, want)
	}
	if (studyLock{}).all() != nil {
		t.Error("without a lock: got one, which forbids every file")
	}
}

// fakeUpstream serves one wheel of six, and counts requests for it.
func fakeUpstream(t *testing.T, content string) (url string, wheels *atomic.Int64) {
	t.Helper()
	wheels = new(atomic.Int64)
	mux := http.NewServeMux()
	sum := sha256.Sum256([]byte(content))
	mux.HandleFunc("/simple/six/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/vnd.pypi.simple.v1+json")
		fmt.Fprintf(w, `{"meta":{"api-version":"1.0"},"name":"six","files":[{"filename":"six-1.16.0.tar.gz","url":"/six","hashes":{"sha256":"%s"}}]}`,
			hex.EncodeToString(sum[:]))
	})
	mux.HandleFunc("/six", func(w http.ResponseWriter, _ *http.Request) {
		wheels.Add(1)
		fmt.Fprint(w, content)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL + "/simple", wheels
}

// TestRecordAgain deletes, after a recording, a file and then the whole index:
// the next --record fetches what is gone, and no trial has to.
func TestRecordAgain(t *testing.T) {
	t.Parallel()
	const content = "six, packed"
	url, wheels := fakeUpstream(t, content)
	dir := writeStudy(t, tinyStudy+"index: {lock: index.lock}\n")
	lock := (*pypi.Lock)(nil).With([]pypi.Entry{lockEntry("six-1.16.0.tar.gz", content), lockEntry("six-1.16.0-other-machine.whl", "x")})
	if err := writeLockFile(filepath.Join(dir, "index.lock"), lock); err != nil {
		t.Fatal(err)
	}
	cacheDir := t.TempDir()
	record := func() *session {
		s := newSession(t, dir)
		s.cfg.CacheDir = cacheDir
		s.io.Getenv = func(key string) string { return map[string]string{"PIP_INDEX_URL": url}[key] }
		if err := s.serveIndex(t.Context(), link.New(link.Profile{}), true); err != nil {
			t.Fatal(err)
		}
		if wheels.Load() == 0 { // what the untimed builds would ask for
			if err := s.index.Fetch(t.Context(), lock.Entries()[1:]); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.record(t.Context(), plan.Plan{}); err != nil {
			t.Fatal(err)
		}
		return s
	}
	index := filepath.Join(cacheDir, "index")
	for n, remove := range []string{"", "sha256", "pages", "."} {
		if remove != "" {
			if err := os.RemoveAll(filepath.Join(index, remove)); err != nil {
				t.Fatal(err)
			}
		}
		s := record()
		if missing, err := s.packages.Verify(t.Context(), (*pypi.Lock)(nil).With(lock.Entries()[1:])); err != nil || len(missing) > 0 {
			t.Errorf("without %q: missing %v, %v", remove, missing, err)
		}
		if pages, err := s.packages.Packages(); err != nil || len(pages) != 1 {
			t.Errorf("without %q: pages %v, %v", remove, pages, err)
		}
		if got, want := wheels.Load(), []int64{1, 2, 2, 3}[n]; got != want {
			t.Errorf("without %q: fetched %d times, want %d", remove, got, want)
		}
		if err := s.close(); err != nil {
			t.Fatal(err)
		}
	}
}
