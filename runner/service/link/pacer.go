package link

import (
	"sync"
	"time"
)

const (
	// slack bounds how far a flow may lag behind its schedule and still catch
	// up. It covers timers that fire late and a busy machine's scheduler. As a
	// flow's schedule begins with its response, catching up never makes the mean
	// rate since then exceed the set one.
	slack = 50 * time.Millisecond

	// early is how long before its time a quantum is passed on. On Linux a sleep
	// of Go ends at the next whole millisecond after its start, or a bit later;
	// aiming half of one early makes it right in the mean. The schedule itself
	// stays exact, so this does not add up.
	early = 500 * time.Microsecond

	// A flow books one quantum at a time: about quantumTime of its rate, so that
	// the flows of a link interleave, within bounds that keep the cost of a
	// timer small beside that of the transfer.
	quantumTime            = 2 * time.Millisecond
	minQuantum, maxQuantum = 1 << 10, 64 << 10 // bytes
)

// A pacer is the schedule of a line that carries rate bytes per second, one
// byte after the other.
type pacer struct {
	rate Rate

	mu   sync.Mutex
	free time.Time // when the last byte booked has passed
}

// book reserves the line for n bytes, at the earliest from the given time, and
// returns when the last of them has passed.
func (p *pacer) book(from time.Time, n int) time.Time {
	if p.rate == Unlimited {
		return from
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.free.Before(from) {
		p.free = from
	}
	p.free = p.free.Add(p.rate.duration(n))
	return p.free
}

// A flow is one direction of a connection: a stream with a rate of its own on
// a shared line.
type flow struct {
	stream Rate
	line   *pacer
	at     time.Time // when the last byte was to pass, which may lag behind the clock; zero: not begun
}

// begin starts the flow's schedule anew.
func (f *flow) begin(at time.Time) { f.at = at }

// book reserves n bytes and returns when to pass them on: early, by which the
// sleep until then is late.
func (f *flow) book(now time.Time, n int) time.Time {
	if f.at.IsZero() {
		f.begin(now)
	}
	if lag := now.Add(-slack); f.at.Before(lag) {
		f.at = lag
	}
	passed := f.line.book(f.at, n)
	if own := f.at.Add(f.stream.duration(n)); passed.Before(own) {
		passed = own
	}
	f.at = passed
	return passed.Add(-early)
}

// unlimited reports whether the flow is never slowed.
func (f *flow) unlimited() bool { return f.stream == Unlimited && f.line.rate == Unlimited }

// quantum returns how many bytes to book at a time.
func (f *flow) quantum() int {
	rate := f.line.rate
	if f.stream != Unlimited && (rate == Unlimited || f.stream < rate) {
		rate = f.stream
	}
	return int(min(max(float64(rate)*quantumTime.Seconds(), minQuantum), maxQuantum))
}
