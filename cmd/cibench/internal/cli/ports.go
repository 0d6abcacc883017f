package cli

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/cibench/cibench/runner/service/pypi"
	"github.com/cibench/cibench/runner/service/registry"
)

// ports are the listeners of a run's services. They are opened before anything
// that takes time or changes the engine, so that a busy one costs nothing.
type ports struct{ index, registry net.Listener }

func openPorts(ctx context.Context, cfg *config) (ports, error) {
	index, err := pypi.Listen(ctx, cfg.IndexPort)
	if err != nil {
		return ports{}, portError{err, "index-port", cfg.IndexPort}
	}
	reg, err := registry.Listen(cfg.RegistryPort)
	if err != nil {
		return ports{}, errors.Join(portError{err, "registry-port", cfg.RegistryPort}, index.Close())
	}
	return ports{index, reg}, nil
}

// close closes what the services, which own their listeners, have not.
func (p ports) close() error {
	var errs []error
	for _, l := range []net.Listener{p.index, p.registry} {
		if err := l.Close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// portError is that of a service, which does not know how it is configured.
// Its own hint is left behind.
type portError struct {
	err  error
	key  string
	port int
}

func (e portError) Error() string { return e.err.Error() }

func (e portError) Hint() string {
	return fmt.Sprintf("stop what listens on 127.0.0.1:%d, or take another port with --%s", e.port, e.key)
}
