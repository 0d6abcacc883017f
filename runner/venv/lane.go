// Package venv executes the trials of a workflow's job: restore a cache,
// install, lint, test, save the cache.
//
// Each trial runs in a container of its own, with our package index behind
// pip and our Actions cache behind the cache steps. The invariant: the cache
// holds what the trial's state says when timing starts, and the trial tells
// whether the environment that came of it is the one that a clean
// installation gives. How steps run is left to package job, timing, order and
// storage to package runner.
package venv

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/runner/lane"
	"github.com/cibench/cibench/runner/project"
	"github.com/cibench/cibench/runner/service/pypi"
	"github.com/cibench/cibench/runner/venv/job"
	"github.com/cibench/cibench/runner/venv/workflow"
	"github.com/cibench/cibench/runner/venv/workflow/expr"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// Config is what a lane works with. The lane owns none of it.
type Config struct {
	lane.Config
	Trials []plan.Trial // that will be run: they decide which images are needed; those of other jobs do not count
	States string       // directory for what primed jobs left, kept for later runs; "" keeps nothing
	Keep   int          // of those at most, the least recently used go first
}

// Lane executes the trials of one job, one at a time.
type Lane struct {
	Config
	rules  scenarios.StepPhases
	steps  []workflow.Rule
	images map[string]baseImage // by Python version
	primed lane.Once[*primed]   // by variant
	clean  lane.Once[*primed]   // by variant and state that changes what is installed
	stayed lane.Once[disk]      // by variant, of machines that stay
	cur    *session             // of the trial under way
}

var _ runner.Executor = (*Lane)(nil)

// session is what one trial owns.
type session struct {
	unprimed *lane.Failure // why there is nothing below; nil for a session that can run

	dir     string // project copy
	job     variantJob
	image   baseImage
	branch  string // that the job runs for
	machine *job.Machine
	report  *job.Report // of what ran

	stays  bool         // on a machine that stays
	disk   string       // directory of the machine's disk
	before *diskContent // on a disk that stayed; nil on a new one

	primed *primed // what the caches held before they were changed
	clean  *primed // what a run with empty caches comes to

	counted counts    // at the start of the job
	mark    pypi.Mark // likewise
}

// New returns a lane. Supply must be called before the first trial, Close after
// the last.
func New(cfg Config) (*Lane, error) {
	rules, err := cfg.Job.StepPhases()
	if err != nil {
		return nil, err
	}
	l := &Lane{Config: cfg, images: map[string]baseImage{}, rules: rules}
	for _, r := range cfg.Job.Steps {
		action := workflow.ActionSkip
		if r.Run != "" {
			action = workflow.ActionRun
		}
		l.steps = append(l.steps, workflow.Rule{Name: r.Name, ID: r.ID, Uses: r.Uses, Action: action, Run: r.Run})
	}
	return l, nil
}

// disks are where a job and what it leaves write to.
func (l *Lane) disks() lane.Disks { return lane.DisksOf(l.Engine, l.States, l.Dir) }

// Prepare makes the project copy, the content of the cache and a container in
// which nothing has run, all as the trial's state says. The first trial of a
// variant primes it; the first in a state that changes what is installed also
// finds out what that should come to.
func (l *Lane) Prepare(ctx context.Context, t plan.Trial) error {
	if err := l.disks().Ready(); err != nil {
		return err
	}
	v, err := l.Job.Variant(t.Variant)
	if err != nil {
		return err
	}
	base, err := l.prime(ctx, v)
	var clean *primed
	if err == nil {
		clean, err = l.reference(ctx, v, t)
	}
	// A job that cannot succeed is an outcome of its trials.
	var failed *lane.Failure
	if errors.As(err, &failed) {
		l.cur = &session{unprimed: failed}
		return nil
	}
	if err != nil {
		return err
	}
	s, err := l.open(ctx, v, t)
	l.cur = s
	if err != nil {
		return err
	}
	s.primed, s.clean = base, clean
	stays := s.stays && t.State.Primed()
	if stays {
		if err := l.stay(ctx, v, s); errors.As(err, &s.unprimed) {
			return nil
		} else if err != nil {
			return err
		}
	}
	if err := l.bringAbout(t.State, s); err != nil {
		return err
	}
	if err := l.start(ctx, s); err != nil {
		return err
	}
	if stays {
		s.before, err = s.look(ctx)
	}
	return err
}

