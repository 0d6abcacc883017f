package venv

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/service/actionscache"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// stay makes the disk of a machine that stays: it runs the job once, untimed, on
// the project as it is, and leaves the disk to the session.
func (l *Lane) stay(ctx context.Context, v scenarios.Variant, t plan.Trial, s *session) (err error) {
	first, err := l.open(ctx, v, plan.Trial{ID: "first-" + t.ID, Variant: v.Name, State: scenarios.Cold})
	defer func() { err = errors.Join(err, os.RemoveAll(first.dir)) }()
	if err != nil {
		return err
	}
	first.disk = s.disk
	if err := l.Cache.Reset(actionscache.Snapshot{}); err != nil {
		return err
	}
	if err := l.start(ctx, first); err != nil {
		return err
	}
	err = l.run(ctx, first)
	if err == nil {
		s.before, err = first.packages(ctx)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("first run of %s: %w", v.Name, err), first.machine.Close(context.WithoutCancel(ctx)))
	}
	return first.machine.Leave(ctx)
}

// stayed checks what a machine that stays kept: the environment, and all that
// had been fetched for it.
func (p proof) stayed(c *results.Checklist) {
	results.CheckEqual(c, "packages before", int64(len(p.session.before)), int64(len(p.session.primed.Packages)))
	p.index(c, len(p.session.before))
}
