// Package meter counts requests, and the bytes of HTTP responses as they are
// sent.
//
// Its one invariant is that a client which has seen a response's last byte
// finds the whole body counted: what the header promises is counted before the
// body, and what was not sent of it is taken back. What a response counts as
// is left to the services.
package meter

import (
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
)

// A Writer counts one response. It keeps io.ReaderFrom, which net/http turns
// into sendfile. Begin must be set.
type Writer struct {
	http.ResponseWriter

	// Begin is called once, before the status is written. It returns where the
	// body's bytes count, nil for nowhere.
	Begin func(status int) *atomic.Int64

	Status int // as written; 0 before that

	bytes          *atomic.Int64
	promised, sent int64
}

// WriteHeader counts the response, with the length that its header promises.
func (w *Writer) WriteHeader(status int) {
	if w.Status == 0 {
		w.Status = status
		if w.bytes = w.Begin(status); w.bytes != nil {
			if n, err := strconv.ParseInt(w.Header().Get("Content-Length"), 10, 64); err == nil {
				w.promised = n
			}
			w.bytes.Add(w.promised)
		}
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *Writer) Write(p []byte) (int, error) {
	if w.Status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	n, err := w.ResponseWriter.Write(p)
	w.sent += int64(n)
	return n, err
}

// ReadFrom is how http.ServeContent sends a file.
func (w *Writer) ReadFrom(src io.Reader) (int64, error) {
	if w.Status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	n, err := io.Copy(w.ResponseWriter, src)
	w.sent += n
	return n, err
}

// Done takes back what was promised and not sent. It is called when the handler
// has returned.
func (w *Writer) Done() {
	if w.bytes != nil {
		w.bytes.Add(w.sent - w.promised)
	}
}
