package pypi

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
)

// recorded returns a replaying index that has everything of the fixture, with
// the given cut-off and lock in c.
func recorded(t *testing.T, c Config) *Index {
	t.Helper()
	up := newFakeIndex(t)
	c.Store = openStore(t)
	rec := newIndex(t, Config{Store: c.Store, Upstream: up.upstream(t)})
	offered := links(t, rec, "demo")
	for _, path := range append([]string{offered["demo-1.0-py3-none-any.whl"] + metadataSuffix},
		offered["demo-1.0-py3-none-any.whl"], offered["demo-2.0-py3-none-any.whl"], offered["demo-3.0.tar.gz"]) {
		if a := ask(rec, path); a.code != http.StatusOK {
			t.Fatalf("recording %s: %d %s", path, a.code, a.body)
		}
	}
	return newIndex(t, c)
}

func TestPageHeaders(t *testing.T) {
	t.Parallel()
	x := recorded(t, Config{})
	tags := map[string]string{}
	for _, c := range []struct{ name, accept, coding, kind string }{
		{"pip", acceptPages, "gzip, deflate", typeJSON},
		{"plain", acceptPages, "identity", typeJSON},
		{"browser", "text/html,*/*;q=0.8", "gzip", "text/html; charset=utf-8"},
		{"html", typeHTML, "", typeHTML},
	} {
		a := ask(x, "/simple/demo/", "Accept: "+c.accept, "Accept-Encoding: "+c.coding)
		h := a.header
		if a.code != 200 || h.Get("Content-Type") != c.kind || h.Get("Cache-Control") != "max-age=600, public" ||
			h.Get("Vary") != "Accept, Accept-Encoding" || h.Get("Content-Length") != fmt.Sprint(len(a.body)) {
			t.Errorf("%s: %d %v", c.name, a.code, h)
		}
		body := a.body
		if zipped := strings.Contains(c.coding, "gzip"); zipped != (h.Get("Content-Encoding") == "gzip") {
			t.Errorf("%s: Content-Encoding %q", c.name, h.Get("Content-Encoding"))
		} else if zipped {
			body = gunzip(t, body)
		}
		if !strings.Contains(body, "demo-1.0-py3-none-any.whl") {
			t.Errorf("%s: body %q", c.name, body)
		}
		tag := h.Get("ETag")
		if other, dup := tags[tag]; dup || len(tag) < 10 {
			t.Errorf("%s and %q share the ETag %s", c.name, other, tag)
		}
		tags[tag] = c.name
		again := ask(x, "/simple/demo/", "Accept: "+c.accept, "Accept-Encoding: "+c.coding, "If-None-Match: "+tag)
		if again.code != 304 || again.body != "" || again.header.Get("Cache-Control") == "" {
			t.Errorf("%s with its ETag: %d %q %v", c.name, again.code, again.body, again.header)
		}
	}
	if a := ask(x, "/simple/demo/", "Accept: image/png"); a.code != 406 {
		t.Errorf("unacceptable: %d, want 406", a.code)
	}
	if c := x.Counters(); c.Pages.Requests != 4 || c.NotModified != (Count{Requests: 4}) || c.Errors.Requests != 1 {
		t.Errorf("counted %+v, want 4 pages, 4 not modified, 1 error", c)
	}
}

