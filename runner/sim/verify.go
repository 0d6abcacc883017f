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
		counter(results.CounterIndexRequests, results.Count, c.indexRequests),
		counter(results.CounterIndexBytes, results.Bytes, c.indexBytes),
		counter(results.CounterIndexFiles, results.Count, c.files),
		counter(results.CounterIndexFileBytes, results.Bytes, c.fileBytes),
		counter(results.CounterIndexNotModified, results.Count, c.notModified),
		counter(results.CounterFilesFetched, results.Count, c.files),
		counter(results.CounterRegistryRequests, results.Count, c.registryAsks),
		counter(results.CounterRegistryBytes, results.Bytes, c.registryBytes),
		counter(results.CounterPushedBytes, results.Bytes, c.pushedBytes),
		counter(results.CounterBuilderBytes, results.Bytes, all),
		counter(results.CounterBuilderMountBytes, results.Bytes, mounts),
		counter(results.CounterImageBytes, results.Bytes, c.imageBytes),
		counter("steps.cached", results.Count, cached),
		counter("steps.executed", results.Count, executed),
		counter("packages.installed", results.Count, c.packages),
		counter("wheels.built", results.Count, c.wheels),
	}
}

// counter returns a figure in the form in which it is kept.
func counter(name string, unit results.Unit, value int64) results.Sample {
	return results.Sample{Name: name, Kind: results.Counter, Unit: unit, Value: float64(value)}
}

// checks proves the trial's state.
func (s *session) checks() []results.Check {
	want := s.predict()
	var cached, executed int64
	checks := []results.Check{equal("builder before: cache records", int64(s.before), want.records)}
	for _, step := range s.build.steps {
		did := "redone"
		if step.cached {
			did = "kept"
			cached++
		} else {
			executed++
		}
		if step.pipNo > 0 {
			checks = append(checks, equal(fmt.Sprintf("pip step %d", step.pipNo), did, want.pip[step.key]))
		}
	}
	return append(checks,
		equal("steps from the cache", cached, want.kept),
		equal("steps executed", executed, want.redone),
		equal("index: bytes of files", s.build.counts.fileBytes, want.fileBytes),
		equal("registry: bytes of base image", s.build.counts.registryBytes, want.baseBytes),
	)
}

func equal[T comparable](name string, got, want T) results.Check {
	return results.Check{Name: name, Want: fmt.Sprint(want), Got: fmt.Sprint(got), OK: got == want}
}
