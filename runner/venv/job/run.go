package job

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cibench/cibench/runner/venv/workflow"
)

// Run runs the job, once. That the job failed is in the report. An error says
// that the machine broke, or is the cause of ctx: then the step that was under
// way is killed and cancelled, no other one runs, and the report says how far
// the job came.
func (m *Machine) Run(ctx context.Context) (*Report, error) {
	p, err := m.cfg.Job.Start(m.host)
	if err != nil {
		return nil, err
	}
	r := &m.report
	r.Started = time.Now()
	err = m.all(ctx, p)
	if err != nil && ctx.Err() != nil {
		p.Cancel()
	}
	r.Stopped, r.Outcome = time.Now(), p.Status()
	if err != nil {
		return r, fmt.Errorf("job %s: %w", m.cfg.Job.ID, err)
	}
	return r, nil
}

func (m *Machine) all(ctx context.Context, p *workflow.Progress) error {
	for _, s := range m.cfg.Job.Steps {
		if err := m.step(ctx, p, s, p.Begin); err != nil {
			return err
		}
	}
	for _, s := range p.Posts() {
		if err := m.step(ctx, p, s, p.Post); err != nil {
			return err
		}
	}
	return nil
}

// A doing is a step that is being done.
type doing struct {
	*Machine
	task   *workflow.Task
	out    *output
	step   Step
	result workflow.Result
}

// step does one step, or its part in the end, and takes it down.
func (m *Machine) step(ctx context.Context, p *workflow.Progress, s *workflow.Step, begin func(*workflow.Step) (*workflow.Task, error)) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	started := time.Now()
	task, wrong := begin(s)
	d := &doing{Machine: m, task: task, out: newOutput(), result: workflow.Result{Outcome: workflow.Success}}
	d.step = Step{
		Number: s.Number, Name: task.Name, ID: s.ID, Kind: s.Kind, Post: task.Post,
		Text: s.Uses, Started: started,
	}
	if s.Kind == workflow.KindRun {
		d.step.Text = task.Script
	}
	var broken error
	switch {
	case wrong != nil:
		d.fail("%v", wrong)
	case !task.Runs:
		d.result.Outcome = workflow.Skipped
	default:
		broken = d.limited(ctx)
	}
	d.step.Stopped = time.Now()
	if d.result.Outcome == workflow.Skipped {
		d.step.Stopped = started
	}
	if err := p.Finish(task, d.result); err != nil {
		d.step.Error = errors.Join(errors.New(d.step.Error), err).Error()
	}
	d.step.Outcome, d.step.Conclusion, d.step.Outputs = d.result.Outcome, task.Conclusion, d.result.Outputs
	d.step.Lines, d.step.Dropped = d.out.lines()
	m.report.Steps = append(m.report.Steps, d.step)
	return broken
}

var errTimeout = errors.New("timeout")

// limited does the step within its time. Its error is not the step's, but that
// of the machine or the end of ctx.
func (d *doing) limited(ctx context.Context) error {
	inTime := ctx
	if d.task.Timeout > 0 {
		var cancel context.CancelFunc
		inTime, cancel = context.WithTimeoutCause(ctx, d.task.Timeout/time.Minute*d.minute, errTimeout)
		defer cancel()
	}
	err := d.do(inTime)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		d.result.Outcome, d.step.Error = workflow.Cancelled, "The operation was canceled."
		return errors.Join(context.Cause(ctx), d.kill(ctx))
	case inTime.Err() != nil:
		d.fail("The action '%s' has timed out after %d minutes.", d.task.Name, d.task.Timeout/time.Minute)
		return d.kill(ctx)
	default:
		d.fail("%v", err)
		return err
	}
}

func (d *doing) do(ctx context.Context) error {
	switch d.task.Step.Kind {
	case workflow.KindRun:
		return d.script(ctx)
	case workflow.KindCheckout:
		return d.checkout(ctx)
	case workflow.KindSetupPython:
		if d.step.Post {
			return d.savePip(ctx)
		}
		return d.setupPython(ctx)
	case workflow.KindCache:
		if d.step.Post {
			return d.saveCache(ctx)
		}
		return d.restoreCache(ctx)
	case workflow.KindCacheRestore:
		return d.restoreCache(ctx)
	case workflow.KindCacheSave:
		return d.saveCache(ctx)
	case workflow.KindSkip: // has not begun
	}
	return fmt.Errorf("step of kind %q", d.task.Step.Kind)
}

// fail makes the step a failed one. The first reason is the step's.
func (d *doing) fail(format string, args ...any) {
	message := fmt.Sprintf(format, args...)
	d.out.say("Error: %s", message)
	d.result.Outcome = workflow.Failure
	if d.step.Error == "" {
		d.step.Error = message
	}
}

func (d *doing) output(name, value string) {
	d.result.Outputs = append(d.result.Outputs, workflow.Variable{Name: name, Value: value})
}
