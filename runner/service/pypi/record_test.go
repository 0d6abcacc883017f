package pypi

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestRecordThenReplay(t *testing.T) {
	t.Parallel()
	up := newFakeIndex(t)
	store := openStore(t)
	rec := newIndex(t, Config{Store: store, Upstream: up.upstream(t), Cutoff: tomorrow})
	offered := links(t, rec, "demo")
	if len(offered) != 1 {
		t.Fatalf("offered %v, want the old wheel alone", offered)
	}
	wheel := offered["demo-1.0-py3-none-any.whl"]
	for _, path := range []string{wheel, wheel, wheel + ".metadata"} {
		if a := ask(rec, path); a.code != http.StatusOK {
			t.Fatalf("recording %s: %d %s", path, a.code, a.body)
		}
	}
	if up.requests("/packages/demo-1.0-py3-none-any.whl") != 1 || up.requests("/simple/demo/") != 1 {
		t.Errorf("asked the upstream for %v, want each thing once", up.asked)
	}
	c := rec.Counters()
	if c.Upstream.Requests != 3 || c.Files != (Count{Requests: 2, Bytes: 26}) || c.Metadata != (Count{Requests: 1, Bytes: 11}) {
		t.Errorf("counted %+v, want 3 upstream, 2 files of 26 bytes, 1 metadata of 11", c)
	}
	lock := (*Lock)(nil).With(rec.Unlocked())
	if got := len(lock.Entries()); got != 2 {
		t.Errorf("lock has %d entries, want the wheel and its metadata", got)
	}

	up.pages.Close()
	up.files.Close()
	play := newIndex(t, Config{Store: store, Cutoff: tomorrow, Lock: lock})
	if err := play.Preload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := links(t, play, "demo")["demo-1.0-py3-none-any.whl"]; got != wheel {
		t.Errorf("replayed link %q, want %q: pip's cache is bound to it", got, wheel)
	}
	if a := ask(play, wheel); a.body != "the old wheel" {
		t.Errorf("replayed %d %q", a.code, a.body)
	}
	if got := play.ProblemsSince(0); len(got) != 0 {
		t.Errorf("problems: %v", got)
	}
}

// The ways in which an upstream fails.

// hang sends half of a body and then nothing.
func hang(w http.ResponseWriter, r *http.Request) {
	half(w)
	<-r.Context().Done()
}

// cut sends half of a body and drops the connection.
func cut(w http.ResponseWriter, _ *http.Request) {
	half(w)
	panic(http.ErrAbortHandler)
}

func half(w http.ResponseWriter) {
	w.Header().Set("Content-Length", "13")
	fmt.Fprint(w, "the old")
	w.(http.Flusher).Flush()
}

func silent(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func say(kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		fmt.Fprint(w, body)
	}
}

func fail(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// Each case breaks the upstream in one way. Nothing may be kept, the error
// says what happened, and once the upstream is well a new request succeeds.
func TestBrokenUpstream(t *testing.T) {
	t.Parallel()
	const wheel, page = "/packages/demo-1.0-py3-none-any.whl", "/simple/demo/"
	for name, c := range map[string]struct {
		path string
		h    http.HandlerFunc
		code int
		want string
	}{
		"file hangs":        {wheel, hang, 503, "no data for 50ms"},
		"file cut":          {wheel, cut, 503, "unexpected EOF"},
		"file silent":       {wheel, silent, 503, "no data for 50ms"},
		"file altered":      {wheel, say("", "the OLD wheel"), 409, "the index page says " + digestOf("the old wheel").String()},
		"file gone":         {wheel, fail(404), 404, "not at the upstream index"},
		"file forbidden":    {wheel, fail(403), 503, "HTTP status 403"},
		"page fails":        {page, fail(500), 503, "HTTP status 500"},
		"page silent":       {page, silent, 503, "no data for 50ms"},
		"page cut":          {page, cut, 503, "unexpected EOF"},
		"page gone":         {page, fail(404), 404, `package "demo": not at the upstream index`},
		"page is not one":   {page, say("image/png", "x"), 503, `"image/png"`},
		"page is broken":    {page, say(typeJSON, "{"), 503, "unexpected end of JSON"},
		"page of another":   {page, say(typeJSON, `{"meta":{"api-version":"1.0"},"name":"x"}`), 503, `it is about "x"`},
		"page has no times": {page, say("text/html", `<a href="a-1.tar.gz#sha256=`+hexA+`">`), 409, "no file has an upload time"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			up := newFakeIndex(t)
			u := up.upstream(t)
			patience := u.stall
			x := newIndex(t, Config{Upstream: u, Cutoff: tomorrow})
			path := page
			if c.path == wheel {
				path = links(t, x, "demo")["demo-1.0-py3-none-any.whl"]
			}
			up.mu.Lock()
			well := up.handlers[c.path]
			up.mu.Unlock()
			up.handle(c.path, c.h)
			if strings.HasPrefix(c.want, "no data") {
				u.stall = 50 * time.Millisecond
			}
			before := len(contents(t, x.store))
			if a := ask(x, path, wantJSON); a.code != c.code || !strings.Contains(a.body, c.want) {
				t.Errorf("got %d %q, want %d with %q", a.code, a.body, c.code, c.want)
			}
			problems := x.ProblemsSince(0)
			if len(problems) != 1 || !strings.Contains(problems[0].Error(), c.want) {
				t.Errorf("problems %v, want one with %q", problems, c.want)
			}
			var hint interface{ Hint() string }
			if !errors.As(errors.Join(problems...), &hint) || hint.Hint() == "" {
				t.Errorf("problem %v has no hint", problems)
			}
			if name == "page has no times" {
				return // what was read is sound, and is kept
			}
			if after := contents(t, x.store); len(after) != before {
				t.Errorf("the store keeps %v", after)
			}
			u.stall = patience
			up.handle(c.path, well)
			if a := ask(x, path, wantJSON); a.code != http.StatusOK {
				t.Errorf("once well: %d %q", a.code, a.body)
			}
			if problems := x.ProblemsSince(0); len(problems) != 0 {
				t.Errorf("once well: problems %v", problems)
			}
		})
	}
}

