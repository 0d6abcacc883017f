package runner_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// oneTrial is what a walk does for one trial, in order.
const oneTrial = "started t1, prepare t1, settle -, observe -, execute t1, observed -, verify t1, restore t1, record t1, finished t1"

func TestWalkRecordsTrial(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{
			took:    map[string]time.Duration{"t1": 3 * time.Second},
			attempt: runner.Attempt{Log: "noise"},
			spans:   []results.Span{{Phase: "export", Stop: 1}, {Phase: "export", Start: 0.5, Stop: 2}},
			checks:  []results.Check{{Name: "builder", Want: "empty", Got: "empty", OK: true}},
			at: func(_ context.Context, call string) error {
				if !strings.HasPrefix(call, "execute") && !strings.HasPrefix(call, "observe") {
					time.Sleep(time.Minute) // no other step may be timed
				}
				return nil
			},
		}
		start := time.Now().Add(3 * time.Minute) // behind started, prepare and settle
		if err := w.walk(t.Context(), scenarios.Warm); err != nil {
			t.Fatal(err)
		}
		w.wantCalls(t, oneTrial)
		want := results.Trial{
			ID: "t1", Block: 1, Warmup: true,
			Cell:     results.Cell{Job: "build", Variant: "before", State: "warm"},
			Outcome:  results.OK,
			Started:  start.UTC().Round(0),
			Duration: 3,
			Untimed:  new(240.0), // prepare, settle, verify and restore
			Samples: []results.Sample{
				{Name: "total", Kind: results.Phase, Unit: results.Seconds, Value: 3},
				{Name: "export", Kind: results.Phase, Unit: results.Seconds, Value: 2},
				{Name: "steps.cached", Kind: results.Counter, Unit: results.Count, Value: 2},
			},
			Spans:  []results.Span{{Phase: "export", Stop: 1}, {Phase: "export", Start: 0.5, Stop: 2}},
			Checks: w.checks,
			Host:   results.Host{Load1: 1.5},
		}
		if got := w.trials[0]; !reflect.DeepEqual(got, want) {
			t.Errorf("trial: got\n%+v, want\n%+v", got, want)
		}
	})
}

func TestWalkOutcomes(t *testing.T) {
	t.Parallel()
	bad := []results.Check{
		{Name: "index.requests", Want: "0", Got: "148"},
		{Name: "builder", Want: "primed", Got: "primed", OK: true},
		{Name: "pip step", Want: "cached", Got: "executed"},
	}
	open := []results.Span{{Phase: "export", Stop: 1}, {Phase: "pip-install", Open: true}}
	for _, tt := range []struct {
		name    string
		attempt runner.Attempt
		spans   []results.Span
		err     error
		took    time.Duration
		checks  []results.Check
		outcome results.Outcome
		reason  string
		log     string
		phases  int // beside the total
	}{
		{name: "ok", outcome: results.OK},
		{name: "failed", attempt: runner.Attempt{Failure: "exit code: 1", Log: "boom"}, spans: open, checks: bad,
			outcome: results.Failed, reason: "exit code: 1", log: "boom", phases: 1},
		{name: "invalid", attempt: runner.Attempt{Log: "fine"}, checks: bad,
			outcome: results.Invalid, reason: "index.requests: want 0, got 148; pip step: want cached, got executed"},
		{name: "slow", attempt: runner.Attempt{Log: "tail"}, spans: open, took: time.Minute + 1,
			outcome: results.Failed, reason: "timeout after 1m0s", log: "tail", phases: 1},
		{name: "very slow", err: errors.New("deadline"), took: 2 * time.Minute,
			outcome: results.Failed, reason: "timeout after 1m0s"},
		{name: "just in time", took: time.Minute - 1, outcome: results.OK},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := &world{
					attempt: tt.attempt, spans: tt.spans, checks: tt.checks, took: map[string]time.Duration{"t1": tt.took},
					at: func(_ context.Context, call string) error {
						if call == "execute t1" {
							return tt.err
						}
						return nil
					},
				}
				if err := w.walk(t.Context(), scenarios.Cold); err != nil {
					t.Fatal(err)
				}
				w.wantCalls(t, oneTrial)
				got := w.trials[0]
				if got.Outcome != tt.outcome || got.Reason != tt.reason || got.Log != tt.log {
					t.Errorf("got %q, %q, log %q, want %q, %q, log %q", got.Outcome, got.Reason, got.Log, tt.outcome, tt.reason, tt.log)
				}
				if got, want := len(got.Samples), 2+tt.phases; got != want {
					t.Errorf("samples: got %d, want %d", got, want)
				}
				if got, want := len(got.Checks), len(tt.checks); got != want {
					t.Errorf("checks: got %d, want %d", got, want)
				}
			})
		})
	}
}

func TestWalkCutsOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{at: func(ctx context.Context, call string) error {
			if call != "execute t1" {
				return nil
			}
			<-ctx.Done()
			return ctx.Err()
		}}
		start := time.Now()
		if err := w.walk(t.Context(), scenarios.Cold); err != nil {
			t.Fatal(err)
		}
		if got, want := w.trials[0].Reason, "timeout after 1m0s"; got != want {
			t.Errorf("reason: got %q, want %q", got, want)
		}
		if got, want := time.Since(start), time.Minute; got != want {
			t.Errorf("took %s, want %s", got, want)
		}
	})
}

// leaps is a clock that advances by itself at each look.
type leaps struct {
	now  time.Time
	step time.Duration
}

func (l *leaps) Now() time.Time {
	l.now = l.now.Add(l.step)
	return l.now
}

// A simulated window takes none of the machine's time.
func TestWalkTimesByItsClock(t *testing.T) {
	t.Parallel()
	for step, want := range map[time.Duration]results.Outcome{time.Minute: results.OK, time.Minute + 1: results.Failed} {
		w := &world{clock: &leaps{step: step}}
		if err := w.walk(t.Context(), scenarios.Cold); err != nil {
			t.Fatal(err)
		}
		if got := w.trials[0]; got.Outcome != want || got.Duration != step.Seconds() {
			t.Errorf("got %s after %v s, want %s after %s", got.Outcome, got.Duration, want, step)
		}
	}
}

// TestWalkFaults breaks each step of the second of three trials.
func TestWalkFaults(t *testing.T) {
	t.Parallel()
	fault := errors.New("fault")
	for _, tt := range []struct {
		call     string
		step     runner.Step
		restored bool
		recorded int
	}{
		{"prepare t2", runner.StepPrepare, true, 1},
		{"settle -", runner.StepSettle, true, 0},
		{"execute t2", runner.StepExecute, true, 1},
		{"verify t2", runner.StepVerify, true, 1},
		{"restore t2", runner.StepRestore, true, 2},
		{"record t2", runner.StepRecord, true, 1},
	} {
		t.Run(tt.call, func(t *testing.T) {
			t.Parallel()
			w := &world{at: func(_ context.Context, call string) error {
				if call == tt.call {
					return fault
				}
				return nil
			}}
			err := w.walk(t.Context(), scenarios.Cold, scenarios.Warm, scenarios.Warm)
			var broken *runner.StepError
			if !errors.Is(err, fault) || !errors.As(err, &broken) || broken.Step != tt.step {
				t.Errorf("error: got %v, want fault at %s", err, tt.step)
			}
			w.wantSound(t)
			if got, want := len(w.trials), tt.recorded; got != want {
				t.Errorf("recorded: got %d, want %d", got, want)
			}
			if got := w.count("started t3"); got != 0 {
				t.Errorf("third trial: got %d starts, want 0", got)
			}
		})
	}
}

// wantSound checks that nothing was restored or recorded other than once.
func (w *world) wantSound(t *testing.T) {
	t.Helper()
	for _, id := range []string{"t1", "t2", "t3"} {
		if got, want := w.count("restore "+id), w.count("prepare "+id); got != want || want > 1 {
			t.Errorf("%s: got %d restores of %d prepares, want as many and at most one", id, got, want)
		}
		if got := w.count("record " + id); got > 1 {
			t.Errorf("%s: recorded %d times, want at most once", id, got)
		}
	}
}

