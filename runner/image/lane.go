// Package image executes image-build trials through the BuildKit client, and
// proves their cache states.
//
// Each trial has a BuildKit daemon of its own, on a volume of its own, with
// our registry as mirror of the public one and our package index behind the
// base image's pip. The invariant: nothing that a trial could reuse is there
// unless the trial's state says so. Timing, order and storage are left to
// package runner.
package image

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"github.com/moby/buildkit/client"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/image/trace"
	"github.com/cibench/cibench/runner/lane"
	"github.com/cibench/cibench/runner/project"
	"github.com/cibench/cibench/runner/service/actionscache"
	"github.com/cibench/cibench/runner/service/pypi"
	"github.com/cibench/cibench/runner/service/registry"
	"github.com/cibench/cibench/runner/snapshot"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// Config is what a lane works with. The lane owns none of it.
type Config struct {
	lane.Config
	Snapshots *snapshot.Store
	Registry  *registry.Registry
	Addr      string // of Registry, host:port
	Builder   Builder
}

// Lane executes the trials of one image job, one at a time.
type Lane struct {
	Config
	daemonImage string // in the engine
	nonce       string // no other lane has it
	rules       scenarios.StepPhases
	supplied    map[string]supply
	primed      lane.Once[*primed] // by variant
	cur         *session           // of the trial under way
}

var _ runner.Executor = (*Lane)(nil)

// session is what one trial owns.
type session struct {
	variant  scenarios.Variant
	unprimed *lane.Failure // why there is nothing below; nil for a session that can build

	dir     string // project copy
	changed []string
	volume  string // of the daemon; "" for a build in the engine
	builder connection
	primed  *primed // of the variant; nil when it cannot be built
	build   build
	outside

	before  []*client.UsageInfo // the builder's content before the build
	pruned  []*client.UsageInfo // its content before its mounts were pruned, in the state mounts-pruned
	counted counts              // counters at the start of the build
	mark    pypi.Mark           // the index's journal at the start of the build
	started time.Time           // of the build
	status  trace.Collector
	spans   []results.Span // of what is no part of the build
	trace   *trace.Trace   // set by Verify
}

// New returns a lane. Supply must be called before the first trial.
func New(cfg Config) (*Lane, error) {
	if cfg.Builder == "" {
		cfg.Builder = BuilderContainer
	}
	rules, err := cfg.Job.StepPhases()
	if err != nil {
		return nil, err
	}
	return &Lane{Config: cfg, nonce: uuid.NewString()[:8], supplied: map[string]supply{}, rules: rules}, nil
}

// Prepare makes the project copy, the builder's volume, the content of the
// registry and a running daemon, all as the trial's state says. The first
// trial of a variant primes it.
func (l *Lane) Prepare(ctx context.Context, t plan.Trial) error {
	v, err := l.Job.Variant(t.Variant)
	if err != nil {
		return err
	}
	if err := l.disks().Ready(); err != nil {
		return err
	}
	if l.Builder == BuilderEngine {
		return l.prepareEmbedded(ctx, v, t)
	}
	// A cold trial is primed, too: what priming fetched is the measure of it.
	p, err := l.prime(ctx, v)
	var failed *lane.Failure
	switch {
	case errors.As(err, &failed) && t.State.Primed():
		// A variant that cannot be built is an outcome of its trials.
		l.cur = &session{variant: v, unprimed: failed}
		return nil
	case err != nil && failed == nil:
		return err
	}
	s, err := l.open(ctx, v, t)
	l.cur = s
	if err != nil {
		return err
	}
	s.primed = p
	var from *primed
	if t.State.Primed() {
		from = p
	}
	if err := l.bringBack(ctx, s, from); err != nil {
		return err
	}
	if t.State == scenarios.BaseBump {
		if err := l.serveBases(v, t.ID); err != nil {
			return err
		}
	}
	if err := l.start(ctx, s); err != nil || t.State != scenarios.MountsPruned {
		return err
	}
	return s.pruneMounts(ctx)
}

// open makes the session and its project copy. The session is returned also
// when that fails half-way, for Restore.
func (l *Lane) open(ctx context.Context, v scenarios.Variant, t plan.Trial) (*session, error) {
	s := &session{
		variant: v,
		dir:     filepath.Join(l.Dir, t.ID),
		volume:  "cibench-" + t.ID,
	}
	var err error
	if s.changed, err = project.Copy(l.Study, l.Files, t, s.dir); err != nil {
		return s, err
	}
	s.build = build{
		variant: v,
		dir:     s.dir,
		args:    v.Args(t.State, t.ID),
		target:  l.Addr + "/" + repository(v) + ":" + tag,

		frontend: l.frontend(l.supplied[v.Name]),
		contexts: l.contexts(l.supplied[v.Name]),
	}
	return s, l.setOutside(s, t.ID)
}

