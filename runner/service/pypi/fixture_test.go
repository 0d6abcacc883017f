package pypi

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// The fixture's moments: old files, the cut-off, young files, the recording.
var (
	day      = time.Date(2025, time.October, 1, 0, 0, 0, 0, time.UTC)
	tomorrow = day.AddDate(0, 0, 1)
	today    = func() time.Time { return day.AddDate(1, 0, 0) }
)

func digestOf(s string) Digest { return sha256.Sum256([]byte(s)) }

// fakeIndex is an upstream: a page host and a file host apart from it.
type fakeIndex struct {
	pages, files *httptest.Server

	mu       sync.Mutex
	handlers map[string]http.HandlerFunc // by path, over both hosts
	asked    []string                    // paths, in order
	auth     map[string]string           // user names seen, by path
}

func newFakeIndex(t *testing.T) *fakeIndex {
	t.Helper()
	f := &fakeIndex{handlers: map[string]http.HandlerFunc{}, auth: map[string]string{}}
	serve := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		f.asked = append(f.asked, r.URL.Path)
		if user, _, ok := r.BasicAuth(); ok {
			f.auth[r.URL.Path] = user
		}
		h := f.handlers[r.URL.Path]
		f.mu.Unlock()
		if h == nil {
			h = http.NotFound
		}
		h(w, r)
	})
	f.pages, f.files = httptest.NewServer(serve), httptest.NewServer(serve)
	t.Cleanup(f.pages.Close)
	t.Cleanup(f.files.Close)
	f.page("demo", f.demo()...)
	return f
}

// demo returns the files of the package that every fixture has: an old wheel
// with metadata, a young wheel and a file without an upload time.
func (f *fakeIndex) demo() []File {
	metadata := f.file("demo-1.0-py3-none-any.whl.metadata", "Name: demo\n").Digest
	old := f.file("demo-1.0-py3-none-any.whl", "the old wheel")
	old.Uploaded, old.Metadata, old.RequiresPython = day, &metadata, `>=3.8,<4`
	young := f.file("demo-2.0-py3-none-any.whl", "the young wheel")
	young.Uploaded, young.Yanked = tomorrow, new(string)
	return []File{old, young, f.file("demo-3.0.tar.gz", "of unknown age")}
}

func (f *fakeIndex) handle(path string, h http.HandlerFunc) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.handlers[path] = h
}

// file puts a file onto the file host.
func (f *fakeIndex) file(name, content string) File {
	f.handle("/packages/"+name, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, content) })
	size := int64(len(content))
	return File{Name: name, URL: f.files.URL + "/packages/" + name, Digest: digestOf(content), Size: &size}
}

// page puts a JSON page onto the page host.
func (f *fakeIndex) page(name string, files ...File) {
	f.handle("/simple/"+name+"/", func(w http.ResponseWriter, _ *http.Request) {
		data, err := renderJSON(Page{Name: name, Files: files}, func(f File) string { return f.URL })
		if err != nil {
			panic(err)
		}
		w.Header().Set("Content-Type", typeJSON)
		_, _ = w.Write(data)
	})
}

// requests returns how often the path was asked for.
func (f *fakeIndex) requests(path string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, p := range f.asked {
		if p == path {
			n++
		}
	}
	return n
}

func (f *fakeIndex) upstream(t *testing.T) *Upstream {
	t.Helper()
	u, err := NewUpstream(f.pages.URL+"/simple", http.DefaultClient)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func openStore(t *testing.T) *Store {
	t.Helper()
	s, err := OpenStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func newIndex(t *testing.T, c Config) *Index {
	t.Helper()
	if c.Store == nil {
		c.Store = openStore(t)
	}
	if c.Now == nil {
		c.Now = today
	}
	x, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	return x
}

// answer is a response with its body read.
type answer struct {
	code   int
	header http.Header
	body   string
}

// ask sends a request without a network; header is "Key: value" lines.
func ask(x *Index, path string, header ...string) answer {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for _, h := range header {
		k, v, _ := strings.Cut(h, ": ")
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	x.ServeHTTP(w, r)
	res := w.Result()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		panic(err)
	}
	return answer{res.StatusCode, res.Header, string(body)}
}

const wantJSON = "Accept: " + acceptPages

// links returns the paths of the files that the JSON page offers, by name.
func links(t *testing.T, x *Index, name string) map[string]string {
	t.Helper()
	path := "/simple/" + name + "/"
	a := ask(x, path, wantJSON)
	if a.code != http.StatusOK {
		t.Fatalf("page of %s: status %d: %s", name, a.code, a.body)
	}
	base, err := url.Parse("http://index.test" + path)
	if err != nil {
		t.Fatal(err)
	}
	p, err := parseJSON([]byte(a.body), base, name)
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]string{}
	for _, f := range p.Files {
		m[f.Name] = strings.TrimPrefix(f.URL, "http://index.test")
	}
	return m
}
