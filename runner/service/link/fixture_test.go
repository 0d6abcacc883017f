package link

import (
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// pipe returns both ends of a connection in memory, the server's shaped.
func pipe(t *testing.T, l *Link, s Shape) (server, client net.Conn) {
	t.Helper()
	inner, client := net.Pipe()
	server = newConn(inner, l, s)
	t.Cleanup(func() {
		server.Close()
		client.Close()
	})
	return server, client
}

// elapsed returns how long f takes, in a bubble's exact time.
func elapsed(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

// near allows for being early at the end of a request and of its response, and
// for the rounding of each quantum's time to nanoseconds.
func near(got, want time.Duration) bool {
	const rounding = 10 * time.Microsecond
	return got >= want-2*early-rounding && got <= want+rounding
}

func write(t *testing.T, w io.Writer, n int) {
	t.Helper()
	if got, err := w.Write(make([]byte, n)); err != nil || got != n {
		t.Errorf("Write: got %d and error %v, want %d", got, err, n)
	}
}

func read(t *testing.T, r io.Reader, n int) {
	t.Helper()
	if _, err := io.ReadFull(r, make([]byte, n)); err != nil {
		t.Errorf("Read: %v", err)
	}
}

// drain reads and drops all that comes.
func drain(conns ...net.Conn) {
	for _, c := range conns {
		go io.Copy(io.Discard, c)
	}
}

// A pipeListener accepts connections in memory.
type pipeListener struct {
	conns  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

func newPipeListener() *pipeListener {
	return &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
}

func (l *pipeListener) dial() (net.Conn, error) {
	server, client := net.Pipe()
	select {
	case l.conns <- server:
		return client, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *pipeListener) Addr() net.Addr { return &net.TCPAddr{} }
