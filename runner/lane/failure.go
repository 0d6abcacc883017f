package lane

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/cibench/cibench/runner"
)

// LogLines is how many lines of the output of a job that failed are kept.
const LogLines = 40

// A Failure is a job that failed: an outcome of its trials, not an error of the
// harness.
type Failure struct {
	Err      error
	Problems []error // what the index refused meanwhile
	Log      string  // the end of the job's output
}

// Error returns why the job failed, and what the index refused.
func (f *Failure) Error() string {
	text := f.Err.Error()
	for _, p := range f.Problems {
		text += "; " + p.Error()
	}
	return text
}

// Unwrap returns the reason and the index's problems.
func (f *Failure) Unwrap() []error { return append([]error{f.Err}, f.Problems...) }

// Attempt returns the failure as an outcome.
func (f *Failure) Attempt() runner.Attempt { return runner.Attempt{Failure: f.Error(), Log: f.Log} }

// Within does an untimed build, such as priming's, in the time that a trial has
// for its own. One that takes longer failed as a trial would: failure makes the
// *Failure of that, when work has returned.
func Within(ctx context.Context, limit time.Duration, work func(context.Context) error, failure func(error) *Failure) error {
	window, cancel := runner.WithTimeout(ctx, limit)
	defer cancel()
	err := work(window)
	if err == nil || ctx.Err() != nil {
		return err
	}
	if late := runner.TimedOut(window); late != nil {
		return failure(late)
	}
	return err
}

// Closed adds the error of removing what a job made to that of the job. What
// could not be removed is never an outcome: a *Failure is then only told of.
func Closed(err, closing error) error {
	if failed := (*Failure)(nil); closing != nil && errors.As(err, &failed) {
		return fmt.Errorf("%w, after %v", closing, err)
	}
	return errors.Join(err, closing)
}

// WithLog adds the end of a failed job's output to err, where err wraps a
// *Failure that has one.
func WithLog(err error) error {
	var failed *Failure
	if errors.As(err, &failed) && failed.Log != "" {
		return fmt.Errorf("%w\nthe end of its output:\n%s", err, strings.TrimSpace(failed.Log))
	}
	return err
}
