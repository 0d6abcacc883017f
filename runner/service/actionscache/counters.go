package actionscache

import (
	"io"
	"net/http"
	"sync/atomic"

	"github.com/cibench/cibench/runner/service/internal/meter"
)

// A Count is a number of requests and the bytes of their bodies.
type Count = meter.Count

// Counters are exact counts of one cache, both protocols together.
type Counters struct {
	Hits      int64 // look-ups that found an entry by its whole key, the first that was asked for
	Fallbacks int64 // look-ups that found another entry
	Misses    int64
	Downloads Count // of archives or ranges of them; bytes sent

	Reserved  int64 // entries begun
	Conflicts int64 // entries refused because their key is taken
	Uploads   Count // of archives, blocks and chunks; bytes received, also of uploads that broke off
	Committed Count // entries finished, and the size of their archives

	Denied int64 // responses 401 and 403, and entries that a token may not begin
	Errors int64 // other responses of 400 and above, Conflicts apart
}

// Sub returns the counts since before.
func (c Counters) Sub(before Counters) Counters {
	return Counters{
		Hits:      c.Hits - before.Hits,
		Fallbacks: c.Fallbacks - before.Fallbacks,
		Misses:    c.Misses - before.Misses,
		Downloads: c.Downloads.Sub(before.Downloads),
		Reserved:  c.Reserved - before.Reserved,
		Conflicts: c.Conflicts - before.Conflicts,
		Uploads:   c.Uploads.Sub(before.Uploads),
		Committed: c.Committed.Sub(before.Committed),
		Denied:    c.Denied - before.Denied,
		Errors:    c.Errors - before.Errors,
	}
}

// tally holds what the fields of Counters are read from.
type tally struct {
	hits, fallbacks, misses, reserved, conflicts, denied, errors atomic.Int64
	downloads, uploads, committed                                meter.Traffic
}

func (t *tally) counters() Counters {
	return Counters{
		Hits: t.hits.Load(), Fallbacks: t.fallbacks.Load(), Misses: t.misses.Load(),
		Downloads: t.downloads.Count(),
		Reserved:  t.reserved.Load(), Conflicts: t.conflicts.Load(),
		Uploads: t.uploads.Count(), Committed: t.committed.Count(),
		Denied: t.denied.Load(), Errors: t.errors.Load(),
	}
}

// received counts the bytes of an upload as they are read.
type received struct {
	io.Reader
	count *meter.Traffic
}

func (r received) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.count.Bytes.Add(int64(n))
	return n, err
}

// A counted is a response that counts itself.
type counted struct {
	meter.Writer
	count    *tally
	download bool
}

func newCounted(w http.ResponseWriter, count *tally, download bool) *counted {
	r := &counted{count: count, download: download}
	r.Writer = meter.Writer{ResponseWriter: w, Begin: r.begin}
	return r
}

// begin counts the response; only the bytes of downloads count.
func (r *counted) begin(status int) *atomic.Int64 {
	switch {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		r.count.denied.Add(1)
	case status == http.StatusConflict:
		r.count.conflicts.Add(1)
	case status >= http.StatusBadRequest:
		r.count.errors.Add(1)
	case r.download && status < http.StatusMultipleChoices:
		r.count.downloads.Requests.Add(1)
		return &r.count.downloads.Bytes
	}
	return nil
}