func TestConcurrentMissesFetchOnce(t *testing.T) {
	t.Parallel()
	up := newFakeIndex(t)
	x := newIndex(t, Config{Upstream: up.upstream(t)})
	wheel := links(t, x, "demo")["demo-1.0-py3-none-any.whl"]
	const clients = 8
	arrived := make(chan struct{})
	up.handle("/packages/demo-1.0-py3-none-any.whl", func(w http.ResponseWriter, _ *http.Request) {
		<-arrived
		fmt.Fprint(w, "the old wheel")
	})
	var wg, begun sync.WaitGroup
	begun.Add(clients)
	for range clients {
		wg.Go(func() {
			begun.Done()
			if a := ask(x, wheel); a.body != "the old wheel" {
				t.Errorf("got %d %q", a.code, a.body)
			}
		})
	}
	begun.Wait()
	close(arrived)
	wg.Wait()
	// A client that came after the download found the file in the store.
	if n := up.requests("/packages/demo-1.0-py3-none-any.whl"); n != 1 {
		t.Errorf("%d upstream requests, want 1", n)
	}
}

func TestCloseAbandonsDownload(t *testing.T) {
	t.Parallel()
	up := newFakeIndex(t)
	store := openStore(t)
	x, err := New(Config{Store: store, Upstream: up.upstream(t)})
	if err != nil {
		t.Fatal(err)
	}
	started := make(chan struct{})
	up.handle("/simple/demo/", func(_ http.ResponseWriter, r *http.Request) {
		close(started)
		<-r.Context().Done()
	})
	answers := make(chan answer)
	go func() { answers <- ask(x, "/simple/demo/", wantJSON) }()
	<-started
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	if a := <-answers; a.code != http.StatusServiceUnavailable || !strings.Contains(a.body, "closing") {
		t.Errorf("got %d %q, want 503: closing", a.code, a.body)
	}
	if got := contents(t, store); len(got) != 0 {
		t.Errorf("left behind: %v", got)
	}
}

func TestRecordsAgainWhenOlderThanCutoff(t *testing.T) {
	t.Parallel()
	up := newFakeIndex(t)
	store := openStore(t)
	for i, c := range []struct {
		now, cutoff time.Time
		want        int // requests so far
	}{
		{day.AddDate(0, 0, 3), day.AddDate(0, 0, 9), 1}, // recorded, too early to be complete
		{day.AddDate(0, 0, 5), day.AddDate(0, 0, 2), 1}, // complete for this cut-off
		{day.AddDate(0, 0, 5), time.Time{}, 1},          // without a cut-off, as it was recorded
		{day.AddDate(1, 0, 0), day.AddDate(0, 0, 9), 2}, // recorded again
		{day.AddDate(2, 0, 0), day.AddDate(0, 0, 9), 2}, // and complete
	} {
		x := newIndex(t, Config{Store: store, Upstream: up.upstream(t), Cutoff: c.cutoff, Now: func() time.Time { return c.now }})
		links(t, x, "demo")
		if got := up.requests("/simple/demo/"); got != c.want {
			t.Errorf("step %d: %d requests, want %d", i, got, c.want)
		}
	}
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	up := newFakeIndex(t)
	base := strings.Replace(up.pages.URL, "http://", "http://token:secret@", 1) + "/simple/"
	u, err := NewUpstream(base, http.DefaultClient)
	if err != nil {
		t.Fatal(err)
	}
	up.handle("/simple/broken/", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://token:secret@127.0.0.1:1/?sig=secret", http.StatusFound)
	})
	x := newIndex(t, Config{Upstream: u})
	wheel := links(t, x, "demo")["demo-1.0-py3-none-any.whl"]
	ask(x, wheel)
	if got := up.auth["/simple/demo/"]; got != "token" {
		t.Errorf("the index saw user %q, want token", got)
	}
	if got, ok := up.auth["/packages/demo-1.0-py3-none-any.whl"]; ok {
		t.Errorf("the file host, another one, saw user %q", got)
	}
	ask(x, "/simple/broken/")
	ask(x, "/simple/absent/")
	text := fmt.Sprint(x.ProblemsSince(0), u)
	if len(x.ProblemsSince(0)) != 2 || strings.Contains(text, "secret") || strings.Contains(text, "token") {
		t.Errorf("two errors without secrets expected, got %s", text)
	}
	for _, bad := range []string{"http://token:secret@h:port/", "ftp://token:secret@h/", "token:secret@h", "/simple"} {
		if _, err := NewUpstream(bad, http.DefaultClient); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("NewUpstream(%q): got %v, want an error without secrets", bad, err)
		}
	}
}