func TestWalkJoinsRestoreError(t *testing.T) {
	t.Parallel()
	w := &world{at: func(_ context.Context, call string) error {
		if call == "prepare t1" || call == "restore t1" {
			return errors.New("fault in " + call)
		}
		return nil
	}}
	err := w.walk(t.Context(), scenarios.Cold)
	want := "trial t1: prepare: fault in prepare t1\ntrial t1: restore: fault in restore t1"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestWalkInterruptedInAHurry has a trial that cannot be undone in the time after
// Ctrl-C: the error says what becomes of it. One that cannot be undone at all says
// why by itself.
func TestWalkInterruptedInAHurry(t *testing.T) {
	t.Parallel()
	for _, interrupted := range []bool{true, false} {
		ctx, cancel := context.WithCancelCause(t.Context())
		w := &world{}
		w.at = func(_ context.Context, call string) error {
			switch {
			case call == "execute t1" && interrupted:
				cancel(errors.New("interrupted"))
			case call == "restore t1":
				return errors.New("stuck")
			}
			return nil
		}
		err := w.walk(ctx, scenarios.Cold)
		var step *runner.StepError
		if !errors.As(err, &step) || step.Step != runner.StepRestore || !strings.Contains(err.Error(), "stuck") {
			t.Errorf("got %v, want the error of restoring", err)
		}
		var hint interface{ Hint() string }
		if errors.As(err, &hint) != interrupted {
			t.Errorf("interrupted %v: got the hint %v", interrupted, hint)
		}
		cancel(nil)
	}
}

// TestWalkInterrupted ends the context in each call of the second trial.
func TestWalkInterrupted(t *testing.T) {
	t.Parallel()
	cause := errors.New("interrupted")
	for _, tt := range []struct {
		call     string
		echo     bool // the call fails, as one does whose context ended
		recorded int
	}{
		{"prepare t2", true, 1},
		{"prepare t2", false, 1}, // the steps after it notice
		{"execute t2", true, 1},
		{"execute t2", false, 1},
		{"verify t2", true, 1},
		{"verify t2", false, 2}, // measured to its end
		{"restore t2", false, 2},
		{"record t2", false, 2},
		{"finished t1", false, 1},
	} {
		t.Run(fmt.Sprintf("%s/%t", tt.call, tt.echo), func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancelCause(t.Context())
			w := &world{}
			w.at = func(ctx context.Context, call string) error {
				if strings.HasPrefix(call, "restore") || strings.HasPrefix(call, "record") {
					if ctx.Err() != nil {
						t.Errorf("%s: its context has ended", call)
					}
				}
				if call != tt.call {
					return nil
				}
				cancel(cause)
				if tt.echo {
					return context.Canceled
				}
				return nil
			}
			err := w.walk(ctx, scenarios.Cold, scenarios.Warm, scenarios.Warm)
			if !errors.Is(err, cause) || errors.Is(err, context.Canceled) {
				t.Errorf("error: got %v, want only the cause", err)
			}
			w.wantSound(t)
			if got, want := len(w.trials), tt.recorded; got != want {
				t.Errorf("recorded: got %d, want %d", got, want)
			}
			if got := w.count("started t3"); got != 0 {
				t.Errorf("third trial: got %d starts, want 0", got)
			}
		})
	}
}

func TestWalkBoundsRestore(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		interrupt time.Duration // after Restore began; 0 for never
		within    time.Duration
	}{
		{"undisturbed", 0, 2 * time.Minute},
		{"interrupted", 30 * time.Second, 35 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				w := &world{at: func(restoring context.Context, call string) error {
					if call != "restore t1" {
						return nil
					}
					if tt.interrupt > 0 {
						time.AfterFunc(tt.interrupt, cancel)
					}
					<-restoring.Done()
					return restoring.Err()
				}}
				start := time.Now()
				err := w.walk(ctx, scenarios.Cold)
				var broken *runner.StepError
				if !errors.As(err, &broken) || broken.Step != runner.StepRestore {
					t.Errorf("error: got %v, want one at restore", err)
				}
				if got := time.Since(start); got > tt.within {
					t.Errorf("took %s, want at most %s", got, tt.within)
				}
				if got, want := len(w.trials), 1; got != want {
					t.Errorf("recorded: got %d, want %d", got, want)
				}
			})
		})
	}
}

