package workflow

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/cibench/cibench/runner/venv/workflow/expr"
)

// Outcome is what a step, or so far the job, came to.
type Outcome string

// The outcomes.
const (
	Success   Outcome = "success"
	Failure   Outcome = "failure"
	Cancelled Outcome = "cancelled"
	Skipped   Outcome = "skipped" // of steps only
)

// A Variable is an environment variable or an output.
type Variable struct{ Name, Value string }

// Progress is how far one run of a job is. Its caller takes the steps in their
// order through Begin and Finish, and then those of Posts likewise. It is not
// safe for concurrent use.
type Progress struct {
	job    *Job
	host   Host
	fixed  *expr.Object // contexts
	env    *expr.Object // of the whole job, as it grew
	steps  *expr.Object
	status Outcome
	paths  []string // the oldest first
	posts  []*Step  // in the order of the steps
	shell  string   // the job's defaults
	dir    string
}

// Start evaluates what holds for the whole job. A job with a matrix wants one
// of its combinations.
func (j *Job) Start(h Host) (*Progress, error) {
	if j.strategy != nil && h.Matrix == nil {
		return nil, fmt.Errorf("%s: job %s has a matrix: no combination was chosen", j.source.name, quote(j.ID))
	}
	p := &Progress{job: j, host: h, fixed: h.contexts(), env: expr.NewExactObject(), steps: expr.NewObject(), status: Success}
	for _, block := range j.env {
		vars, err := evaluate(block, expr.Environment{Contexts: p.fixed})
		if err != nil {
			return nil, fmt.Errorf("%s: env: %w", j.source.name, err)
		}
		for _, v := range vars {
			p.env.Set(v.Name, v.Value)
		}
	}
	contexts := p.fixed.Clone()
	contexts.Set("env", p.env)
	for _, d := range []struct {
		to *string
		t  *expr.Template
	}{{&p.shell, j.shell}, {&p.dir, j.dir}} {
		if d.t == nil {
			continue
		}
		var err error
		if *d.to, err = d.t.Text(expr.Environment{Contexts: contexts}); err != nil {
			return nil, fmt.Errorf("%s: defaults: %w", j.source.name, err)
		}
	}
	return p, nil
}

// evaluate evaluates bindings, none of which sees another.
func evaluate(bindings []binding, env expr.Environment) ([]Variable, error) {
	var vars []Variable
	for _, b := range bindings {
		text, err := b.value.Text(env)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", b.name, err)
		}
		vars = append(vars, Variable{b.name, text})
	}
	return vars, nil
}

// Status returns what the job came to so far: Success, Failure or Cancelled.
func (p *Progress) Status() Outcome { return p.status }

// Cancel makes the job a cancelled one: of its further steps, only those run
// that always() or cancelled() has in its condition.
func (p *Progress) Cancel() { p.status = Cancelled }

// environment returns what the expressions of a step see, but the step's own
// variables.
func (p *Progress) environment(env *expr.Object) expr.Environment {
	contexts := p.fixed.Clone()
	contexts.Set("env", env)
	contexts.Set("steps", p.steps)
	job := expr.NewObject()
	job.Set("status", string(p.status))
	contexts.Set("job", job)
	status := p.status
	is := func(o Outcome) expr.Function {
		return func([]expr.Value) (expr.Value, error) { return status == o, nil }
	}
	return expr.Environment{Contexts: contexts, Functions: map[string]expr.Function{
		"always":    func([]expr.Value) (expr.Value, error) { return true, nil },
		"success":   is(Success),
		"failure":   is(Failure),
		"cancelled": is(Cancelled),
		"hashfiles": p.host.hashFiles,
	}}
}

// A Result is what a step did, by its exit code and its command files. It
// counts whether or not the step succeeded.
type Result struct {
	Outcome Outcome
	Outputs []Variable
	Env     []Variable // for the steps behind it
	Path    []string   // likewise, in the order of the file
}

// Finish takes down what a task came to. A failure that the step allows does
// not fail the job; an error in the expression that says so does, and is
// returned. Of a step whose env or condition is in error, nothing is allowed and
// nothing is left to do in the end: the runner (StepsRunner.cs) does not get so far.
func (p *Progress) Finish(t *Task, r Result) error {
	for _, v := range r.Env {
		p.env.Set(v.Name, v.Value)
	}
	for _, dir := range r.Path {
		p.paths = slices.DeleteFunc(p.paths, func(s string) bool { return s == dir })
		p.paths = append(p.paths, dir)
	}
	conclusion := r.Outcome
	var err error
	if r.Outcome == Failure && t.Runs && t.Step.onError != nil {
		var v expr.Value
		v, err = t.Step.onError.Value(t.env)
		allowed, ok := v.(bool)
		switch {
		case err != nil:
			err = p.fail(t.Step, "its continue-on-error", err)
		case !ok:
			err = p.fail(t.Step, "its continue-on-error", errors.New("it is no boolean"))
		case allowed:
			conclusion = Success
		}
	}
	t.Conclusion = conclusion
	if conclusion == Failure && p.status != Cancelled {
		p.status = Failure
	}
	if t.Post {
		return err
	}
	if t.Runs && t.Step.Kind.Post() {
		p.posts = append(p.posts, t.Step)
	}
	p.takeDown(t.Step, r, conclusion)
	return err
}

// takeDown makes the steps context hold what the step came to.
func (p *Progress) takeDown(s *Step, r Result, conclusion Outcome) {
	if s.ID == "" {
		return
	}
	outputs := expr.NewObject()
	for _, v := range r.Outputs {
		outputs.Set(v.Name, v.Value)
	}
	entry := expr.NewObject()
	entry.Set("outputs", outputs)
	entry.Set("outcome", string(r.Outcome))
	entry.Set("conclusion", string(conclusion))
	p.steps.Set(s.ID, entry)
}

// Posts returns the steps that have more to do once all are through, in the
// order in which they do it: the last one first.
func (p *Progress) Posts() []*Step {
	posts := slices.Clone(p.posts)
	slices.Reverse(posts)
	return posts
}

func (p *Progress) fail(s *Step, what string, cause error) error {
	return &Error{File: p.job.source.name, Line: s.Line, Column: s.Column, Step: s.Name, Msg: what, cause: cause}
}

// folder returns the folder that a step works in.
func (p *Progress) folder(dir string) string {
	if strings.HasPrefix(dir, "/") {
		return path.Clean(dir)
	}
	return path.Join(p.host.Tree.Dir, dir)
}
