// Package loopback listens where services of this machine do.
package loopback

import (
	"fmt"
	"net"
	"strconv"
	"strings"
)

// PortError says that a service's port cannot be listened on.
type PortError struct {
	Service string // as the user knows it: "registry"
	Addr    string // host:port
	Err     error
}

func (e *PortError) Error() string { return fmt.Sprintf("%s on %s: %v", e.Service, e.Addr, e.Err) }

func (e *PortError) Unwrap() error { return e.Err }

// Hint says what the user can do. Where any free port was asked for, no setting
// names one.
func (e *PortError) Hint() string {
	if strings.HasSuffix(e.Addr, ":0") {
		return "any free port would do: see whether sockets (ss -s) or open files (ulimit -n) have run out"
	}
	return "stop the program that listens on " + e.Addr + ", or configure another port for the " + e.Service
}

// Listen listens on a port of 127.0.0.1; port 0 takes a free one. The error is
// a *PortError.
func Listen(service string, port int) (net.Listener, error) {
	addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, &PortError{service, addr, err}
	}
	return l, nil
}
