package sim

import (
	"context"
	"fmt"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/scenarios/plan"
)

// Verify compares what the builder did with what the declared state predicts.
// The prediction is made from the steps of this build and of the priming one;
// it looks at no cache.
func (e *Executor) Verify(ctx context.Context, t plan.Trial, a runner.Attempt) (runner.Evidence, error) {
	if ctx.Err() != nil {
		return runner.Evidence{}, context.Cause(ctx)
	}
	if e.cur == nil {
		return runner.Evidence{}, errOrder
	}
	ev := runner.Evidence{Spans: e.cur.build.spans, Counters: e.cur.build.counters()}
	if a.Failure == "" {
		ev.Checks = e.cur.checks()
	}
	return ev, nil
}

// counters returns the figures of a build, named as those of real ones.
func (b *build) counters() []results.Sample {
	var cached, executed int64
	for _, s := range b.steps {
		if s.cached {
			cached++
		} else {
			executed++
		}
	}
	mounts, all := b.builder.bytes()
	c := b.counts
	return []results.Sample{
		results.NewCounter(results.CounterIndexRequests, results.Count, c.indexRequests),
		results.NewCounter(results.CounterIndexBytes, results.Bytes, c.indexBytes),
		results.NewCounter(results.CounterIndexFiles, results.Count, c.files),
		results.NewCounter(results.CounterIndexFileBytes, results.Bytes, c.fileBytes),
		results.NewCounter(results.CounterIndexNotModified, results.Count, c.notModified),
		results.NewCounter(results.CounterFilesFetched, results.Count, c.files),
		results.NewCounter(results.CounterRegistryRequests, results.Count, c.registryAsks),
		results.NewCounter(results.CounterRegistryBytes, results.Bytes, c.registryBytes),
		results.NewCounter(results.CounterPushedBytes, results.Bytes, c.pushedBytes),
		results.NewCounter(results.CounterBuilderBytes, results.Bytes, all),
		results.NewCounter(results.CounterBuilderMountBytes, results.Bytes, mounts),
		results.NewCounter(results.CounterImageBytes, results.Bytes, c.imageBytes),
		results.NewCounter("steps.cached", results.Count, cached),
		results.NewCounter("steps.executed", results.Count, executed),
		results.NewCounter("packages.installed", results.Count, c.packages),
		results.NewCounter("wheels.built", results.Count, c.wheels),
	}
}

// checks proves the trial's state.
func (s *session) checks() []results.Check {
	want := s.predict()
	var cached, executed int64
	var c results.Checklist
	results.CheckEqual(&c, "builder before: cache records", int64(s.before), want.records)
	for _, step := range s.build.steps {
		did := "redone"
		if step.cached {
			did = "kept"
			cached++
		} else {
			executed++
		}
		if step.pipNo > 0 {
			results.CheckEqual(&c, fmt.Sprintf("pip step %d", step.pipNo), did, want.pip[step.key])
		}
	}
	results.CheckEqual(&c, "steps from the cache", cached, want.kept)
	results.CheckEqual(&c, "steps executed", executed, want.redone)
	results.CheckEqual(&c, "index: bytes of files", s.build.counts.fileBytes, want.fileBytes)
	results.CheckEqual(&c, "registry: bytes of base image", s.build.counts.registryBytes, want.baseBytes)
	return c
}
