package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/venv/job"
)

// removeScratch removes the directories of temporary files that killed runs of
// this user left, and returns how many. Their containers must be gone.
func removeScratch(ctx context.Context, e *engine.Engine, program string) (n int, err error) {
	left, err := engine.LeftScratch()
	errs := []error{err}
	for _, s := range left {
		err := s.Remove()
		if err != nil { // root in a container wrote something there
			err = errors.Join(emptyAsRoot(ctx, e, program, s.Dir), s.Remove())
		}
		if err == nil {
			n++
		}
		errs = append(errs, err)
	}
	return n, errors.Join(errs...)
}

func emptyAsRoot(ctx context.Context, e *engine.Engine, program, dir string) error {
	image, err := e.OwnImage(ctx)
	if err == nil && image == "" {
		err = fmt.Errorf("empty %s: what root wrote there needs a container, and the engine has no image of ours", dir)
	}
	if err != nil {
		return err
	}
	return job.Empty(ctx, e, image, program, dir)
}
