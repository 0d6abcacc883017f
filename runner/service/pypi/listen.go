package pypi

import (
	"net"

	"github.com/cibench/cibench/runner/service/internal/loopback"
)

// PortError says that the index's port cannot be listened on.
type PortError = loopback.PortError

// Listen listens on a port of 127.0.0.1. pip's caches are bound to the index's
// URL, so the port is the same for all trials that are compared; port 0, any
// free one, is for tests. The error is a *PortError.
func Listen(port int) (net.Listener, error) { return loopback.Listen("package index", port) }
