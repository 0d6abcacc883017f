package cli

import (
	"errors"
	"fmt"
	"net"

	"github.com/cibench/cibench/runner/service/actionscache"
	"github.com/cibench/cibench/runner/service/pypi"
	"github.com/cibench/cibench/runner/service/registry"
)

// ports are the listeners of a run's services. They are opened before anything
// that takes time or changes the engine, so that a busy one costs nothing.
type ports struct {
	index, registry net.Listener

	// Of the Actions cache: its API, and the store of its archives. What a job
	// sees of them is no part of any key, so their ports are any free ones.
	cache, archives net.Listener
}

func openPorts(cfg *config) (p ports, err error) {
	defer func() {
		if err != nil {
			err = errors.Join(err, p.close())
		}
	}()
	if p.index, err = pypi.Listen(cfg.IndexPort); err != nil {
		return p, portError{err, "index-port", cfg.IndexPort}
	}
	if p.registry, err = registry.Listen(cfg.RegistryPort); err != nil {
		return p, portError{err, "registry-port", cfg.RegistryPort}
	}
	if p.cache, err = actionscache.Listen(0); err != nil {
		return p, err
	}
	p.archives, err = actionscache.Listen(0)
	return p, err
}

// close closes what the services, which own their listeners, have not.
func (p ports) close() error {
	var errs []error
	for _, l := range []net.Listener{p.index, p.registry, p.cache, p.archives} {
		if l == nil {
			continue
		}
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
