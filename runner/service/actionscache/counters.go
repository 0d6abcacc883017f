package actionscache

import (
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
)

// A Count is a number of requests and the bytes of their bodies.
type Count struct {
	Requests int64
	Bytes    int64
}

func (c Count) sub(o Count) Count {
	return Count{Requests: c.Requests - o.Requests, Bytes: c.Bytes - o.Bytes}
}

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
		Downloads: c.Downloads.sub(before.Downloads),
		Reserved:  c.Reserved - before.Reserved,
		Conflicts: c.Conflicts - before.Conflicts,
		Uploads:   c.Uploads.sub(before.Uploads),
		Committed: c.Committed.sub(before.Committed),
		Denied:    c.Denied - before.Denied,
		Errors:    c.Errors - before.Errors,
	}
}

// traffic is a Count that goroutines share.
type traffic struct{ requests, bytes atomic.Int64 }

func (t *traffic) count() Count {
	return Count{Requests: t.requests.Load(), Bytes: t.bytes.Load()}
}

func (t *traffic) add(n int64) {
	t.requests.Add(1)
	t.bytes.Add(n)
}

// tally holds what the fields of Counters are read from.
type tally struct {
	hits, fallbacks, misses, reserved, conflicts, denied, errors atomic.Int64
	downloads, uploads, committed                                traffic
}

func (t *tally) counters() Counters {
	return Counters{
		Hits: t.hits.Load(), Fallbacks: t.fallbacks.Load(), Misses: t.misses.Load(),
		Downloads: t.downloads.count(),
		Reserved:  t.reserved.Load(), Conflicts: t.conflicts.Load(),
		Uploads: t.uploads.count(), Committed: t.committed.count(),
		Denied: t.denied.Load(), Errors: t.errors.Load(),
	}
}

// received counts the bytes of an upload as they are read.
type received struct {
	io.Reader
	count *traffic
}

func (r received) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.count.bytes.Add(int64(n))
	return n, err
}

// A meter counts one response. It keeps io.ReaderFrom, which net/http turns
// into sendfile.
type meter struct {
	http.ResponseWriter
	count    *tally
	download bool

	status   int
	promised int64 // bytes counted ahead
	sent     int64
}

// WriteHeader counts the response, with the length that its header promises:
// the client may act on the last byte before the handler returns.
func (m *meter) WriteHeader(status int) {
	if m.status == 0 {
		m.status = status
		m.tell()
	}
	m.ResponseWriter.WriteHeader(status)
}

func (m *meter) tell() {
	switch {
	case m.status == http.StatusUnauthorized, m.status == http.StatusForbidden:
		m.count.denied.Add(1)
	case m.status == http.StatusConflict:
		m.count.conflicts.Add(1)
	case m.status >= http.StatusBadRequest:
		m.count.errors.Add(1)
	case m.download && m.status < http.StatusMultipleChoices:
		n, err := strconv.ParseInt(m.Header().Get("Content-Length"), 10, 64)
		if err == nil {
			m.promised = n
		}
		m.count.downloads.add(m.promised)
	}
}

// done takes back what was promised and not sent.
func (m *meter) done() {
	if m.promised != 0 {
		m.count.downloads.bytes.Add(m.sent - m.promised)
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