func gunzip(t *testing.T, s string) string {
	t.Helper()
	z, err := gzip.NewReader(strings.NewReader(s))
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestFileHeaders(t *testing.T) {
	t.Parallel()
	x := recorded(t, Config{})
	wheel := links(t, x, "demo")["demo-1.0-py3-none-any.whl"]
	start := x.Counters()
	a := ask(x, wheel)
	h := a.header
	if a.body != "the old wheel" || h.Get("Cache-Control") != "max-age=365000000, immutable, public" ||
		h.Get("Last-Modified") != "Wed, 01 Oct 2025 00:00:00 GMT" || h.Get("Accept-Ranges") != "bytes" ||
		h.Get("ETag") != `"`+digestOf(a.body).Hex()+`"` || h.Get("Content-Length") != "13" {
		t.Errorf("%d %q %v", a.code, a.body, h)
	}
	for _, c := range []struct {
		header, body string
		code         int
	}{
		{"Range: bytes=4-6", "old", 206},
		{"Range: bytes=-5", "wheel", 206},
		{"Range: bytes=99-", "invalid range: failed to overlap\n", 416},
		{"If-None-Match: " + h.Get("ETag"), "", 304},
	} {
		if a := ask(x, wheel, c.header); a.code != c.code || a.body != c.body {
			t.Errorf("%s: %d %q, want %d %q", c.header, a.code, a.body, c.code, c.body)
		}
	}
	got := x.Counters().Sub(start)
	if got.Files != (Count{Requests: 3, Bytes: 13 + 3 + 5}) || got.NotModified != (Count{Requests: 1}) || got.Errors.Requests != 1 {
		t.Errorf("counted %+v", got)
	}
	if sum := got.Served().Requests; sum != 5 {
		t.Errorf("%d requests in all, want 5", sum)
	}
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	x := recorded(t, Config{})
	for _, path := range []string{"/simple/demo", "/simple/Demo/", "/simple/DEMO", "/simple/d.e_m--o/"} {
		a := ask(x, path)
		want := "/simple/" + Normalize(strings.Trim(strings.TrimPrefix(path, "/simple/"), "/")) + "/"
		if a.code != http.StatusMovedPermanently || a.header.Get("Location") != want {
			t.Errorf("%s: %d to %q, want 301 to %q", path, a.code, a.header.Get("Location"), want)
		}
	}
	if c := x.Counters(); c.Redirects != (Count{Requests: 4}) {
		t.Errorf("counted %+v, want 4 redirects", c)
	}
}

func TestRoot(t *testing.T) {
	t.Parallel()
	x := recorded(t, Config{})
	if a := ask(x, "/simple/"); !strings.Contains(a.body, `<a href="demo/">demo</a>`) {
		t.Errorf("HTML: %d %q", a.code, a.body)
	}
	a := ask(x, "/simple/", wantJSON)
	if want := `{"meta":{"api-version":"1.1"},"projects":[{"name":"demo"}]}`; a.body != want {
		t.Errorf("JSON: %d %q, want %q", a.code, a.body, want)
	}
}

func TestReplayRefuses(t *testing.T) {
	t.Parallel()
	x := recorded(t, Config{Cutoff: tomorrow})
	wheel := links(t, x, "demo")["demo-1.0-py3-none-any.whl"]
	young := "/files/demo/" + digestOf("the young wheel").Hex() + "/demo-2.0-py3-none-any.whl"
	mark := x.Mark()
	for _, path := range []string{
		"/simple/unknown/", "/simple/unknown/", young, wheel[:len(wheel)-3] + "xyz",
		strings.Replace(wheel, "/demo/", "/other/", 1), young + metadataSuffix,
	} {
		if a := ask(x, path); a.code != 404 {
			t.Errorf("%s: %d %q, want 404", path, a.code, a.body)
		}
	}
	problems := x.ProblemsSince(mark)
	var missing *MissingError
	if len(problems) != 5 || !errors.As(problems[0], &missing) || missing.Package != "unknown" || missing.File != "" {
		t.Fatalf("problems %v, want one per thing asked for, the package first", problems)
	}
	if !strings.Contains(missing.Error(), `"unknown"`) || !strings.Contains(missing.Hint(), "--record") {
		t.Errorf("%q, hint %q: want the package and --record", missing, missing.Hint())
	}
	if c := x.Counters(); c.NotFound.Requests != 6 || c.Upstream.Requests != 0 {
		t.Errorf("counted %+v, want 6 not found", c)
	}
}

// What names no package is a stray request: refused, but no concern of a run.
func TestStrayRequests(t *testing.T) {
	t.Parallel()
	x := recorded(t, Config{})
	d := digestOf("the old wheel").Hex()
	for _, path := range []string{
		"/", "/etc/passwd", "/simple/..%2f..%2fetc/", "/simple/%2e%2e/", "/simple/a%00b/", "/simple/-/",
		"/files/..%2f..%2fpages/" + d + "/demo.json", "/files/%2e%2e/" + d + "/x", "/files/demo/" + d,
	} {
		if a := ask(x, path); a.code != 404 && a.code/100 != 3 {
			t.Errorf("%s: %d %q, want 404 or a redirect", path, a.code, a.body)
		}
	}
	for _, path := range []string{
		"/files/demo/" + d + "/..%2f..%2f..%2fpages%2fdemo.json", "/files/demo/..%2f..%2fpages/demo.json",
		"/files/demo/" + strings.ToUpper(d) + "/demo-1.0-py3-none-any.whl",
	} {
		if a := ask(x, path); a.code != 404 || strings.Contains(a.body, "api-version") {
			t.Errorf("%s: %d %q, want 404", path, a.code, a.body)
		}
	}
}

func TestLockGuardsFiles(t *testing.T) {
	t.Parallel()
	const name = "demo-1.0-py3-none-any.whl"
	good := Entry{Package: "demo", File: name, Size: 13, Digest: digestOf("the old wheel")}
	bad := good
	bad.Digest = digestOf("another wheel")
	for what, c := range map[string]struct {
		lock *Lock
		code int
		want []string
	}{
		"locked":   {(*Lock)(nil).With([]Entry{good}), 200, nil},
		"differs":  {(*Lock)(nil).With([]Entry{bad}), 409, []string{name, good.Digest.Hex(), bad.Digest.Hex()}},
		"unlocked": {&Lock{}, 404, []string{`"demo"`, name, "not in the lock"}},
	} {
		x := recorded(t, Config{Lock: c.lock})
		a := ask(x, links(t, x, "demo")[name])
		if a.code != c.code {
			t.Errorf("%s: %d %q, want %d", what, a.code, a.body, c.code)
		}
		text := fmt.Sprint(x.ProblemsSince(0))
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s: problems %s do not name %s", what, text, want)
			}
		}
		if len(x.ProblemsSince(0)) != min(1, len(c.want)) {
			t.Errorf("%s: problems %s", what, text)
		}
	}
}

