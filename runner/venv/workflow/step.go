package workflow

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rhysd/actionlint"

	"github.com/cibench/cibench/runner/venv/workflow/expr"
)

// Step is a step of a job. What it holds beside these fields has expressions
// in it, which a Progress evaluates.
type Step struct {
	Number int    // from 1
	Name   string // as GitHub shows it, expressions unevaluated
	ID     string // "" for none
	Kind   Kind
	Uses   string // the action as written, also where a rule replaces the step; "" for a script
	Line   int
	Column int

	name      *expr.Template
	condition *expr.Expression
	env       []binding
	inputs    []binding // of an action, by name in lower case
	script    *expr.Template
	shell     *expr.Template // nil for the job's default
	dir       *expr.Template // likewise
	onError   *expr.Template // continue-on-error
	timeout   *expr.Template // in minutes
}

// step reads a step; used takes down which rules hold for one.
func (r *reader) step(number int, tree *actionlint.Step, rules []Rule, used []bool) *Step {
	s := &Step{Number: number, Line: tree.Pos.Line, Column: tree.Pos.Col}
	if tree.ID != nil {
		s.ID = tree.ID.Value
	}
	run, _ := tree.Exec.(*actionlint.ExecRun)
	uses, _ := tree.Exec.(*actionlint.ExecAction)
	switch {
	case uses != nil:
		s.Uses = uses.Uses.Value
		s.Name = "Run " + s.Uses
	case run != nil:
		first, _, _ := strings.Cut(strings.TrimSpace(run.Run.Value), "\n")
		s.Name = "Run " + strings.TrimSpace(first)
	}
	if tree.Name != nil && tree.Name.Value != "" {
		s.Name = tree.Name.Value
	}
	r.current = s.Name
	defer func() { r.current = "" }()
	s.name = r.template(tree.Name, inStep)
	s.condition = r.condition(tree.If, inStepIf)
	s.env = r.env(tree.Env, inStep)
	if tree.ContinueOnError != nil {
		s.onError = r.flag(tree.ContinueOnError)
	}
	if tree.TimeoutMinutes != nil {
		s.timeout = r.number(tree.TimeoutMinutes)
	}
	if i := slices.IndexFunc(rules, func(rule Rule) bool { return rule.fits(s) }); i >= 0 {
		used[i] = true
		r.apply(s, rules[i], tree.Pos)
		return s
	}
	if run != nil {
		s.Kind = KindRun
		s.script = r.template(run.Run, inStep)
		s.shell = r.shell(run.Shell)
		s.dir = r.template(run.WorkingDirectory, inStep)
		return s
	}
	r.action(s, uses)
	return s
}

// flag reads a boolean, which the library takes for false when it is written
// True.
func (r *reader) flag(b *actionlint.Bool) *expr.Template {
	if b.Expression != nil {
		return r.template(b.Expression, inStep)
	}
	if n, ok := r.source.scalars[*b.Pos]; ok {
		return expr.Literal(scalarValue(n))
	}
	return expr.Literal(b.Value)
}

func (r *reader) number(f *actionlint.Float) *expr.Template {
	if f.Expression != nil {
		return r.template(f.Expression, inStep)
	}
	return expr.Literal(f.Value)
}

// shell reads a shell, and checks one that is no expression.
func (r *reader) shell(s *actionlint.String) *expr.Template {
	t := r.template(s, inStep)
	if t == nil {
		return nil
	}
	if v, ok := t.Constant(); ok {
		if _, err := parseShell(expr.Text(v)); err != nil {
			r.report(s.Pos, "", err, "a shell that is not known")
		}
	}
	return t
}

const ruleHint = "map or skip it in the study"

// action reads what an action is given.
func (r *reader) action(s *Step, tree *actionlint.ExecAction) {
	a, ok := knownAction(s.Uses)
	if !ok {
		r.report(tree.Uses.Pos, ruleHint, nil, "the action %s is not known", quote(s.Uses))
		return
	}
	s.Kind = a.kind
	for _, name := range slices.Sorted(maps.Keys(tree.Inputs)) {
		in := tree.Inputs[name]
		switch known, matters := a.takes(name); {
		case !known:
			r.report(in.Name.Pos, ruleHint, nil, "the input %s of %s is not known", quote(in.Name.Value), s.Uses)
		case matters:
			t := r.template(in.Value, inStep)
			s.inputs = append(s.inputs, binding{name, t})
			r.checkInput(s, name, in.Value.Pos, t)
		}
	}
	for _, name := range a.required {
		if _, ok := tree.Inputs[name]; !ok {
			r.report(tree.Uses.Pos, "", nil, "the input %q is missing", name)
		}
	}
}

// checkInput finds what of an input can be told before the job runs.
func (r *reader) checkInput(s *Step, name string, at *actionlint.Pos, t *expr.Template) {
	if s.Kind != KindSetupPython || t == nil {
		return
	}
	v, constant := t.Constant()
	if !constant {
		return
	}
	if err := checkSetup(name, strings.TrimSpace(expr.Text(v))); err != nil {
		r.report(at, ruleHint, nil, "%v", err)
	}
}

// checkSetup tells whether an input of setup-python has a value that is known.
func checkSetup(name, value string) error {
	switch {
	case name == "cache" && value != "" && value != "pip":
		return fmt.Errorf("the cache of %s is not known, only that of pip", quote(value))
	case name == "python-version" && strings.ContainsAny(value, "\n"):
		return fmt.Errorf("more than one Python version")
	default:
		return nil
	}
}

// apply does to a step what a rule says.
func (r *reader) apply(s *Step, rule Rule, at *actionlint.Pos) {
	switch rule.Action {
	case ActionSkip:
		s.Kind = KindSkip
	case ActionRun:
		s.Kind = KindRun
		var err error
		if s.script, err = expr.ParseTemplate(rule.Run, inStep); err != nil {
			r.report(at, "", err, "the script that replaces the step is not valid")
		}
	default:
		r.report(at, "one of skip, run", nil, "the rule for the step has no action %s", quote(string(rule.Action)))
	}
}

// checkIDs reports ids that stand twice.
func (r *reader) checkIDs(steps []*Step) {
	seen := map[string]*Step{}
	for _, s := range steps {
		key := strings.ToLower(s.ID)
		if first, ok := seen[key]; ok && key != "" {
			r.current = s.Name
			r.report(&actionlint.Pos{Line: s.Line, Col: s.Column}, "", nil, "the id %s stands in line %d too", quote(s.ID), first.Line)
			r.current = ""
		}
		seen[key] = s
	}
}