func TestWalkRefusesOpenSpans(t *testing.T) {
	t.Parallel()
	w := &world{spans: []results.Span{{Phase: "export", Open: true}}}
	err := w.walk(t.Context(), scenarios.Cold)
	var broken *runner.StepError
	if !errors.As(err, &broken) || broken.Step != runner.StepMeasure {
		t.Errorf("got %v, want an error at measure", err)
	}
	w.wantSound(t)
}

// TestWalkWhileAClockIsSet has a step that ends before it begins, as the wall
// clock was set back: the trial is invalid, and the run goes on.
func TestWalkWhileAClockIsSet(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		stepped float64 // as the host tells
		reason  string
	}{
		{-3, "wall clock: moved during the trial: want not at all, got -3.000 s"},
		{0, `steps: stamps: want in order, got phase "export": step "": span is not an interval`},
	} {
		w := &world{spans: []results.Span{{Phase: "export", Start: 2, Stop: 1}}, stepped: tt.stepped}
		if err := w.walk(t.Context(), scenarios.Cold); err != nil {
			t.Fatal(err)
		}
		w.wantSound(t)
		got := w.trials[0]
		if got.Outcome != results.Invalid || got.Reason != tt.reason || len(got.Spans) > 0 || len(got.Samples) != 2 {
			t.Errorf("%v s: got %+v, want it invalid for %q, with the total and the counter", tt.stepped, got, tt.reason)
		}
	}
}

func TestWalkChecksFirst(t *testing.T) {
	t.Parallel()
	w := &world{}
	executors := map[string]runner.Executor{"build": w}
	p := plan.Plan{Study: "s", Trials: []plan.Trial{{Job: "build"}, {Job: "lint"}}}
	for _, tt := range []struct {
		walker runner.Walker
		want   string
	}{
		{runner.Walker{Executors: executors, Recorder: w, Timeout: 1}, `walk s: no executor for job "lint"`},
		{runner.Walker{Executors: executors, Recorder: w}, "walk s: the timeout 0s is not positive"},
	} {
		if err := tt.walker.Walk(t.Context(), p); err == nil || err.Error() != tt.want {
			t.Errorf("got %v, want %s", err, tt.want)
		}
	}
	if len(w.calls) > 0 {
		t.Errorf("got calls %q, want none", w.calls)
	}
}

func TestWalkForetells(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{took: map[string]time.Duration{"t1": 10 * time.Second, "t2": 2 * time.Second, "t3": 8 * time.Second}}
		err := w.walk(t.Context(), scenarios.Cold, scenarios.Warm, scenarios.Cold, scenarios.Cold, scenarios.BaseBump)
		if err != nil {
			t.Fatal(err)
		}
		want := []runner.Remaining{
			{Trials: 5}, {Trials: 4, Time: 40 * time.Second, Known: true}, // t1 ends: all as it
			{Trials: 4, Time: 40 * time.Second, Known: true}, {Trials: 3, Time: 22 * time.Second, Known: true}, // t2: two cold, one as the latest
			{Trials: 3, Time: 22 * time.Second, Known: true}, {Trials: 2, Time: 16 * time.Second, Known: true}, // t3: cold is faster now
			{Trials: 2, Time: 16 * time.Second, Known: true}, {Trials: 1, Known: true}, // t4 took no time
			{Trials: 1, Known: true}, {Known: true},
		}
		if !reflect.DeepEqual(w.left, want) {
			t.Errorf("got\n%v, want\n%v", w.left, want)
		}
	})
}

// TestWalkGoesByWhatIsExpected has a cell that earlier runs tell of, and one that
// they do not.
func TestWalkGoesByWhatIsExpected(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{took: map[string]time.Duration{"t1": 10 * time.Second}}
		walker := runner.Walker{Executors: map[string]runner.Executor{"build": w}, Recorder: w, Timeout: time.Hour, Progress: w,
			Expected: func(c results.Cell) (time.Duration, bool) { return 7 * time.Second, c.State == "warm" }}
		p := plan.Plan{Study: "s", Trials: []plan.Trial{
			{ID: "t1", Job: "build", State: scenarios.Cold}, {ID: "t2", Slot: 1, Job: "build", State: scenarios.Warm}, {ID: "t3", Slot: 2, Job: "build", State: scenarios.Cold}}}
		if err := walker.Walk(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		want := []runner.Remaining{
			{Trials: 3, Time: 7 * time.Second, Known: true}, {Trials: 2, Time: 17 * time.Second, Known: true},
		}
		if !reflect.DeepEqual(w.left[:2], want) {
			t.Errorf("got\n%v, want\n%v", w.left[:2], want)
		}
	})
}

