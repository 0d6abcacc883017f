package actionscache

import (
	"net"

	"github.com/cibench/cibench/runner/service/internal/loopback"
)

// PortError says that the cache's port cannot be listened on.
type PortError = loopback.PortError

// Listen listens on a port of 127.0.0.1; port 0 takes a free one. The error is
// a *PortError.
func Listen(port int) (net.Listener, error) { return loopback.Listen("actions cache", port) }
