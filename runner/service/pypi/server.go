package pypi

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"
)

// Listen opens the index's port on 127.0.0.1. pip's caches are bound to the
// index's URL, so the port is the same for all trials that are compared; port
// 0, any free one, is for tests. A port that is taken is a *BusyError.
func Listen(ctx context.Context, port int) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, &BusyError{Port: port, Err: syscall.EADDRINUSE}
	}
	if err != nil {
		return nil, fmt.Errorf("package index: %w", err)
	}
	return l, nil
}

// Server serves an index on a listener.
type Server struct {
	http *http.Server
	url  string
	done chan error
	stop func() bool
}

// closeGrace is how long Close lets requests finish.
const closeGrace = 2 * time.Second

// Serve serves x on l, which it then owns, until ctx ends or Close is called.
// The listener may be a wrapped one of Listen, as package link makes them.
func Serve(ctx context.Context, l net.Listener, x *Index) *Server {
	s := &Server{
		http: &http.Server{Handler: x, ReadHeaderTimeout: 10 * time.Second},
		url:  "http://" + l.Addr().String() + "/simple/",
		done: make(chan error, 1),
	}
	go func() { s.done <- s.http.Serve(l) }()
	// The only error of this Close is that of a listener already closed.
	s.stop = context.AfterFunc(ctx, func() { _ = s.http.Close() })
	return s
}

// URL returns the index's URL, as pip's --index-url wants it.
func (s *Server) URL() string { return s.url }

// Close stops to listen, lets requests finish for a short while, and returns
// when nothing is left. It is called once. The index stays usable.
func (s *Server) Close() error {
	s.stop()
	ctx, cancel := context.WithTimeout(context.Background(), closeGrace)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = s.http.Close()
	}
	if served := <-s.done; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	if err != nil {
		return fmt.Errorf("package index: close: %w", err)
	}
	return nil
}
