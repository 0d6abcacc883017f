package registry

import (
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
)

// Counters are exact counts of one registry, mirror and push area apart.
type Counters struct {
	Pull Traffic // of the mirror, and of paths that are no repository's
	Push Traffic // of repositories below PushPrefix
}

// Sub returns the counts since before.
func (c Counters) Sub(before Counters) Counters {
	return Counters{Pull: c.Pull.Sub(before.Pull), Push: c.Push.Sub(before.Push)}
}

// Traffic counts what one part of the registry answered.
type Traffic struct {
	ManifestRequests int64 // of any method
	BlobRequests     int64 // GET and HEAD
	BlobBytes        int64 // of blobs, sent in bodies
	BlobsPushed      int64 // uploads completed
	BytesPushed      int64 // their size
	BlobsMounted     int64 // taken over from another repository without an upload
	NotFound         int64 // responses 404; a push asks for each blob before it sends it
	Errors           int64 // other responses of 400 and above
}

// Sub returns the counts since before.
func (t Traffic) Sub(before Traffic) Traffic {
	return Traffic{
		ManifestRequests: t.ManifestRequests - before.ManifestRequests,
		BlobRequests:     t.BlobRequests - before.BlobRequests,
		BlobBytes:        t.BlobBytes - before.BlobBytes,
		BlobsPushed:      t.BlobsPushed - before.BlobsPushed,
		BytesPushed:      t.BytesPushed - before.BytesPushed,
		BlobsMounted:     t.BlobsMounted - before.BlobsMounted,
		NotFound:         t.NotFound - before.NotFound,
		Errors:           t.Errors - before.Errors,
	}
}

type traffic struct {
	manifestRequests, blobRequests, blobBytes        atomic.Int64
	blobsPushed, bytesPushed, mounted, unknown, errs atomic.Int64
}

func (t *traffic) load() Traffic {
	return Traffic{
		ManifestRequests: t.manifestRequests.Load(),
		BlobRequests:     t.blobRequests.Load(),
		BlobBytes:        t.blobBytes.Load(),
		BlobsPushed:      t.blobsPushed.Load(),
		BytesPushed:      t.bytesPushed.Load(),
		BlobsMounted:     t.mounted.Load(),
		NotFound:         t.unknown.Load(),
		Errors:           t.errs.Load(),
	}
}

// A meter counts one response. It keeps io.ReaderFrom, which net/http turns
// into sendfile.
type meter struct {
	http.ResponseWriter
	traffic *traffic
	kind    kind
	method  string

	status   int
	promised int64 // bytes counted ahead
	sent     int64
}

// WriteHeader counts the response, with the length that its header promises:
// the client may act on the last byte before the handler returns.
func (m *meter) WriteHeader(status int) {
	if m.status == 0 {
		m.status = status
		m.count()
	}
	m.ResponseWriter.WriteHeader(status)
}

func (m *meter) count() {
	read := m.method == http.MethodGet || m.method == http.MethodHead
	switch {
	case m.kind == manifests:
		m.traffic.manifestRequests.Add(1)
	case m.kind == blobs && read:
		m.traffic.blobRequests.Add(1)
	}
	switch {
	case m.status == http.StatusNotFound:
		m.traffic.unknown.Add(1)
	case m.status >= http.StatusBadRequest:
		m.traffic.errs.Add(1)
	case m.kind == blobs && m.method == http.MethodGet:
		if n, err := strconv.ParseInt(m.Header().Get("Content-Length"), 10, 64); err == nil {
			m.promised = n
			m.traffic.blobBytes.Add(n)
		}
	}
}

// done takes back what was promised and not sent.
func (m *meter) done() {
	if m.promised != 0 {
		m.traffic.blobBytes.Add(m.sent - m.promised)
	}
}

func (m *meter) Write(p []byte) (int, error) {
	if m.status == 0 {
		m.WriteHeader(http.StatusOK)
	}
	n, err := m.ResponseWriter.Write(p)
	m.sent += int64(n)
	return n, err
}

func (m *meter) ReadFrom(src io.Reader) (int64, error) {
	if m.status == 0 {
		m.WriteHeader(http.StatusOK)
	}
	n, err := io.Copy(m.ResponseWriter, src)
	m.sent += n
	return n, err
}
