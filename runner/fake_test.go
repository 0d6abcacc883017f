package runner_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// A world is executor, recorder, host and progress in one, so that calls
// holds the order of everything that a walk does. It misbehaves on request.
type world struct {
	calls   []string
	trials  []results.Trial
	left    []runner.Remaining
	attempt runner.Attempt
	stepped float64 // what the wall clock does meanwhile
	spans   []results.Span
	checks  []results.Check
	clock   runner.Clock
	took    map[string]time.Duration // a trial's timed window; by synctest's clock
	at      func(ctx context.Context, call string) error
}

// did notes a call and returns what the test wants of it.
func (w *world) did(ctx context.Context, what, trial string) error {
	call := what + " " + trial
	w.calls = append(w.calls, call)
	if w.at == nil {
		return nil
	}
	return w.at(ctx, call)
}

func (w *world) Prepare(ctx context.Context, t plan.Trial) error {
	return w.did(ctx, "prepare", t.ID)
}

func (w *world) Execute(ctx context.Context, t plan.Trial) (runner.Attempt, error) {
	time.Sleep(w.took[t.ID])
	return w.attempt, w.did(ctx, "execute", t.ID)
}

func (w *world) Verify(ctx context.Context, t plan.Trial, _ runner.Attempt) (runner.Evidence, error) {
	counter := results.Sample{Name: "steps.cached", Kind: results.Counter, Unit: results.Count, Value: 2}
	err := w.did(ctx, "verify", t.ID)
	return runner.Evidence{Spans: w.spans, Counters: []results.Sample{counter}, Checks: w.checks}, err
}

func (w *world) Restore(ctx context.Context, t plan.Trial) error {
	return w.did(ctx, "restore", t.ID)
}

func (w *world) Record(ctx context.Context, t results.Trial) error {
	err := w.did(ctx, "record", t.ID)
	if err == nil {
		w.trials = append(w.trials, t)
	}
	return err
}

func (w *world) Settle(ctx context.Context) error { return w.did(ctx, "settle", "-") }

func (w *world) Observe() func() results.Host {
	w.did(context.Background(), "observe", "-")
	return func() results.Host {
		w.did(context.Background(), "observed", "-")
		return results.Host{Load1: 1.5, Stepped: w.stepped}
	}
}

func (w *world) Started(t plan.Trial, left runner.Remaining) {
	w.left = append(w.left, left)
	w.did(context.Background(), "started", t.ID)
}

func (w *world) Finished(t results.Trial, left runner.Remaining) {
	w.left = append(w.left, left)
	w.did(context.Background(), "finished", t.ID)
}

// walk walks trials t1, t2, … of the states in this world, the first a
// warm-up, of the variants before and after in turns.
func (w *world) walk(ctx context.Context, states ...scenarios.State) error {
	walker := runner.Walker{
		Executors: map[string]runner.Executor{"build": w},
		Recorder:  w,
		Timeout:   time.Minute,
		Clock:     w.clock,
		Host:      w,
		Progress:  w,
	}
	p := plan.Plan{Study: "fake"}
	for i, s := range states {
		p.Trials = append(p.Trials, plan.Trial{
			ID: fmt.Sprintf("t%d", i+1), Slot: i, Block: 1, Warmup: i == 0,
			Job: "build", Variant: []string{"before", "after"}[i%2], State: s,
		})
	}
	return walker.Walk(ctx, p)
}

// count returns how often a call was made.
func (w *world) count(call string) int {
	n := 0
	for _, c := range w.calls {
		if c == call {
			n++
		}
	}
	return n
}

// wantCalls compares the calls with a list in one string.
func (w *world) wantCalls(t *testing.T, want string) {
	t.Helper()
	if got, want := w.calls, strings.Split(want, ", "); !slices.Equal(got, want) {
		t.Errorf("calls: got\n%q, want\n%q", got, want)
	}
}
