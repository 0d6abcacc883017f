package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/cibench/cibench/results"
)

// endRun prints a run that has just ended, if it has trials, and draws its
// charts into dir unless that is empty. What it did stands in log. A run that
// was walked to its end and has nothing to show for it is an error.
func endRun(ctx context.Context, out, log io.Writer, cfg *config, id, dir string, walkErr error) error {
	r, err := loadRun(context.WithoutCancel(ctx), cfg, id)
	if err != nil || len(r.trials) == 0 {
		return errors.Join(walkErr, err)
	}
	err = r.print(out, "text")
	if dir != "" {
		err = errors.Join(err, r.draw(log, dir))
	}
	if walkErr == nil {
		walkErr = measured(r.trials)
	}
	return errors.Join(walkErr, err)
}

// nothingMeasuredError says that no measured trial of a run is ok, so that
// there is no number to go by.
type nothingMeasuredError struct {
	failed, invalid int           // measured trials
	first           results.Trial // of them, in the order of the plan
}

func (e *nothingMeasuredError) Error() string {
	return fmt.Sprintf("nothing was measured: of %d trials %d failed and %d are invalid", e.failed+e.invalid, e.failed, e.invalid)
}

// Hint names the first trial with its reason.
func (e *nothingMeasuredError) Hint() string {
	reason, _, _ := strings.Cut(e.first.Reason, "\n")
	return fmt.Sprintf("%s is %s: %s", e.first.ID, e.first.Outcome, results.Printable(reason))
}

// measured returns a *nothingMeasuredError unless one of the trials, warm-ups
// aside, is ok.
func measured(trials []results.Trial) error {
	var e *nothingMeasuredError
	for _, t := range trials {
		if t.Warmup {
			continue
		}
		if t.Outcome == results.OK {
			return nil
		}
		if e == nil {
			e = &nothingMeasuredError{first: t}
		}
		if t.Outcome == results.Failed {
			e.failed++
		} else {
			e.invalid++
		}
	}
	if e == nil {
		return nil
	}
	return e
}
