package runnertest

import (
	"context"
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/scenarios/plan"
)

// The steps of a trial, as a walk takes them. A step that breaks ends the
// test, after restoring.

func (s *suite) prepare(t *testing.T, tr plan.Trial) {
	t.Helper()
	if err := s.Executor.Prepare(t.Context(), tr); err != nil {
		s.giveUp(t, tr, "Prepare", err)
	}
}

func (s *suite) execute(t *testing.T, tr plan.Trial) runner.Attempt {
	t.Helper()
	attempt, err := s.Executor.Execute(t.Context(), tr)
	if err != nil {
		s.giveUp(t, tr, "Execute", err)
	}
	return attempt
}

func (s *suite) verify(t *testing.T, tr plan.Trial, a runner.Attempt) runner.Evidence {
	t.Helper()
	evidence, err := s.Executor.Verify(t.Context(), tr, a)
	if err != nil {
		s.giveUp(t, tr, "Verify", err)
	}
	return evidence
}

func (s *suite) restore(t *testing.T, tr plan.Trial) {
	t.Helper()
	if err := s.Executor.Restore(context.WithoutCancel(t.Context()), tr); err != nil {
		t.Fatalf("Restore: %v", err)
	}
}

func (s *suite) giveUp(t *testing.T, tr plan.Trial, step string, err error) {
	t.Helper()
	s.restore(t, tr)
	t.Fatalf("%s: %v", step, err)
}

// value returns the counter of that name, and whether there is one.
func value(counters []results.Sample, name string) (float64, bool) {
	trial := results.Trial{Samples: counters}
	return trial.Value(name)
}