// A chooser chooses trials by their id, and notes the blocks it is asked for.
type chooser struct {
	not   map[string]bool
	asked []string
	err   error
}

func (c *chooser) Choose(_ context.Context, block []plan.Trial) ([]plan.Trial, error) {
	c.asked = append(c.asked, fmt.Sprint(block[0].Warmup, block[0].Block, len(block)))
	return slices.DeleteFunc(slices.Clone(block), func(t plan.Trial) bool { return c.not[t.ID] }), c.err
}

// twoBlocks is a warm-up block and two blocks of two trials, of which those of
// the last may be left out.
var twoBlocks = plan.Plan{Study: "fake", Blocks: 2, MinBlocks: 1, Trials: []plan.Trial{
	{ID: "w", Slot: 0, Block: 1, Warmup: true, Job: "build"},
	{ID: "a1", Slot: 1, Block: 1, Job: "build"}, {ID: "b1", Slot: 2, Block: 1, Job: "build"},
	{ID: "a2", Slot: 3, Block: 2, Job: "build"}, {ID: "b2", Slot: 4, Block: 2, Job: "build"},
}}

func TestWalkChooses(t *testing.T) {
	t.Parallel()
	w := &world{}
	c := &chooser{not: map[string]bool{"a1": true, "b1": true, "a2": true}}
	walker := runner.Walker{Executors: map[string]runner.Executor{"build": w}, Recorder: w, Timeout: time.Minute, Progress: w, Chooser: c}
	if err := walker.Walk(t.Context(), twoBlocks); err != nil {
		t.Fatal(err)
	}
	var ran []string
	for _, trial := range w.trials {
		ran = append(ran, trial.ID)
	}
	if want := []string{"w", "b2"}; !slices.Equal(ran, want) {
		t.Errorf("got %q run, want %q", ran, want)
	}
	if want := []string{"true 1 1", "false 1 2", "false 2 2"}; !slices.Equal(c.asked, want) {
		t.Errorf("got asked for %q, want %q", c.asked, want)
	}
	// The first block is sure to be run, until it is chosen from.
	var left []int
	for _, l := range w.left {
		left = append(left, l.Trials)
	}
	if want := []int{3, 2, 1, 0}; !slices.Equal(left, want) {
		t.Errorf("got %v trials left, want %v", left, want)
	}
}

func TestWalkChooserFails(t *testing.T) {
	t.Parallel()
	w := &world{}
	full := errors.New("disk full")
	walker := runner.Walker{Executors: map[string]runner.Executor{"build": w}, Recorder: w, Timeout: time.Minute, Chooser: &chooser{err: full}}
	if err := walker.Walk(t.Context(), twoBlocks); !errors.Is(err, full) || len(w.calls) > 0 {
		t.Errorf("got %v after %q, want %v at once", err, w.calls, full)
	}
}

// TestWalkReady stops before the trial for which something is not ready.
func TestWalkReady(t *testing.T) {
	t.Parallel()
	w := &world{}
	full := errors.New("disk full")
	walker := runner.Walker{Executors: map[string]runner.Executor{"build": w}, Recorder: w, Timeout: time.Minute, Ready: func() error {
		if len(w.trials) == 1 {
			return full
		}
		return nil
	}}
	err := walker.Walk(t.Context(), twoBlocks)
	var broken *runner.StepError
	if !errors.As(err, &broken) || !errors.Is(err, full) || broken.Trial != "a1" || broken.Step != runner.StepPrepare || len(w.trials) != 1 {
		t.Errorf("got %v after %d trials, want the second refused for %v", err, len(w.trials), full)
	}
	w.wantCalls(t, "prepare w, execute w, verify w, restore w, record w")
}
