package runner

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/phase"
	"github.com/cibench/cibench/scenarios/plan"
)

// run runs one trial and restores what it changed. The trial is nil when it
// did not finish. It may come with an error: that of restoring.
func (w *Walker) run(ctx context.Context, t plan.Trial) (*results.Trial, error) {
	trial, err := w.measure(ctx, t)
	return trial, errors.Join(err, w.restore(ctx, t))
}

// measure prepares, executes and verifies a trial.
func (w *Walker) measure(ctx context.Context, t plan.Trial) (*results.Trial, error) {
	ex := w.Executors[t.Job]
	if err := ex.Prepare(ctx, t); err != nil {
		return nil, broken(ctx, t, StepPrepare, err)
	}
	if w.Host != nil {
		if err := w.Host.Settle(ctx); err != nil {
			return nil, broken(ctx, t, StepSettle, err)
		}
	}
	trial := newTrial(t)
	attempt, err := w.execute(ctx, ex, t, trial)
	if err != nil {
		return nil, err
	}
	evidence, err := ex.Verify(ctx, t, attempt)
	if err != nil {
		return nil, broken(ctx, t, StepVerify, err)
	}
	if trial.Host.Stepped == 0 { // else the steps' stamps tell nothing
		trial.Spans = evidence.Spans
	}
	trial.Checks = append(evidence.Checks, steady(trial.Host)...)
	if err := samples(trial, attempt); err != nil {
		return nil, &StepError{Trial: t.ID, Step: StepMeasure, Err: err}
	}
	trial.Samples = append(trial.Samples, evidence.Counters...)
	trial.Outcome, trial.Reason = judge(attempt, trial.Checks)
	if trial.Outcome == results.Failed {
		trial.Log = attempt.Log
	}
	return trial, nil
}

// newTrial returns the record of a slot of which nothing is known yet.
func newTrial(t plan.Trial) *results.Trial {
	return &results.Trial{
		ID:     t.ID,
		Slot:   t.Slot,
		Block:  t.Block,
		Cell:   CellOf(t),
		Warmup: t.Warmup,
	}
}

// CellOf returns the cell that a trial measures.
func CellOf(t plan.Trial) results.Cell {
	return results.Cell{Job: t.Job, Variant: t.Variant, State: string(t.State)}
}

// execute runs the timed window, and sets what its clock and the host's
// observer say. A window that outlasts the timeout is a failure of the build.
func (w *Walker) execute(ctx context.Context, ex Executor, t plan.Trial, trial *results.Trial) (Attempt, error) {
	observed := func() results.Host { return results.Host{} }
	if w.Host != nil {
		observed = w.Host.Observe()
	}
	window, cancel := WithTimeout(ctx, w.Timeout)
	defer cancel()

	start := w.now()
	attempt, err := ex.Execute(window, t)
	elapsed := w.now().Sub(start)

	trial.Host = observed()
	trial.Started = start.UTC().Round(0)
	trial.Duration = elapsed.Seconds()
	switch {
	case ctx.Err() != nil: // a build that was called off is no measurement, whatever it says
		return Attempt{}, broken(ctx, t, StepExecute, err)
	case TimedOut(window) != nil || elapsed > w.Timeout:
		attempt.Failure = (&TimeoutError{w.Timeout}).Error()
	case err != nil:
		return Attempt{}, broken(ctx, t, StepExecute, err)
	}
	return attempt, nil
}

// steady returns a check that the wall clock, by which steps are stamped, was not
// moved while they ran. Where it was not there is nothing to tell.
func steady(h results.Host) []results.Check {
	if h.Stepped == 0 {
		return nil
	}
	var c results.Checklist
	c.Add("wall clock: moved during the trial", fmt.Sprintf("%.3f s", h.Stepped), "not at all", false)
	return c
}

// samples sets the total and the phases. A failed build stops in the middle of
// steps: what can be measured of it is kept. Steps that end before they begin are
// those of a clock that was set back, by less than the host tells: the trial fails
// a check then.
func samples(trial *results.Trial, a Attempt) error {
	trial.Samples = []results.Sample{{
		Name:  results.PhaseTotal,
		Kind:  results.Phase,
		Unit:  results.Seconds,
		Value: trial.Duration,
	}}
	phases, err := phase.Measure(trial.Spans)
	switch {
	case err == nil || a.Failure != "":
		trial.Samples = append(trial.Samples, phases...)
		return nil
	case errors.Is(err, phase.ErrOpen):
		return err
	}
	c := results.Checklist(trial.Checks)
	c.Add("steps: stamps", err, "in order", false)
	trial.Spans, trial.Checks = nil, c
	return nil
}

// judge returns how a trial ended, and why when that is not OK. A failed build
// is failed whatever the checks say: its caches had no chance to behave.
func judge(a Attempt, checks []results.Check) (results.Outcome, string) {
	if a.Failure != "" {
		return results.Failed, a.Failure
	}
	var missed []string
	for _, c := range checks {
		if !c.OK {
			missed = append(missed, fmt.Sprintf("%s: want %s, got %s", c.Name, c.Want, c.Got))
		}
	}
	if len(missed) > 0 {
		return results.Invalid, strings.Join(missed, "; ")
	}
	return results.OK, ""
}

// broken returns the error of a step: the cause of ctx's end when it ended,
// because what a step says then only echoes that.
func broken(ctx context.Context, t plan.Trial, s Step, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return &StepError{Trial: t.ID, Step: s, Err: err}
}
