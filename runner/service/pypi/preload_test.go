package pypi

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// renders returns how many pages x has rendered.
func renders(t *testing.T, x *Index) int {
	t.Helper()
	files, err := os.ReadDir(x.dir)
	if err != nil {
		t.Fatal(err)
	}
	return len(files)
}

// pagesOf returns a store with the page of the fixture's package and of
// another that has files without upload times alone.
func pagesOf(t *testing.T) *Store {
	t.Helper()
	store := openStore(t)
	for name, uploaded := range map[string]time.Time{"demo": day, "ageless": {}} {
		file := File{Name: name + "-1.0.tar.gz", URL: "https://files.test/" + name, Digest: digest(t, hexA), Uploaded: uploaded}
		if err := store.PutPage(Page{Name: name, Fetched: tomorrow, Files: []File{file}}); err != nil {
			t.Fatal(err)
		}
	}
	return store
}

// TestPreload leaves no page to be rendered while a trial is timed.
func TestPreload(t *testing.T) {
	t.Parallel()
	locked := (*Lock)(nil).With([]Entry{{Package: "demo", File: "demo-1.0.tar.gz", Digest: digest(t, hexA)}})
	for name, c := range map[string]Config{
		"replay": {Lock: locked}, "no lock": {}, "cut-off": {Cutoff: tomorrow},
	} {
		c.Store = pagesOf(t)
		x := newIndex(t, c)
		for range 2 {
			if err := x.Preload(t.Context()); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		before := renders(t, x)
		if before == 0 {
			t.Errorf("%s: nothing was rendered", name)
		}
		a := ask(x, "/simple/demo/", wantJSON, "Accept-Encoding: gzip, deflate")
		if a.code != http.StatusOK || renders(t, x) != before {
			t.Errorf("%s: status %d and %d pages rendered for a request, want 200 and none", name, a.code, renders(t, x)-before)
		}
	}
}

// TestPreloadAsksNobody finds a page that is older than the cut-off. A request
// would record it anew.
func TestPreloadAsksNobody(t *testing.T) {
	t.Parallel()
	up := newFakeIndex(t)
	x := newIndex(t, Config{Store: pagesOf(t), Upstream: up.upstream(t), Cutoff: tomorrow.AddDate(0, 0, 1)})
	if err := x.Preload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(up.asked) > 0 || renders(t, x) > 0 {
		t.Errorf("asked for %v and rendered %d pages, want neither", up.asked, renders(t, x))
	}
	if a := ask(x, "/simple/demo/", wantJSON); a.code != http.StatusOK || !strings.Contains(a.body, "files") {
		t.Errorf("a request: got %d %s", a.code, a.body)
	}
	if up.requests("/simple/demo/") != 1 {
		t.Errorf("asked for %v, want the page once", up.asked)
	}
}

// TestPreloadAfterRecording has an index record with a lock that has nothing of
// it yet. What was recorded is what the trials ask for.
func TestPreloadAfterRecording(t *testing.T) {
	t.Parallel()
	up := newFakeIndex(t)
	x := newIndex(t, Config{Upstream: up.upstream(t), Lock: (*Lock)(nil).With(nil)})
	if err := x.Preload(t.Context()); err != nil {
		t.Fatal(err)
	}
	wheel := links(t, x, "demo")["demo-1.0-py3-none-any.whl"]
	for _, path := range []string{wheel, wheel + metadataSuffix} {
		if a := ask(x, path); a.code != http.StatusOK {
			t.Fatalf("recording %s: %d %s", path, a.code, a.body)
		}
	}
	if err := x.Preload(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := renders(t, x)
	if a := ask(x, "/simple/demo/", wantJSON, "Accept-Encoding: gzip, deflate"); a.code != http.StatusOK || renders(t, x) != before {
		t.Errorf("page: status %d and %d pages rendered for a request, want 200 and none", a.code, renders(t, x)-before)
	}
	for _, path := range []string{wheel, wheel + metadataSuffix} {
		if a := ask(x, path); a.code != http.StatusOK {
			t.Errorf("%s: got %d %s", path, a.code, a.body)
		}
	}
	if pr := x.projects["demo"]; pr.page != nil || len(pr.files) != 1 {
		t.Errorf("page %v and %d files are in memory, want the recorded file alone", pr.page != nil, len(pr.files))
	}
}

// TestPreloadLetsGo keeps of a locked package's page in memory what the lock
// names, and still knows the rest when asked.
func TestPreloadLetsGo(t *testing.T) {
	t.Parallel()
	up := newFakeIndex(t)
	store := openStore(t)
	rec := newIndex(t, Config{Store: store, Upstream: up.upstream(t)})
	paths := links(t, rec, "demo")
	const wheel, young = "demo-1.0-py3-none-any.whl", "demo-2.0-py3-none-any.whl"
	for _, path := range []string{paths[wheel], paths[wheel] + ".metadata", paths[young]} {
		if a := ask(rec, path); a.code != http.StatusOK {
			t.Fatalf("recording %s: %d %s", path, a.code, a.body)
		}
	}
	metadata := Entry{Package: "demo", File: wheel + ".metadata", Digest: digestOf("Name: demo\n")}
	for name, c := range map[string]struct {
		locked Entry
		path   string
	}{
		"wheel":    {Entry{Package: "demo", File: wheel, Digest: digestOf("the old wheel")}, paths[wheel]},
		"metadata": {metadata, paths[wheel] + ".metadata"},
	} {
		x := newIndex(t, Config{Store: store, Lock: (*Lock)(nil).With([]Entry{c.locked})})
		if err := x.Preload(t.Context()); err != nil {
			t.Fatal(err)
		}
		if pr := x.projects["demo"]; pr.page != nil || len(pr.files) != 1 {
			t.Errorf("%s: page %v and %d files are in memory, want the locked file alone", name, pr.page != nil, len(pr.files))
		}
		if a := ask(x, c.path); a.code != http.StatusOK {
			t.Errorf("%s: got %d %s", name, a.code, a.body)
		}
		if pr := x.projects["demo"]; pr.page != nil {
			t.Errorf("%s: the page was read again for a file that is locked", name)
		}
		if a := ask(x, paths[young]); a.code == http.StatusOK || !strings.Contains(a.body, "lock") {
			t.Errorf("%s: a file that is not locked: got %d %s", name, a.code, a.body)
		}
		if a := ask(x, paths[young]+"x"); a.code != http.StatusNotFound {
			t.Errorf("%s: a file that there is not: got %d %s", name, a.code, a.body)
		}
	}
}
