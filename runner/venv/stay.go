package venv

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/runner/lane"
	"github.com/cibench/cibench/runner/snapshot"
	"github.com/cibench/cibench/runner/venv/job"
	"github.com/cibench/cibench/runner/venv/workflow"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// A disk is that of a machine that stays, when nothing runs on it.
type disk struct {
	dir   string
	image string // in whose containers root can do to it what this user may not
}

// stay gives the session the disk of a machine that stays: a copy of what the
// variant's job left there.
func (l *Lane) stay(ctx context.Context, v scenarios.Variant, s *session) error {
	left, err := l.stayed.Get(v.Name, func() (disk, error) { return l.firstRun(ctx, v) })
	if err != nil {
		return err
	}
	disks := &snapshot.Store{Dir: l.Dir, Tasks: l.Engine, Image: left.image, Program: l.Program}
	if err := disks.Clone(ctx, left.dir, s.disk); err != nil {
		return fmt.Errorf("disk of %s: %w", v.Name, err)
	}
	return nil
}

// firstRun runs the job once, untimed, on the project as it is, and leaves the
// disk. That the job failed is a *lane.Failure.
func (l *Lane) firstRun(ctx context.Context, v scenarios.Variant) (left disk, err error) {
	l.Sayf("running %s once, untimed, for the disk that it leaves", v.Name)
	t := plan.Trial{ID: "first-" + l.Job.Name + "-" + v.Name, Variant: v.Name, State: scenarios.Cold}
	err = l.afterClean(ctx, v, t, func(s *session) error {
		ctx, cancel := runner.Afterwards(ctx)
		defer cancel()
		left = disk{s.disk, s.image.engine}
		return s.machine.Leave(ctx)
	})
	return left, err
}

// Close removes the disks that machines left.
func (l *Lane) Close() error {
	var errs []error
	for d := range l.stayed.All() {
		errs = append(errs, l.removeDisk(context.Background(), d))
	}
	l.stayed = lane.Once[disk]{}
	return errors.Join(errs...)
}

// diskContent is what a machine that stays holds before the job.
type diskContent struct {
	packages map[string]string // in the environment
	pipCache bool              // pip's cache holds something
}

// look tells what the session's machine holds.
func (s *session) look(ctx context.Context) (*diskContent, error) {
	packages, err := s.packages(ctx)
	if err != nil {
		return nil, err
	}
	cached, err := s.machine.Evidence(ctx, "ls -A ~/.cache/pip 2>/dev/null || true")
	return &diskContent{packages, strings.TrimSpace(cached) != ""}, err
}

// stayed checks what a machine that stays kept: the environment, and all that
// had been fetched for it.
func (p proof) stayed(c *results.Checklist) {
	s := p.session
	results.CheckEqual(c, "packages before", len(s.before.packages), len(s.primed.Packages))
	results.CheckEqual(c, "packages before that priming did not leave so", list(drift(s.before.packages, s.primed.Packages)), list(nil))
	if s.before.pipCache {
		p.index(c, 1)
	}
}

// removeDisk removes the disk of a machine that is gone.
func (l *Lane) removeDisk(ctx context.Context, d disk) error {
	if os.RemoveAll(d.dir) == nil {
		return nil
	}
	return errors.Join(job.Empty(ctx, l.Engine, d.image, l.Program, d.dir), os.RemoveAll(d.dir))
}

// inPlace finds the steps that make no sense where the project lies in place.
func inPlace(file string, j *workflow.Job) error {
	for _, step := range j.Steps {
		if step.Kind == workflow.KindCheckout {
			return fmt.Errorf("%s:%d:%d: a checkout empties the workspace of a machine that stays: skip it by a rule of the study", file, step.Line, step.Column)
		}
	}
	return nil
}
