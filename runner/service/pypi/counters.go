package pypi

import (
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
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

// response counts one response. It keeps the ReaderFrom of the writer below,
// without which net/http would not use sendfile.
type response struct {
	http.ResponseWriter
	tally *tally
	head  bool
	body  *traffic       // where a 200 or 206 counts
	sends func(code int) // called before an answer that is not an error; may be nil

	slot           *traffic // where this response counts; nil before WriteHeader
	declared, sent int64
}

func (w *response) WriteHeader(code int) {
	if w.slot == nil {
		w.slot = w.choose(code)
		if w.sends != nil && code < http.StatusBadRequest {
			w.sends(code)
		}
		if n, err := strconv.ParseInt(w.Header().Get("Content-Length"), 10, 64); err == nil && !w.head {
			w.declared = n
		}
		w.slot.bytes.Add(w.declared)
		w.slot.requests.Add(1)
	}
	w.ResponseWriter.WriteHeader(code)
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

func (w *response) Write(p []byte) (int, error) {
	if w.slot == nil {
		w.WriteHeader(http.StatusOK)
	}
	n, err := w.ResponseWriter.Write(p)
	w.sent += int64(n)
	return n, err
}

// ReadFrom is how http.ServeContent sends a file.
func (w *response) ReadFrom(r io.Reader) (int64, error) {
	if w.slot == nil {
		w.WriteHeader(http.StatusOK)
	}
	n, err := io.Copy(w.ResponseWriter, r)
	w.sent += n
	return n, err
}

// settle replaces the declared length by what was sent.
func (w *response) settle() {
	if w.slot == nil {
		w.slot = &w.tally.errors // the handler gave up without an answer
		w.slot.requests.Add(1)
	}
	if w.head {
		return
	}
	w.slot.bytes.Add(w.sent - w.declared)
}
