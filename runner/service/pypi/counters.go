package pypi

import (
	"net/http"
	"sync/atomic"

	"github.com/cibench/cibench/runner/service/internal/meter"
)

// A Count is a number of requests and the bytes of their response bodies, as
// sent: after compression, without headers.
type Count = meter.Count

// Counters says what an index has served since it started. Each request counts
// in exactly one of the fields, Upstream apart. A response is counted before
// its first byte is sent, so a client that has its answer finds it counted;
// bytes that a client did not wait for are taken off again when it leaves.
type Counters struct {
	Pages       Count // 200 and 206, the list of packages among them
	Metadata    Count // 200 and 206, of files' metadata (PEP 658)
	Files       Count // 200 and 206
	NotModified Count // 304, of any kind
	Redirects   Count // 301 to the normalised name, and 307 to a clean path
	NotFound    Count // 404
	Errors      Count // everything else: a bad request, a mismatch, an upstream that failed
	Upstream    Count // requests sent to the upstream, and the bytes of its bodies, decompressed
}

// Sub returns what was served after earlier was taken.
func (c Counters) Sub(earlier Counters) Counters {
	return Counters{
		Pages:       c.Pages.Sub(earlier.Pages),
		Metadata:    c.Metadata.Sub(earlier.Metadata),
		Files:       c.Files.Sub(earlier.Files),
		NotModified: c.NotModified.Sub(earlier.NotModified),
		Redirects:   c.Redirects.Sub(earlier.Redirects),
		NotFound:    c.NotFound.Sub(earlier.NotFound),
		Errors:      c.Errors.Sub(earlier.Errors),
		Upstream:    c.Upstream.Sub(earlier.Upstream),
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

// tally holds what the fields of Counters are read from.
type tally struct {
	pages, metadata, files, notModified, redirects, notFound, errors meter.Traffic
}

func (t *tally) counters() Counters {
	return Counters{
		Pages: t.pages.Count(), Metadata: t.metadata.Count(), Files: t.files.Count(),
		NotModified: t.notModified.Count(), Redirects: t.redirects.Count(),
		NotFound: t.notFound.Count(), Errors: t.errors.Count(),
	}
}

// response counts one response.
type response struct {
	meter.Writer
	tally *tally
	head  bool
	body  *meter.Traffic // where a 200 or 206 counts
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
	slot.Requests.Add(1)
	if w.head {
		return nil
	}
	return &slot.Bytes
}

func (w *response) choose(code int) *meter.Traffic {
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
		w.tally.errors.Requests.Add(1) // the handler gave up without an answer
	}
	w.Done()
}
