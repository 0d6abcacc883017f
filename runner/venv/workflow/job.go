package workflow

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rhysd/actionlint"
	"go.yaml.in/yaml/v3"

	"github.com/cibench/cibench/runner/venv/workflow/expr"
)

// Job is one job of a workflow file. It is safe for concurrent use.
type Job struct {
	ID    string
	Needs []string // ids of the jobs before it
	Steps []*Step
	Idle  []Rule // rules that hold for none of the steps: mistyped, perhaps

	source    *source
	at        *actionlint.Pos // of its id
	condition *expr.Expression
	env       [][]binding // the workflow's, then the job's
	shell     *expr.Template
	dir       *expr.Template
	strategy  *yaml.Node // of strategy.matrix; nil for none

	conditionAt *actionlint.Pos // at, for a job without one
	runsOn      []label
}

// binding is an environment variable, or an input of an action.
type binding struct {
	name  string
	value *expr.Template
}

// Job reads a job and applies the rules to its steps, the first that fits. A
// job with mistakes, or with steps that are not known and no rule for them,
// gives them all, joined, each an *Error.
func (f *File) Job(id string, rules []Rule) (*Job, error) {
	tree, ok := f.tree.Jobs[strings.ToLower(id)]
	if !ok {
		return nil, &Error{File: f.source.name, Line: 1, Column: 1, Msg: fmt.Sprintf("there is no job %s", quote(id)),
			hint: "one of " + strings.Join(f.Jobs(), ", ")}
	}
	r := &reader{source: f.source}
	job := &Job{ID: tree.ID.Value, source: f.source, at: tree.ID.Pos, condition: r.condition(tree.If, inJobIf)}
	if tree.RunsOn != nil {
		job.runsOn = r.runsOn(tree.RunsOn)
	}
	job.conditionAt = job.at
	if tree.If != nil {
		job.conditionAt = tree.If.Pos
	}
	r.refuse(tree)
	for _, need := range tree.Needs {
		job.Needs = append(job.Needs, need.Value)
	}
	job.env = [][]binding{r.env(f.tree.Env, inWorkflowEnv), r.env(tree.Env, inJobEnv)}
	defaults := f.tree.Defaults
	if tree.Defaults != nil { // replaces the workflow's as a whole
		defaults = tree.Defaults
	}
	if defaults != nil && defaults.Run != nil {
		job.shell = r.template(defaults.Run.Shell, inDefaults)
		job.dir = r.template(defaults.Run.WorkingDirectory, inDefaults)
	}
	if tree.Strategy != nil && tree.Strategy.Matrix != nil {
		job.strategy = f.source.matrix(tree.ID.Value)
	}
	used := make([]bool, len(rules))
	for i, s := range tree.Steps {
		job.Steps = append(job.Steps, r.step(i+1, s, rules, used))
	}
	r.checkIDs(job.Steps)
	for i, rule := range rules {
		if !used[i] {
			job.Idle = append(job.Idle, rule)
		}
	}
	if err := errors.Join(r.problems...); err != nil {
		return nil, err
	}
	return job, nil
}

// matrix returns the node of a job's matrix.
func (s *source) matrix(job string) *yaml.Node {
	n := s.root.Content[0]
	for _, key := range []string{"jobs", job, "strategy", "matrix"} {
		n = child(n, func(k string) bool { return strings.EqualFold(k, key) })
	}
	return n
}

// reader turns the library's tree into a job. It reports problems and goes on.
type reader struct {
	source   *source
	current  string // the name of the step being read
	problems []error
}

func (r *reader) report(at *actionlint.Pos, hint string, cause error, format string, args ...any) {
	r.problems = append(r.problems, &Error{
		File: r.source.name, Line: at.Line, Column: at.Col, Step: r.current,
		Msg: fmt.Sprintf(format, args...), hint: hint, cause: cause,
	})
}

// refuse reports what a job cannot have here.
func (r *reader) refuse(job *actionlint.Job) {
	const hint = "a job runs its steps in one container of the base image: measure a copy of the workflow without it, and skip by the study's steps what needs it"
	if job.WorkflowCall != nil {
		r.report(job.Pos, "name the job of the called workflow instead", nil, "job %s calls another workflow", quote(job.ID.Value))
	}
	if job.Container != nil {
		r.report(job.Container.Pos, hint, nil, "job %s runs in a container of its own", quote(job.ID.Value))
	}
	if job.Services != nil {
		r.report(job.Services.Pos, hint, nil, "job %s has services", quote(job.ID.Value))
	}
}

// template reads a value that may hold expressions. It returns nil for one
// that is not there.
func (r *reader) template(s *actionlint.String, in expr.Scope) *expr.Template {
	if s == nil {
		return nil
	}
	text, ok := r.source.value(s).(string)
	if !ok {
		return expr.Literal(r.source.value(s))
	}
	t, err := expr.ParseTemplate(text, in)
	if err != nil {
		r.report(s.Pos, "", err, "a value that is not valid")
	}
	return t
}

func (r *reader) condition(s *actionlint.String, in expr.Scope) *expr.Expression {
	text, at := "", &actionlint.Pos{Line: 1, Col: 1}
	if s != nil {
		text, at = expr.Text(r.source.value(s)), s.Pos
	}
	e, err := expr.ParseCondition(text, in)
	if err != nil {
		r.report(at, "", err, "a condition that is not valid")
	}
	return e
}

func (r *reader) env(env *actionlint.Env, in expr.Scope) []binding {
	if env == nil {
		return nil
	}
	if env.Expression != nil {
		r.report(env.Expression.Pos, "name the variables", nil, "an env that is one expression is not read")
		return nil
	}
	entries := make([]*actionlint.EnvVar, 0, len(env.Vars))
	for _, v := range env.Vars {
		entries = append(entries, v)
	}
	slices.SortFunc(entries, func(a, b *actionlint.EnvVar) int { return comparePos(a.Name.Pos, b.Name.Pos) })
	vars := make([]binding, len(entries))
	for i, v := range entries {
		vars[i] = binding{v.Name.Value, r.template(v.Value, in)}
	}
	return vars
}
