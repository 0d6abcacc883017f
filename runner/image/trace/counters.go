package trace

import (
	"slices"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/image/dockerfile"
)

// The counters of a build.
const (
	StepsCached   = "steps.cached"
	StepsExecuted = "steps.executed"
	WheelsBuilt   = "wheels.built"
)

// Steps returns the steps that a cache can hold, in the order of the
// Dockerfile, those that the build did not reach among them.
func (t *Trace) Steps() []Step {
	var sorted []step
	for _, s := range t.steps {
		if s.cacheable() {
			sorted = append(sorted, s)
		}
	}
	slices.SortStableFunc(sorted, inFileOrder)
	steps := make([]Step, len(sorted))
	for i, s := range sorted {
		executed := s.executed()
		steps[i] = Step{s.name, s.line, s.phase, s.pip, s.cached() && !executed, executed}
	}
	return steps
}

// PipSteps returns the steps of phase PipInstall, in the order of their
// numbers.
func (t *Trace) PipSteps() []Step {
	return slices.DeleteFunc(t.Steps(), func(s Step) bool { return s.Pip == 0 })
}

// Counters returns how many steps were cached and executed, and, unless a step
// that installs packages does not show its output (see Spans), how many
// packages pip installed and how many wheels it built. A package that is
// replaced later in the build counts each time.
func (t *Trace) Counters() []results.Sample {
	var cached, executed, wheels, packages int
	for _, s := range t.Steps() {
		if s.Cached {
			cached++
		}
		if s.Executed {
			executed++
		}
	}
	hidden := false
	for _, s := range t.steps {
		out, ok := t.pip[s.vertex]
		if !ok {
			continue
		}
		hidden = hidden || out.clipped || s.use == dockerfile.Installs && out.Runs == 0
		wheels += out.Wheels
		packages += out.Packages
	}
	counters := []results.Sample{count(StepsCached, cached), count(StepsExecuted, executed)}
	if !hidden {
		counters = append(counters, count(WheelsBuilt, wheels), count(results.CounterPackagesInstalled, packages))
	}
	return counters
}

func count(name string, n int) results.Sample {
	return results.Sample{Name: name, Kind: results.Counter, Unit: results.Count, Value: float64(n)}
}
