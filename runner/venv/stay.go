package venv

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/service/actionscache"
	"github.com/cibench/cibench/runner/venv/inside"
	"github.com/cibench/cibench/runner/venv/workflow"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// stay makes the disk of a machine that stays: it runs the job once, untimed, on
// the project as it is, and leaves the disk to the session. That the job failed
// is a *lane.Failure.
func (l *Lane) stay(ctx context.Context, v scenarios.Variant, t plan.Trial, s *session) (err error) {
	first, err := l.open(ctx, v, plan.Trial{ID: "first-" + t.ID, Variant: v.Name, State: scenarios.Cold})
	first.disk = s.disk
	left := false
	defer func() {
		ctx, cancel := runner.Afterwards(ctx)
		defer cancel()
		if left {
			err = errors.Join(err, first.machine.Leave(ctx), os.RemoveAll(first.dir))
		} else {
			err = errors.Join(err, l.close(ctx, first))
		}
	}()
	if err != nil {
		return err
	}
	if err := l.Cache.Reset(actionscache.Snapshot{}); err != nil {
		return err
	}
	if err := l.start(ctx, first); err != nil {
		return err
	}
	if err := l.run(ctx, first); err != nil {
		return err
	}
	left = true
	return nil
}

// A kept is what a machine that stays holds before the job.
type kept struct {
	packages int  // in the environment
	pipCache bool // pip's cache holds something
}

// look tells what the session's machine holds.
func (s *session) look(ctx context.Context) (*kept, error) {
	packages, err := s.packages(ctx)
	if err != nil {
		return nil, err
	}
	cached, err := s.machine.Evidence(ctx, "ls -A ~/.cache/pip 2>/dev/null || true")
	return &kept{len(packages), strings.TrimSpace(cached) != ""}, err
}

// stayed checks what a machine that stays kept: the environment, and all that
// had been fetched for it, unless another Python's pip is to read it.
func (p proof) stayed(c *results.Checklist) {
	s := p.session
	results.CheckEqual(c, "packages before", s.before.packages, len(s.primed.Packages))
	if s.before.pipCache && p.state != scenarios.PythonBump {
		p.index(c, 1)
	}
}

// removeDisk removes the disk of a machine that is gone. What root wrote, only
// root removes.
func (l *Lane) removeDisk(ctx context.Context, s *session) error {
	if _, err := os.Stat(s.disk); err != nil || os.RemoveAll(s.disk) == nil {
		return nil
	}
	err := l.Engine.RunTask(ctx, engine.Task{
		Image:   s.image.engine,
		Command: []string{"/cibench", inside.Command, string(inside.TaskEmpty), "/disk"},
		Binds:   map[string]string{s.disk: "/disk", l.Program: "/cibench"},
	})
	return errors.Join(err, os.RemoveAll(s.disk))
}

// inPlace finds the steps that make no sense where the project lies in place.
func inPlace(file string, job *workflow.Job) error {
	for _, step := range job.Steps {
		if step.Kind == workflow.KindCheckout {
			return fmt.Errorf("%s:%d:%d: a checkout empties the workspace of a machine that stays: skip it by a rule of the study", file, step.Line, step.Column)
		}
	}
	return nil
}
