package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/cibench/cibench/runner/engine"
)

// openEngine opens the Docker engine. The client library looks for another
// engine where the one that DOCKER_HOST names does not answer; that one's
// containers and volumes are not what the user spoke of, so it is refused.
func openEngine(ctx context.Context, io *IO, owner string) (*engine.Engine, error) {
	e, err := engine.Open(ctx, owner)
	if err != nil {
		return nil, err
	}
	if err := namedEngine(io.Getenv("DOCKER_HOST"), e.Info().Host); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

// namedEngine tells whether the engine at found is the one that the
// environment names, if it names one.
func namedEngine(named, found string) error {
	if named == "" || named == found {
		return nil
	}
	return &engine.UnreachableError{Err: fmt.Errorf("DOCKER_HOST names %s, but what answers is %s", named, found)}
}