// bringBack makes volume, push area and Actions cache hold what priming left,
// or nothing.
func (l *Lane) bringBack(ctx context.Context, s *session, from *primed) error {
	var (
		state  string
		pushed registry.Snapshot
		cached actionscache.Snapshot
		err    error
	)
	if from == nil {
		state, err = l.Snapshots.Create(ctx, s.volume)
	} else {
		pushed, cached = from.pushed, from.cached
		state, err = l.Snapshots.Restore(ctx, from.key, s.volume)
	}
	if err != nil {
		return err
	}
	if err := l.Engine.CreateVolume(ctx, s.volume, state); err != nil {
		return err
	}
	err = l.Registry.Reset(pushed)
	if s.variant.Cache.Keeps() {
		err = errors.Join(err, l.Cache.Reset(cached))
	}
	return err
}

// start starts the session's daemon and notes what it holds.
func (l *Lane) start(ctx context.Context, s *session) error {
	daemon, err := l.Engine.StartBuildKit(ctx, engine.DaemonConfig{
		Image:      l.daemonImage,
		Volume:     s.volume,
		Mirror:     l.Addr,
		Registries: l.registries(s.variant),
	})
	if err != nil {
		return err
	}
	s.builder = daemon
	if s.before, err = daemon.Client().DiskUsage(ctx); err != nil {
		return fmt.Errorf("builder: %w", err)
	}
	s.counted, s.mark = l.count(), l.Index.Mark()
	return nil
}

// Execute solves the build, with what has to be carried before and after it.
func (l *Lane) Execute(ctx context.Context, t plan.Trial) (runner.Attempt, error) {
	s := l.cur
	if s.unprimed != nil {
		return s.unprimed.Attempt(), nil
	}
	// Solve takes seconds to notice a context that ended before it began.
	if ctx.Err() != nil {
		return runner.Attempt{}, context.Cause(ctx)
	}
	s.started = time.Now()
	err := l.work(ctx, s)
	if ctx.Err() != nil {
		return runner.Attempt{Log: s.status.Log(lane.LogLines)}, context.Cause(ctx)
	}
	if err != nil {
		failed, err := l.judge(ctx, s, err)
		if err != nil {
			return runner.Attempt{}, err
		}
		return failed.Attempt(), nil
	}
	return runner.Attempt{}, nil
}

// solve runs the build while the collector reads its status.
func (s *session) solve(ctx context.Context) error {
	status := make(chan *client.SolveStatus)
	read := make(chan struct{})
	go func() {
		defer close(read)
		s.status.Consume(status)
	}()
	err := s.build.run(ctx, s.builder.Client(), status)
	<-read
	return err
}

// Restore removes what the trial made: daemon, volume and project copy. The
// registry serves the study's own base images again.
func (l *Lane) Restore(ctx context.Context, t plan.Trial) error {
	s := l.cur
	l.cur = nil
	if s == nil || s.dir == "" { // nothing was made
		return nil
	}
	errs := []error{l.close(ctx, s)}
	if t.State == scenarios.BaseBump {
		errs = append(errs, l.serveBases(s.variant, ""))
	}
	return errors.Join(errs...)
}

// endGrace is what a daemon gets to end by itself when its state is thrown
// away: enough to leave no control groups behind.
const endGrace = time.Second

// close ends a session. Every part is tried, whatever fails.
func (l *Lane) close(ctx context.Context, s *session) error {
	err := os.RemoveAll(s.dir)
	if s.carry != "" {
		err = errors.Join(err, os.RemoveAll(s.carry))
	}
	switch {
	case s.build.embedded != nil:
		err = errors.Join(l.closeEmbedded(ctx, s), err)
	case s.volume != "":
		var closed error
		if s.builder != nil {
			closed = s.builder.Close(ctx, endGrace)
		}
		err = errors.Join(closed, l.Engine.RemoveVolume(ctx, s.volume), l.Snapshots.Discard(ctx, s.volume), err)
	}
	if err != nil {
		// An engine that is gone explains the rest.
		err = errors.Join(l.Engine.Ping(ctx), err)
	}
	return err
}