// A redirecting transport answers a request for the page of package demo with a
// redirect, and notes whether the next request carries credentials.
type redirecting struct {
	to       string
	trusted  bool
	requests int
}

func (tr *redirecting) RoundTrip(r *http.Request) (*http.Response, error) {
	tr.requests++
	res := &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {typeJSON}},
		Body: io.NopCloser(strings.NewReader(demoPage)), Request: r,
	}
	if strings.HasSuffix(r.URL.Path, "/demo/") {
		res.StatusCode, res.Header = http.StatusFound, http.Header{"Location": {tr.to}}
		return res, nil
	}
	_, _, tr.trusted = r.BasicAuth()
	return res, nil
}

// Credentials go where the index redirects to only if that is the index.
func TestCredentialsAndRedirects(t *testing.T) {
	t.Parallel()
	for to, trusted := range map[string]bool{
		"/moved":                      true,
		"https://index.test/moved":    true,
		"http://index.test/moved":     false,
		"https://index.test:81/moved": false,
		"https://a.index.test/moved":  false,
		"https://other.test/moved":    false,
	} {
		tr := &redirecting{to: to}
		u, err := NewUpstream("https://token:secret@index.test/simple/", &http.Client{Transport: tr})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := u.page(t.Context(), "demo"); err != nil || tr.requests != 2 || tr.trusted != trusted {
			t.Errorf("to %s: got credentials %t after %d requests and error %v, want %t after 2", to, tr.trusted, tr.requests, err, trusted)
		}
	}
}

// Redirects end as net/http ends them, or as the given client does.
func TestRedirectsEnd(t *testing.T) {
	t.Parallel()
	stop := func(*http.Request, []*http.Request) error { return errors.New("not this one") }
	for _, tt := range []struct {
		name     string
		check    func(*http.Request, []*http.Request) error
		requests int
		want     string
	}{
		{"none given", nil, 10, "stopped after 10 redirects"},
		{"given", stop, 1, "not this one"},
	} {
		tr := &redirecting{to: "/simple/demo/"}
		client := &http.Client{Transport: tr, CheckRedirect: tt.check}
		u, err := NewUpstream("https://index.test/simple/", client)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := u.page(t.Context(), "demo"); err == nil || !strings.Contains(err.Error(), tt.want) || tr.requests != tt.requests {
			t.Errorf("%s: got %v after %d requests, want %q after %d", tt.name, err, tr.requests, tt.want, tt.requests)
		}
		if (client.CheckRedirect == nil) != (tt.check == nil) {
			t.Errorf("%s: the given client was changed", tt.name)
		}
	}
}

// TestFetch brings back what the store has lost, by digest and file name.
func TestFetch(t *testing.T) {
	t.Parallel()
	up := newFakeIndex(t)
	x := newIndex(t, Config{Upstream: up.upstream(t)})
	wheel := Entry{Package: "demo", File: "demo-1.0-py3-none-any.whl", Digest: digestOf("the old wheel")}
	metadata := Entry{Package: "demo", File: wheel.File + metadataSuffix, Digest: digestOf("Name: demo\n")}
	for range 2 {
		if err := x.Fetch(t.Context(), []Entry{wheel, metadata}); err != nil {
			t.Fatal(err)
		}
	}
	for _, e := range []Entry{wheel, metadata} {
		f, _, err := x.store.Open(e.Digest)
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
		if n := up.requests("/packages/" + e.File); n != 1 {
			t.Errorf("%s was asked for %d times, want once", e.File, n)
		}
	}
	wheel.Digest = digestOf("another wheel")
	var missing *MissingError
	if err := x.Fetch(t.Context(), []Entry{wheel}); !errors.As(err, &missing) || missing.Upstream == "" {
		t.Errorf("another digest: got %v, want a MissingError of the upstream", err)
	}
}
