package pypi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// Server serves an index on a listener.
type Server struct {
	http *http.Server
	url  string
	done chan error
}

// closeGrace is how long Close lets requests finish.
const closeGrace = 2 * time.Second

// Serve serves x on l, which it then owns, until Close is called. The listener
// may be a wrapped one of Listen, as package link makes them.
func Serve(l net.Listener, x *Index) *Server {
	s := &Server{
		http: &http.Server{
			Handler: x, ReadHeaderTimeout: 10 * time.Second,
			// Only the command line prints. What net/http refuses, or a handler's
			// panic, the client sees, and its trial fails.
			ErrorLog: log.New(io.Discard, "", 0),
		},
		url:  "http://" + l.Addr().String() + "/simple/",
		done: make(chan error, 1),
	}
	go func() { s.done <- s.http.Serve(l) }()
	return s
}

// URL returns the index's URL, as pip's --index-url wants it.
func (s *Server) URL() string { return s.url }

// Close stops to listen, lets requests finish for a short while, and returns
// when nothing is left. It is called once. The index stays usable.
func (s *Server) Close() error {
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
