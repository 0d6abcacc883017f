package runner

import (
	"context"
	"time"

	"github.com/cibench/cibench/scenarios/plan"
)

// How long the steps behind a measurement may take, and how long after the
// run's context ended. The graces leave an executor a second of the five in
// which an interrupted run is gone.
const (
	restoreLimit = 2 * time.Minute
	restoreGrace = 3 * time.Second
	recordLimit  = time.Minute
	recordGrace  = time.Second
)

// restore undoes a trial, also after ctx ended.
func (w *Walker) restore(ctx context.Context, t plan.Trial) error {
	undoing, cancel := Afterwards(ctx)
	defer cancel()
	err := w.Executors[t.Job].Restore(undoing, t)
	if err == nil {
		return nil
	}
	err = &StepError{Trial: t.ID, Step: StepRestore, Err: err}
	if ctx.Err() != nil {
		return &hurriedError{err}
	}
	return err
}

// A hurriedError is that of a trial that could not be undone in the time that an
// interrupted run has for it.
type hurriedError struct{ error }

func (e *hurriedError) Unwrap() error { return e.error }

// Hint says what becomes of it.
func (e *hurriedError) Hint() string {
	return "what is left in the engine goes with the next run, or with `cibench clean`"
}

// Afterwards returns a context for undoing what was done under ctx: it lasts
// as long as undoing may take, and not much longer than ctx when that ends.
func Afterwards(ctx context.Context) (context.Context, context.CancelFunc) {
	return afterwards(ctx, restoreLimit, restoreGrace)
}

// afterwards returns a context that outlives ctx: it ends after limit, or
// grace after ctx ended, whichever comes first.
func afterwards(ctx context.Context, limit, grace time.Duration) (context.Context, context.CancelFunc) {
	free, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	stop := context.AfterFunc(ctx, func() {
		late := time.NewTimer(grace)
		defer late.Stop()
		select {
		case <-late.C:
			cancel()
		case <-free.Done():
		}
	})
	return free, func() {
		stop()
		cancel()
	}
}
