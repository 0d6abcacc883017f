package pypi

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"
)

// These tests run on a synthetic clock, with an upstream that needs no
// network: its page of package demo has one reader as body.

// transport answers every request with the body that it makes.
type transport struct {
	body     func(context.Context) io.Reader
	requests int
}

func (tr *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	tr.requests++
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {typeJSON}},
		Body: io.NopCloser(tr.body(r.Context())), Request: r,
	}, nil
}

func (tr *transport) upstream(t *testing.T) *Upstream {
	t.Helper()
	u, err := NewUpstream("http://index.test/simple/", &http.Client{Transport: tr})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// readerFunc is an io.Reader.
type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

const demoPage = `{"meta":{"api-version":"1.0"},"name":"demo","files":[]}`

// slowly yields demoPage byte by byte, until its request is cancelled.
func slowly(pause time.Duration) func(context.Context) io.Reader {
	return func(ctx context.Context) io.Reader {
		rest := demoPage
		return readerFunc(func(p []byte) (int, error) {
			time.Sleep(pause)
			if rest == "" || ctx.Err() != nil {
				return 0, cmp.Or(ctx.Err(), io.EOF)
			}
			n := copy(p[:1], rest)
			rest = rest[n:]
			return n, nil
		})
	}
}

func TestSlowUpstreamIsWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tr := &transport{body: slowly(20 * time.Second)}
		x := newIndex(t, Config{Upstream: tr.upstream(t)})
		if a := ask(x, "/simple/demo/"); a.code != http.StatusOK {
			t.Errorf("a byte every 20 s: %d %q, want 200", a.code, a.body)
		}
	})
}

func TestDownloadOutlivesItsFirstClient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tr := &transport{body: slowly(time.Second)}
		x := newIndex(t, Config{Upstream: tr.upstream(t)})
		ctx, leave := context.WithCancel(t.Context())
		gone := make(chan struct{})
		go func() {
			defer close(gone)
			x.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/simple/demo/", nil).WithContext(ctx))
		}()
		second := make(chan answer)
		synctest.Wait() // the first client's download is under way
		go func() { second <- ask(x, "/simple/demo/") }()
		synctest.Wait()
		leave()
		<-gone
		if a := <-second; a.code != http.StatusOK || tr.requests != 1 {
			t.Errorf("second client: %d %q after %d requests, want 200 after 1", a.code, a.body, tr.requests)
		}
		if problems := x.ProblemsSince(0); len(problems) != 0 {
			t.Errorf("a client that left is a problem: %v", problems)
		}
	})
}

func TestCloseWaitsForDownloads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ended := false
		tr := &transport{body: func(ctx context.Context) io.Reader {
			return readerFunc(func([]byte) (int, error) {
				<-ctx.Done()
				time.Sleep(time.Second) // as a write under way would
				ended = true
				return 0, ctx.Err()
			})
		}}
		x, err := New(Config{Store: openStore(t), Upstream: tr.upstream(t)})
		if err != nil {
			t.Fatal(err)
		}
		answers := make(chan answer, 1)
		go func() { answers <- ask(x, "/simple/demo/") }()
		synctest.Wait()
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
		if !ended {
			t.Error("Close returned before the download ended")
		}
		<-answers
		if a := ask(x, "/simple/other/"); a.code == http.StatusOK || tr.requests != 1 {
			t.Errorf("after Close: %d, %d requests; want a refusal and no request", a.code, tr.requests)
		}
	})
}
