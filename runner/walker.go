package runner

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/scenarios/plan"
)

// A Clock tells the time that trials are timed by.
type Clock interface {
	// Now returns the current time. Subtracting two of its times gives the
	// time between them even when the wall clock was set meanwhile.
	Now() time.Time
}

// A Host is the machine around a trial's timed window.
type Host interface {
	// Settle lets work end that earlier steps left behind, such as the
	// write-back of dirty pages, so that it does not fall into the window.
	Settle(ctx context.Context) error

	// Observe begins to watch the machine. The function that it returns ends
	// the watch and says what happened in between.
	Observe() func() results.Host
}

// A Chooser says which trials are worth running still.
type Chooser interface {
	// Choose returns those of the trials that are to be run, in their order. It
	// is asked for each block, when all before it is recorded.
	Choose(ctx context.Context, block []plan.Trial) ([]plan.Trial, error)
}

// A Walker walks plans. Executors, Recorder and Timeout must be set. A Walker
// walks one plan at a time.
type Walker struct {
	Executors map[string]Executor // by job
	Recorder  Recorder
	Chooser   Chooser       // nil to run all
	Timeout   time.Duration // of a trial's timed window
	Clock     Clock         // nil for the machine's
	Host      Host          // nil when there is none to watch: a simulated run
	Progress  Progress      // nil for none

	// Ready is asked before each trial, for what is no matter of its executor; an
	// error ends the walk. May be nil.
	Ready func() error

	// Expected foretells how long a trial of a cell takes with all its steps, from
	// earlier runs; false for one that it knows nothing of. May be nil.
	Expected func(results.Cell) (time.Duration, bool)
}

// A Step is one step of a trial, or of its bookkeeping.
type Step string

// The steps, in order.
const (
	StepPrepare Step = "prepare"
	StepSettle  Step = "settle"
	StepExecute Step = "execute"
	StepVerify  Step = "verify"
	StepMeasure Step = "measure"
	StepRestore Step = "restore"
	StepRecord  Step = "record"
)

// A StepError says which step of which trial broke. It is about the harness;
// a build that fails is an outcome.
type StepError struct {
	Trial string
	Step  Step
	Err   error
}

// Error returns the trial, the step and the cause.
func (e *StepError) Error() string {
	return fmt.Sprintf("trial %s: %s: %v", e.Trial, e.Step, e.Err)
}

// Unwrap returns the cause.
func (e *StepError) Unwrap() error { return e.Err }

// Walk runs the trials of p in order, or those of each block that the Chooser
// chooses, and records each that finishes.
//
// It stops at the first broken step, with a *StepError, and when ctx ends,
// with its cause. Then the trial under way is restored but not recorded,
// unless only its restoring broke. Trials recorded before stay recorded.
func (w *Walker) Walk(ctx context.Context, p plan.Plan) error {
	if err := w.check(p); err != nil {
		return err
	}
	times := newEstimator(p, w.Expected)
	for _, block := range p.ByBlock() {
		chosen, err := w.choose(ctx, block)
		if err != nil {
			return err
		}
		times.begin(block, chosen)
		for _, t := range chosen {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if err := w.walk(ctx, t, times); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *Walker) choose(ctx context.Context, block []plan.Trial) ([]plan.Trial, error) {
	if w.Chooser == nil {
		return block, nil
	}
	chosen, err := w.Chooser.Choose(ctx, block)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return chosen, err
}

// walk runs and records one trial.
func (w *Walker) walk(ctx context.Context, t plan.Trial, times *estimator) error {
	if w.Ready != nil {
		if err := w.Ready(); err != nil {
			return &StepError{Trial: t.ID, Step: StepPrepare, Err: err}
		}
	}
	w.started(t, times.remaining())
	begun := w.now()
	trial, err := w.run(ctx, t)
	if trial != nil {
		trial.Untimed = new(max(0, w.now().Sub(begun).Seconds()-trial.Duration))
		if recordErr := w.record(ctx, *trial); recordErr != nil {
			return errors.Join(recordErr, err)
		}
		times.finished(w.now().Sub(begun))
		w.finished(*trial, times.remaining())
	}
	return err
}

// check refuses, before the first trial, what would fail at a later one.
func (w *Walker) check(p plan.Plan) error {
	if w.Timeout <= 0 {
		return fmt.Errorf("walk %s: the timeout %s is not positive", p.Study, w.Timeout)
	}
	for _, t := range p.Trials {
		if w.Executors[t.Job] == nil {
			return fmt.Errorf("walk %s: no executor for job %q", p.Study, t.Job)
		}
	}
	return nil
}

// record keeps a finished trial, also when ctx has ended since.
func (w *Walker) record(ctx context.Context, t results.Trial) error {
	ctx, cancel := afterwards(ctx, recordLimit, recordGrace)
	defer cancel()
	if err := w.Recorder.Record(ctx, t); err != nil {
		return &StepError{Trial: t.ID, Step: StepRecord, Err: err}
	}
	return nil
}

func (w *Walker) now() time.Time {
	if w.Clock == nil {
		return time.Now()
	}
	return w.Clock.Now()
}

func (w *Walker) started(t plan.Trial, left Remaining) {
	if w.Progress != nil {
		w.Progress.Started(t, left)
	}
}

func (w *Walker) finished(t results.Trial, left Remaining) {
	if w.Progress != nil {
		w.Progress.Finished(t, left)
	}
}
