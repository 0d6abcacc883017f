// Package sim executes trials against a seeded cost model instead of a
// machine.
//
// The model has real caches: layers under keys, base images, pip's cache in
// cache mounts, blobs that the registry holds. A build fills them and a
// mutation misses them, so a trial's state is proved from what was found
// there, as with a real builder; only times, sizes and the package index are
// made up. The invariant: an equal study and seed give equal trials on every
// machine, in whatever order they run.
//
// It reads Dockerfiles by their text: layers, arguments, cache mounts and pip
// commands are followed; ignore files, here-documents and the meaning of any
// other command are not. What it prints looks like a measurement and is none:
// whoever stores it says so.
package sim

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// Config is what an executor simulates. All fields must be set, but Seed.
type Config struct {
	Study    *scenarios.Study
	Files    fs.FS // the study's directory
	Job      scenarios.Job
	Variants []string // of the job: those that have trials
	Seed     uint64
	Clock    *Clock // moved on by the trials' timed windows
}

// Executor executes the trials of one image job, one at a time.
type Executor struct {
	cfg     Config
	project fs.FS
	rules   scenarios.StepPhases
	primed  map[string]*primed // by variant
	cur     *session           // of the trial under way
}

// primed is what the build of a variant's own input left.
type primed struct {
	ops     []op
	build   *build
	records int
}

// session is what one trial owns.
type session struct {
	ops    []op
	build  *build
	before int // the builder's records before the build
	primed *primed
	pruned bool // of its cache mounts
}

// New returns an executor. It fails when the Dockerfile of one of the variants
// cannot be simulated, with an *UnsupportedError for each.
func New(cfg Config) (*Executor, error) {
	project, err := cfg.Study.Tree(cfg.Files)
	if err != nil {
		return nil, fmt.Errorf("simulate %s: %w", cfg.Job.Name, err)
	}
	rules, err := cfg.Job.StepPhases()
	if err != nil {
		return nil, fmt.Errorf("simulate: %w", err)
	}
	e := &Executor{cfg: cfg, project: project, rules: rules, primed: map[string]*primed{}}
	var errs []error
	for _, v := range cfg.Job.Variants {
		if !slices.Contains(cfg.Variants, v.Name) {
			continue
		}
		_, err := e.read(v, tree{project: project})
		errs = append(errs, err)
	}
	return e, errors.Join(errs...)
}

// read reads a variant's Dockerfile.
func (e *Executor) read(v scenarios.Variant, t tree) (*file, error) {
	data, err := t.read(v.Dockerfile)
	if err != nil {
		return nil, fmt.Errorf("simulate %s: %w", v.Name, err)
	}
	return parseDockerfile(v.Dockerfile, data)
}

// Prepare gives the trial an empty builder, or a copy of the one that priming
// left, and the project with the trial's mutation.
func (e *Executor) Prepare(ctx context.Context, t plan.Trial) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	v, err := e.cfg.Job.Variant(t.Variant)
	if err != nil {
		return err
	}
	s := &session{}
	if s.ops, err = e.resolve(v, t.State, t.ID); err != nil {
		return err
	}
	held := newBuilder()
	if t.State.Primed() {
		if s.primed, err = e.prime(v); err != nil {
			return err
		}
		held = s.primed.build.builder.clone()
	}
	if s.pruned = t.State == scenarios.MountsPruned; s.pruned {
		clear(held.mounts)
	}
	s.build = &build{builder: held, noise: newNoise(e.cfg.Seed, t.ID)}
	e.cur = s
	return nil
}

// resolve returns the steps that a trial's build has.
func (e *Executor) resolve(v scenarios.Variant, s scenarios.State, trial string) ([]op, error) {
	t := tree{project: e.project}
	if s.NeedsMutation() {
		var err error
		if t.changed, err = e.cfg.Study.Mutations[s].Apply(e.project, trial); err != nil {
			return nil, err
		}
	}
	f, err := e.read(v, t)
	if err != nil {
		return nil, err
	}
	r := &resolver{file: f, tree: t, root: path.Clean(v.Context), args: v.Args(s, trial), rules: e.rules}
	if s == scenarios.BaseBump {
		r.base = trial
	}
	return r.resolve(), nil
}

// prime builds a variant's own input once.
func (e *Executor) prime(v scenarios.Variant) (*primed, error) {
	if p := e.primed[v.Name]; p != nil {
		return p, nil
	}
	ops, err := e.resolve(v, scenarios.Warm, "")
	if err != nil {
		return nil, err
	}
	b := &build{builder: newBuilder(), noise: newNoise(e.cfg.Seed, "")}
	b.run(ops)
	p := &primed{ops: ops, build: b, records: b.builder.records()}
	e.primed[v.Name] = p
	return p, nil
}

// errOrder is a programmer's mistake that a walk does not make.
var errOrder = errors.New("the trial is not prepared")

// Execute runs the build and moves the clock on by the time that it took.
func (e *Executor) Execute(ctx context.Context, _ plan.Trial) (runner.Attempt, error) {
	if ctx.Err() != nil {
		return runner.Attempt{}, context.Cause(ctx)
	}
	s := e.cur
	if s == nil {
		return runner.Attempt{}, errOrder
	}
	if s.primed != nil && s.primed.build.failure != "" {
		return runner.Attempt{
			Failure: "the build that primes the caches failed: " + s.primed.build.failure,
			Log:     s.primed.build.log.String(),
		}, nil
	}
	s.before = s.build.builder.records()
	s.build.run(s.ops)
	e.cfg.Clock.advance(s.build.at)
	return runner.Attempt{Failure: s.build.failure, Log: s.build.log.String()}, nil
}

// Restore forgets the trial's builder.
func (e *Executor) Restore(context.Context, plan.Trial) error {
	e.cur = nil
	return nil
}
