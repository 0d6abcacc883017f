package link

import (
	"errors"
	"net"
	"os"
	"sync"
	"time"
)

// A conn shapes the server's side of a connection that carries requests and
// responses in turn, as HTTP/1.1 does without pipelining.
type conn struct {
	net.Conn
	firstByte time.Duration

	reading sync.Mutex // held during Read
	up      flow
	writing sync.Mutex // held during Write
	down    flow

	turn  sync.Mutex
	asked time.Time // when the request came in; zero while the response goes out

	readBy, writeBy deadline
	closeOnce       sync.Once
	closed          chan struct{}
}

func newConn(inner net.Conn, l *Link, s Shape) *conn {
	return &conn{
		Conn:      inner,
		firstByte: s.FirstByte,
		up:        flow{stream: s.StreamUp, line: l.up},
		down:      flow{stream: s.StreamDown, line: l.down},
		readBy:    newDeadline(),
		writeBy:   newDeadline(),
		closed:    make(chan struct{}),
	}
}

// Read reads at most one quantum and returns when that has passed the line.
// Bytes that were read are returned even if the deadline cuts the wait: the
// flow still owes the time, and the next Read pays it.
func (c *conn) Read(p []byte) (int, error) {
	c.reading.Lock()
	defer c.reading.Unlock()
	if !c.up.unlimited() {
		p = p[:min(len(p), c.up.quantum())]
	}
	n, err := c.Conn.Read(p)
	if n == 0 {
		return n, err
	}
	now := time.Now()
	if c.ask(now) {
		c.up.begin(now)
	}
	_ = c.wait(c.up.book(now, n), &c.readBy)
	c.askedBy(time.Now())
	return n, err
}

// ask notes that a part of a request came in, and reports whether it is the
// first one.
func (c *conn) ask(now time.Time) bool {
	c.turn.Lock()
	defer c.turn.Unlock()
	first := c.asked.IsZero()
	c.asked = now
	return first
}

// askedBy corrects when the request came in, unless it is being answered.
func (c *conn) askedBy(now time.Time) {
	c.turn.Lock()
	defer c.turn.Unlock()
	if !c.asked.IsZero() {
		c.asked = now
	}
}

// Write writes p by the quantum, each when it has passed the line.
func (c *conn) Write(p []byte) (int, error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	if err := c.answer(); err != nil {
		return 0, err
	}
	if c.down.unlimited() {
		return c.Conn.Write(p)
	}
	var written int
	for len(p) > 0 {
		q := p[:min(len(p), c.down.quantum())]
		if err := c.wait(c.down.book(time.Now(), len(q)), &c.writeBy); err != nil {
			return written, err
		}
		n, err := c.Conn.Write(q)
		written += n
		if err != nil {
			return written, err
		}
		p = p[n:]
	}
	return written, nil
}

// answer waits, at the first Write after a Read, until the first byte of the
// response is due, and begins the response's schedule then.
func (c *conn) answer() error {
	c.turn.Lock()
	asked := c.asked
	c.turn.Unlock()
	if asked.IsZero() {
		return nil
	}
	start := time.Now()
	if due := asked.Add(c.firstByte); due.After(start) {
		if err := c.wait(due, &c.writeBy); err != nil {
			return err
		}
		start = due
	}
	c.down.begin(start)
	c.turn.Lock()
	c.asked = time.Time{}
	c.turn.Unlock()
	return nil
}

// wait returns at the given time, or earlier with the error of a connection
// that was closed or whose deadline passed.
func (c *conn) wait(until time.Time, by *deadline) error {
	for {
		at, changed := by.get()
		now := time.Now()
		if !now.Before(until) {
			return nil
		}
		next := until
		if !at.IsZero() && at.Before(until) {
			next = at
			if !now.Before(at) {
				return os.ErrDeadlineExceeded
			}
		}
		timer := time.NewTimer(next.Sub(now))
		select {
		case <-timer.C:
		case <-changed:
		case <-c.closed:
			timer.Stop()
			return net.ErrClosed
		}
		timer.Stop()
	}
}

// Close ends waits too.
func (c *conn) Close() error {
	c.closeOnce.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

// CloseWrite ends the connection's own direction, as net/http does before it
// closes one that may still be sent to.
func (c *conn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return errors.ErrUnsupported
}

func (c *conn) SetDeadline(t time.Time) error {
	c.readBy.set(t)
	c.writeBy.set(t)
	return c.Conn.SetDeadline(t)
}

func (c *conn) SetReadDeadline(t time.Time) error {
	c.readBy.set(t)
	return c.Conn.SetReadDeadline(t)
}

func (c *conn) SetWriteDeadline(t time.Time) error {
	c.writeBy.set(t)
	return c.Conn.SetWriteDeadline(t)
}
