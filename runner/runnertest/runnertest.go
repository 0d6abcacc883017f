// Package runnertest holds the contract that every executor keeps.
//
// An executor's own test calls Run once. Trials are few, because those of a
// real executor take seconds; the suite asks for no state, file or figure that
// only one kind of executor has. How a state is reached and proved is left to
// the executor's own tests.
package runnertest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// A Harness is an executor under test, and what the suite needs to know of it.
// Every field but Clock must be set.
type Harness struct {
	Executor runner.Executor
	Job      string
	Variant  string            // one that builds
	Broken   string            // one whose build fails
	States   []scenarios.State // of the variant, at least one; among them one that is primed
	Counters []string          // that a trial which is OK has, and that no chance moves
	Clock    runner.Clock      // nil for the machine's

	// Spoil disturbs the caches of a prepared trial of the first state, so that
	// its state is no longer the declared one.
	Spoil func(ctx context.Context, t plan.Trial) error
}

// Run tests the executor against the contract of runner.Executor.
func Run(t *testing.T, h Harness) {
	s := &suite{Harness: h, counters: map[scenarios.State][]results.Sample{}}
	for _, state := range h.States {
		t.Run("state "+string(state), func(t *testing.T) { s.proves(t, state) })
	}
	t.Run("failed build", func(t *testing.T) { s.fails(t, scenarios.Cold) })
	t.Run("failed priming", func(t *testing.T) { s.fails(t, s.primedState(t)) })
	t.Run("spoiled state", s.noticesSpoiling)
	t.Run("context ended before Prepare", s.refusesToPrepare)
	t.Run("context ended before Execute", s.refusesToExecute)
	t.Run("context ends in Execute", s.stopsExecuting)
	t.Run("Restore twice", s.restoresTwice)
	// Last: whatever happened since, the first trial's figures come again.
	t.Run("first state again", func(t *testing.T) { s.proves(t, h.States[0]) })
}

// A suite is one run of the tests. It makes one trial at a time.
type suite struct {
	Harness
	trials   int
	counters map[scenarios.State][]results.Sample // of the state's first trial
}

// trial returns a new slot.
func (s *suite) trial(variant string, state scenarios.State) plan.Trial {
	s.trials++
	return plan.Trial{
		ID:  fmt.Sprintf("contract-%02d-%s-%s", s.trials, variant, state),
		Job: s.Job, Variant: variant, State: state, Slot: s.trials, Block: 1,
	}
}

func (s *suite) primedState(t *testing.T) scenarios.State {
	t.Helper()
	i := slices.IndexFunc(s.States, scenarios.State.Primed)
	if i < 0 {
		t.Fatal("the harness names no primed state")
	}
	return s.States[i]
}

func (s *suite) now() time.Time {
	if s.Clock == nil {
		return time.Now()
	}
	return s.Clock.Now()
}

// proves runs a whole trial and expects every check to hold.
func (s *suite) proves(t *testing.T, state scenarios.State) {
	tr := s.trial(s.Variant, state)
	s.prepare(t, tr)
	start := s.now()
	attempt := s.execute(t, tr)
	window := s.now().Sub(start)
	evidence := s.verify(t, tr, attempt)
	s.restore(t, tr)

	if attempt.Failure != "" {
		t.Fatalf("the build failed: %s\n%s", attempt.Failure, attempt.Log)
	}
	for _, problem := range slices.Concat(
		spanProblems(evidence.Spans, window),
		checkProblems(evidence.Checks),
		counterProblems(evidence.Counters, s.Counters),
	) {
		t.Error(problem)
	}
	if first, ok := s.counters[state]; ok {
		for _, problem := range drift(first, evidence.Counters, s.Counters) {
			t.Error(problem)
		}
		return
	}
	s.counters[state] = evidence.Counters
}

// fails runs a trial whose build fails, which is an outcome, not an error,
// also when the failing build is the one that primes the caches.
func (s *suite) fails(t *testing.T, state scenarios.State) {
	tr := s.trial(s.Broken, state)
	s.prepare(t, tr)
	attempt := s.execute(t, tr)
	evidence := s.verify(t, tr, attempt)
	s.restore(t, tr)
	for _, problem := range counterProblems(evidence.Counters, nil) {
		t.Error(problem)
	}
	if attempt.Failure == "" {
		t.Error("the attempt names no failure")
	}
	if attempt.Log == "" {
		t.Error("the attempt has no log")
	}
}

func (s *suite) noticesSpoiling(t *testing.T) {
	tr := s.trial(s.Variant, s.States[0])
	s.prepare(t, tr)
	if err := s.Spoil(t.Context(), tr); err != nil {
		t.Fatalf("spoil: %v", err)
	}
	evidence := s.verify(t, tr, s.execute(t, tr))
	s.restore(t, tr)
	if len(checkProblems(evidence.Checks)) == 0 {
		t.Errorf("every check holds in a state that is not %s: %+v", tr.State, evidence.Checks)
	}
}