func TestRecordingGathersUnlocked(t *testing.T) {
	t.Parallel()
	up := newFakeIndex(t)
	known := Entry{Package: "demo", File: "demo-3.0.tar.gz", Size: 14, Digest: digestOf("of unknown age")}
	x := newIndex(t, Config{Upstream: up.upstream(t), Lock: (*Lock)(nil).With([]Entry{known})})
	offered := links(t, x, "demo")
	for _, f := range []string{"demo-3.0.tar.gz", "demo-1.0-py3-none-any.whl"} {
		if a := ask(x, offered[f]); a.code != 200 {
			t.Errorf("%s: %d %q", f, a.code, a.body)
		}
	}
	got := x.Unlocked()
	if len(got) != 1 || got[0].File != "demo-1.0-py3-none-any.whl" || got[0].Size != 13 {
		t.Errorf("unlocked %v, want the wheel alone", got)
	}
}

func TestTamperedFileIsNotServed(t *testing.T) {
	t.Parallel()
	x := recorded(t, Config{})
	const name = "demo-1.0-py3-none-any.whl"
	path := x.store.object(digestOf("the old wheel"))
	if err := os.WriteFile(path, []byte("the odd wheel"), 0o644); err != nil {
		t.Fatal(err)
	}
	a := ask(x, links(t, x, "demo")[name])
	text := fmt.Sprint(x.ProblemsSince(0))
	if a.code != http.StatusConflict || !strings.Contains(text, name) || !strings.Contains(text, path) {
		t.Errorf("got %d, problems %s; want 409, and an error that names the file and its path", a.code, text)
	}
}

func TestMarks(t *testing.T) {
	t.Parallel()
	x := recorded(t, Config{})
	offered := links(t, x, "demo")
	first, second := "demo-1.0-py3-none-any.whl", "demo-3.0.tar.gz"
	ask(x, offered[first])
	mark := x.Mark()
	for _, path := range []string{offered[second], offered[second], offered[first] + metadataSuffix} {
		ask(x, path)
	}
	if got := x.FilesSince(mark); len(got) != 1 || got[0].File != second || got[0].Package != "demo" {
		t.Errorf("since the mark: %v, want %s once", got, second)
	}
	head := httptest.NewRecorder()
	mark, before := x.Mark(), x.Counters()
	x.ServeHTTP(head, httptest.NewRequest(http.MethodHead, offered[first], nil))
	if got := x.FilesSince(mark); head.Code != 200 || len(got) != 0 {
		t.Errorf("HEAD: %d, files %v, want none", head.Code, got)
	}
	if got := x.Counters().Sub(before); got.Files != (Count{Requests: 1}) {
		t.Errorf("HEAD counted %+v, want a request without bytes", got)
	}
	if got := x.FilesSince(0); len(got) != 2 {
		t.Errorf("since the start: %v, want two files", got)
	}
}

// probe is a writer that sees what net/http would hand to sendfile.
type probe struct {
	*httptest.ResponseRecorder
	source io.Reader
}

func (p *probe) ReadFrom(r io.Reader) (int64, error) {
	p.source = r
	return io.Copy(p.ResponseRecorder, r)
}

func TestSendfileIsKept(t *testing.T) {
	t.Parallel()
	x := recorded(t, Config{})
	for _, path := range []string{"/simple/demo/", links(t, x, "demo")["demo-1.0-py3-none-any.whl"]} {
		w := &probe{ResponseRecorder: httptest.NewRecorder()}
		x.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		limited, ok := w.source.(*io.LimitedReader)
		if !ok {
			t.Errorf("%s: sent from a %T, want an *io.LimitedReader", path, w.source)
			continue
		}
		if _, ok := limited.R.(*os.File); !ok {
			t.Errorf("%s: sent from a %T, want an *os.File", path, limited.R)
		}
	}
}
