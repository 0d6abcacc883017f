package meter

import "sync/atomic"

// A Count is a number of requests and the bytes of their bodies.
type Count struct {
	Requests int64
	Bytes    int64
}

// Sub returns the counts since before.
func (c Count) Sub(before Count) Count {
	return Count{Requests: c.Requests - before.Requests, Bytes: c.Bytes - before.Bytes}
}

// Traffic is a Count that goroutines share.
type Traffic struct{ Requests, Bytes atomic.Int64 }

// Count returns the counts so far.
func (t *Traffic) Count() Count {
	return Count{Requests: t.Requests.Load(), Bytes: t.Bytes.Load()}
}

// Add counts one request, whose body has n bytes.
func (t *Traffic) Add(n int64) {
	t.Requests.Add(1)
	t.Bytes.Add(n)
}