// open makes the session with its project copy, and reads the job as it stands
// there. The session is returned also when that fails half-way, for Restore.
func (l *Lane) open(ctx context.Context, v scenarios.Variant, t plan.Trial) (*session, error) {
	dir := filepath.Join(l.Dir, t.ID)
	s := &session{dir: dir, disk: dir + "-disk", branch: branchOf(t.State), stays: v.Persistence == scenarios.Persistent}
	if _, err := project.Copy(l.Study, l.Files, t, s.dir); err != nil {
		return s, err
	}
	var err error
	if s.job, err = l.read(os.DirFS(s.dir), v, s.branch); err != nil {
		return s, err
	}
	s.image, err = l.imageFor(ctx, s.job)
	return s, err
}

// start boots the session's machine and notes where the services' counters
// stand.
func (l *Lane) start(ctx context.Context, s *session) error {
	token, err := l.Cache.Token(scopes(s.branch)...)
	if err != nil {
		return err
	}
	s.machine, err = job.Boot(ctx, job.Config{
		Engine: l.Engine, Image: s.image.engine, Program: l.Program,
		Job: s.job.Job, Host: s.job.host(s.branch),
		Project: s.dir, Dir: s.disk, Stays: s.stays,
		Cache: job.CacheService{URL: l.CacheURL, Token: token},
		Files: lane.InstallerFiles(l.IndexURL),
	})
	if err != nil {
		return err
	}
	s.counted, s.mark = l.count(), l.Index.Mark()
	return nil
}

// gitHub is the github context of a job for a branch.
func gitHub(branch string) *expr.Object {
	github := expr.NewObject()
	for _, kv := range [][2]string{
		{"event_name", "push"}, {"ref", branch}, {"ref_name", strings.TrimPrefix(branch, "refs/heads/")},
		{"ref_type", "branch"}, {"repository", "cibench/project"}, {"repository_owner", "cibench"},
		{"sha", strings.Repeat("0", 40)}, {"actor", "cibench"}, {"run_id", "1"}, {"run_number", "1"}, {"run_attempt", "1"},
	} {
		github.Set(kv[0], kv[1])
	}
	return github
}

// Execute runs the job.
func (l *Lane) Execute(ctx context.Context, _ plan.Trial) (runner.Attempt, error) {
	s := l.cur
	if s.unprimed != nil {
		return s.unprimed.Attempt(), nil
	}
	err := l.run(ctx, s)
	var failed *lane.Failure
	switch {
	case ctx.Err() != nil:
		return runner.Attempt{Log: logOf(s.report)}, context.Cause(ctx)
	case errors.As(err, &failed):
		return failed.Attempt(), nil
	case err != nil:
		return runner.Attempt{}, errors.Join(l.Engine.Ping(ctx), err)
	}
	return runner.Attempt{}, nil
}

// run runs the session's job. That it failed is a *lane.Failure.
func (l *Lane) run(ctx context.Context, s *session) error {
	var err error
	if s.report, err = s.machine.Run(ctx); err == nil && s.report.Success() {
		return nil
	}
	return l.judge(s, err)
}

// judge tells a job that failed from a harness that is broken, as broken says,
// or as a full disk does: then every job fails.
func (l *Lane) judge(s *session, broken error) error {
	err := broken
	if err == nil {
		err = failureOf(s.report)
	}
	if full := l.disks().Full(); full != nil {
		return errors.Join(full, err)
	}
	if broken != nil {
		return broken
	}
	return l.failure(s, err)
}

// failure is that of the session's job for the given reason.
func (l *Lane) failure(s *session, err error) *lane.Failure {
	return &lane.Failure{Err: err, Problems: l.Index.ProblemsSince(s.mark), Log: logOf(s.report)}
}

// untimed is run as part of no trial, in the time that one has.
func (l *Lane) untimed(ctx context.Context, s *session) error {
	return lane.Within(ctx, l.Study.Policy.Timeout, func(ctx context.Context) error { return l.run(ctx, s) },
		func(late error) *lane.Failure { return l.failure(s, late) })
}

// close ends a session. Every part is tried, whatever fails.
func (l *Lane) close(ctx context.Context, s *session) error {
	var err error
	if s.machine != nil {
		err = s.machine.Close(ctx)
	} else if s.stays {
		err = l.removeDisk(ctx, disk{s.disk, s.image.engine})
	}
	return errors.Join(err, os.RemoveAll(s.dir))
}

// Restore removes what the trial made: container and project copy.
func (l *Lane) Restore(ctx context.Context, _ plan.Trial) error {
	s := l.cur
	l.cur = nil
	if s == nil || s.dir == "" { // nothing was made
		return nil
	}
	err := l.close(ctx, s)
	if err != nil {
		// An engine that is gone explains the rest.
		err = errors.Join(l.Engine.Ping(ctx), err)
	}
	return err
}
