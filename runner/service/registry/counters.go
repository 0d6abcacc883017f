package registry

import (
	"net/http"
	"sync/atomic"

	"github.com/cibench/cibench/runner/service/internal/meter"
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

// A counted is a response that counts itself.
type counted struct {
	meter.Writer
	traffic *traffic
	kind    kind
	method  string
}

func newCounted(w http.ResponseWriter, t *traffic, k kind, method string) *counted {
	r := &counted{traffic: t, kind: k, method: method}
	r.Writer = meter.Writer{ResponseWriter: w, Begin: r.begin}
	return r
}

// begin counts the response; only the bytes of blobs count.
func (r *counted) begin(status int) *atomic.Int64 {
	read := r.method == http.MethodGet || r.method == http.MethodHead
	switch {
	case r.kind == manifests:
		r.traffic.manifestRequests.Add(1)
	case r.kind == blobs && read:
		r.traffic.blobRequests.Add(1)
	}
	switch {
	case status == http.StatusNotFound:
		r.traffic.unknown.Add(1)
	case status >= http.StatusBadRequest:
		r.traffic.errs.Add(1)
	case r.kind == blobs && r.method == http.MethodGet:
		return &r.traffic.blobBytes
	}
	return nil
}
