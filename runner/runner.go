// Package runner walks a plan, one trial at a time: prepare, execute, verify,
// restore, record.
//
// It is the one place where intent becomes evidence. It knows the order of
// things and the clock; what a build is, an Executor knows.
package runner

import (
	"context"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/scenarios/plan"
)

// An Executor runs the trials of one job. Its methods are called in the order
// below, for one trial at a time. Each ends within a second of its context.
type Executor interface {
	// Prepare brings every owned cache into the trial's declared state. It is
	// not timed. An error is a broken harness, never a failed build: when the
	// build that primes the caches fails, or takes longer than a trial may,
	// Execute says so in its Attempt.
	Prepare(ctx context.Context, t plan.Trial) error

	// Execute runs the job. The time it takes is the trial's timed window, so
	// it does nothing else: what the job left behind is read by Verify. A
	// failed build is an Attempt with a Failure. When ctx ends, the Attempt
	// beside the error has the output so far.
	Execute(ctx context.Context, t plan.Trial) (Attempt, error)

	// Verify says, from evidence and untimed, what the job did and whether the
	// caches behaved as declared. It is called for failed attempts too.
	Verify(ctx context.Context, t plan.Trial, a Attempt) (Evidence, error)

	// Restore undoes Prepare and Execute. It is always called once Prepare was
	// called, also when that failed, with a context of its own.
	Restore(ctx context.Context, t plan.Trial) error
}

// An Attempt is what Execute saw.
type Attempt struct {
	Failure string // why the build failed; empty when it did not
	Log     string // the last lines of output
}

// Evidence is what Verify found.
type Evidence struct {
	Spans    []results.Span // relative to the start of Execute
	Counters []results.Sample
	Checks   []results.Check
}

// A Recorder keeps trials. Record is called once per finished trial, in the
// order of the plan.
type Recorder interface {
	Record(ctx context.Context, t results.Trial) error
}
