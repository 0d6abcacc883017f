package workflow

import (
	"fmt"
	"strings"

	"github.com/cibench/cibench/runner/venv/workflow/expr"
	"github.com/cibench/cibench/runner/venv/workflow/glob"
)

// A Host is what a job finds where it runs. A context that is nil is empty, and
// so are those that are not here: inputs, vars, secrets and strategy.
type Host struct {
	GitHub, Runner, Needs *expr.Object

	Matrix *expr.Object // one of the job's combinations
	Tree   glob.Tree    // the workspace, for hashFiles
}

// contexts returns the contexts that stay as they are while the job runs.
func (h Host) contexts() *expr.Object {
	all := expr.NewObject()
	set := func(name string, o *expr.Object) {
		if o == nil {
			o = expr.NewObject()
		}
		all.Set(name, o)
	}
	set("github", h.GitHub)
	set("runner", h.Runner)
	set("needs", h.Needs)
	set("matrix", h.Matrix)
	for _, name := range []string{"inputs", "vars", "secrets", "strategy"} {
		set(name, nil)
	}
	return all
}

// hashFiles is the function of that name: an option in the first argument, and
// patterns.
func (h Host) hashFiles(args []expr.Value) (expr.Value, error) {
	links := glob.KeepLinks
	var patterns []string
	for i, arg := range args {
		text := expr.Text(arg)
		switch {
		case i == 0 && strings.EqualFold(text, "--follow-symbolic-links"):
			links = glob.FollowLinks
		case i == 0 && strings.HasPrefix(text, "--"):
			return nil, fmt.Errorf("the option %s is not known, only --follow-symbolic-links", quote(text))
		default:
			patterns = append(patterns, text)
		}
	}
	return h.Tree.Hash(strings.Join(patterns, "\n"), links)
}

// Enabled tells whether the job runs after those that it needs: whether its
// condition holds, for which success() wants each of them to have succeeded.
func (j *Job) Enabled(h Host) (bool, error) {
	results := map[string]bool{}
	all := true
	for _, need := range j.Needs {
		v, _ := h.Needs.Get(need)
		o, _ := v.(*expr.Object)
		result, _ := o.Get("result")
		results[expr.Text(result)] = true
		all = all && expr.Equal(result, string(Success))
	}
	is := func(b bool) expr.Function { return func([]expr.Value) (expr.Value, error) { return b, nil } }
	v, err := j.condition.Evaluate(expr.Environment{Contexts: h.contexts(), Functions: map[string]expr.Function{
		"always": is(true), "success": is(all),
		"failure": is(results[string(Failure)]), "cancelled": is(results[string(Cancelled)]),
	}})
	if err != nil {
		return false, &Error{File: j.source.name, Line: j.conditionAt.Line, Column: j.conditionAt.Col,
			Msg: fmt.Sprintf("condition of job %s", quote(j.ID)), cause: err}
	}
	return expr.Truthy(v), nil
}

// CheckEnabled returns an *Error when the job is skipped.
func (j *Job) CheckEnabled(h Host) error {
	enabled, err := j.Enabled(h)
	if enabled || err != nil {
		return err
	}
	event, _ := h.GitHub.Get("event_name")
	ref, _ := h.GitHub.Get("ref")
	return &Error{
		File: j.source.name, Line: j.conditionAt.Line, Column: j.conditionAt.Col,
		Msg:  fmt.Sprintf("job %s is skipped on a %s to %s: its condition does not hold", quote(j.ID), expr.Text(event), expr.Text(ref)),
		hint: "measure a workflow file in which it runs then; the jobs that it needs count as successful, without outputs",
	}
}
