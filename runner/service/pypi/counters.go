package pypi

import (
	"net/http"
	"sync/atomic"

	"github.com/cibench/cibench/runner/service/internal/meter"
)

// A Count is a number of requests and the bytes of their response bodies, as
// sent: after compression, without headers.
type Count struct {
	Requests int64
	Bytes    int64
}

func (c Count) sub(o Count) Count {
	return Count{Requests: c.Requests - o.Requests, Bytes: c.Bytes - o.Bytes}
}

// Counters says what an index has served since it started. Each request counts
// in exactly one of the fields, Upstream apart. A response is counted before
// its first byte is sent, so a client that has its answer finds it counted;
// bytes that a client did not wait for are taken off again when it leaves.
type Counters struct {
	Pages       Count // 200, the list of packages among them
	Metadata    Count // 200 and 206, of files' metadata (PEP 658)
	Files       Count // 200 and 206
	NotModified Count // 304, of any kind
	Redirects   Count // 301, to the normalised name
	NotFound    Count // 404
	Errors      Count // everything else: a bad request, a mismatch, an upstream that failed
	Upstream    Count // requests sent to the upstream, and the bytes of its bodies, decompressed
}

// Sub returns what was served after earlier was taken.
func (c Counters) Sub(earlier Counters) Counters {
	return Counters{
		Pages:       c.Pages.sub(earlier.Pages),
		Metadata:    c.Metadata.sub(earlier.Metadata),
		Files:       c.Files.sub(earlier.Files),
		NotModified: c.NotModified.sub(earlier.NotModified),
		Redirects:   c.Redirects.sub(earlier.Redirects),
		NotFound:    c.NotFound.sub(earlier.NotFound),
		Errors:      c.Errors.sub(earlier.Errors),
		Upstream:    c.Upstream.sub(earlier.Upstream),
	}
}

// Served returns the sum over all kinds of responses, without the upstream.
func (c Counters) Served() Count {
	var t Count
	for _, k := range []Count{c.Pages, c.Metadata, c.Files, c.NotModified, c.Redirects, c.NotFound, c.Errors} {
		t.Requests += k.Requests
		t.Bytes += k.Bytes
	}
	return t
}

// traffic is a Count that goroutines share.
type traffic struct{ requests, bytes atomic.Int64 }

func (t *traffic) count() Count {
	return Count{Requests: t.requests.Load(), Bytes: t.bytes.Load()}
}

// tally holds what the fields of Counters are read from.
type tally struct {
	pages, metadata, files, notModified, redirects, notFound, errors traffic
}

func (t *tally) counters() Counters {
	return Counters{
		Pages: t.pages.count(), Metadata: t.metadata.count(), Files: t.files.count(),
		NotModified: t.notModified.count(), Redirects: t.redirects.count(),
		NotFound: t.notFound.count(), Errors: t.errors.count(),
	}
}

// response counts one response.
type response struct {
	meter.Writer
	tally *tally
	head  bool
	body  *traffic       // where a 200 or 206 counts
	sends func(code int) // called before an answer that is not an error; may be nil
}

func newResponse(w http.ResponseWriter, t *tally, method string) *response {
	r := &response{tally: t, head: method == http.MethodHead}
	r.Writer = meter.Writer{ResponseWriter: w, Begin: r.begin}
	return r
}

func (w *response) begin(code int) *atomic.Int64 {
	slot := w.choose(code)
	if w.sends != nil && code < http.StatusBadRequest {
		w.sends(code)
	}
	slot.requests.Add(1)
	if w.head {
		return nil
	}
	return &slot.bytes
}

func (w *response) choose(code int) *traffic {
	switch code {
	case http.StatusOK, http.StatusPartialContent:
		if w.body == nil {
			return &w.tally.errors
		}
		return w.body
	case http.StatusNotModified:
		return &w.tally.notModified
	case http.StatusMovedPermanently, http.StatusTemporaryRedirect:
		return &w.tally.redirects
	case http.StatusNotFound:
		return &w.tally.notFound
	default:
		return &w.tally.errors
	}
}

// settle ends the count of a response.
func (w *response) settle() {
	if w.Status == 0 {
		w.tally.errors.requests.Add(1) // the handler gave up without an answer
	}
	w.Done()
}
