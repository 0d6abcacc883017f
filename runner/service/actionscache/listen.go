package actionscache

import (
	"fmt"
	"net"
	"strconv"
)

// PortError says that the cache's port cannot be listened on.
type PortError struct {
	Addr string // host:port
	Err  error
}

func (e *PortError) Error() string { return fmt.Sprintf("actions cache on %s: %v", e.Addr, e.Err) }

func (e *PortError) Unwrap() error { return e.Err }

// Hint says what the user can do.
func (e *PortError) Hint() string {
	return "stop the program that listens on " + e.Addr + ", or configure another port for the actions cache"
}

// Listen listens on a port of 127.0.0.1; port 0 takes a free one. The error is
// a *PortError.
func Listen(port int) (net.Listener, error) {
	addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, &PortError{addr, err}
	}
	return l, nil
}
