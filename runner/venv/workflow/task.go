package workflow

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/cibench/cibench/runner/venv/workflow/expr"
)

// A Task is a step with its expressions evaluated.
type Task struct {
	Step    *Step
	Name    string
	Post    bool // what the step does in the end
	Runs    bool // whether the step's condition holds; if not, nothing below is set
	Env     []Variable
	Path    []string      // what comes before PATH, in its order
	Timeout time.Duration // 0 for none

	// Of an action, its inputs by name in lower case, without space around.
	Inputs map[string]string

	// Of a script.
	Script string
	Shell  Shell
	Dir    string // absolute

	// What the task came to once continue-on-error has had its say, by Finish.
	Conclusion Outcome

	env expr.Environment
}

// Flag tells whether an input of an action is set to true.
func (t *Task) Flag(input string) bool { return strings.EqualFold(t.Inputs[input], "true") }

// Begin evaluates a step against the contexts as they stand. A task that does
// not run is finished as Skipped. Errors are *Error, of a task that is finished
// as a Failure.
func (p *Progress) Begin(s *Step) (*Task, error) {
	t := &Task{Step: s, Name: s.Name}
	if s.Kind == KindSkip {
		return t, nil
	}
	if err := p.variables(t); err != nil {
		return t, err
	}
	if s.name != nil {
		// The runner, too, keeps the name as written when it cannot be evaluated.
		if name, err := s.name.Text(t.env); err == nil && name != "" {
			t.Name = name
		}
	}
	v, err := s.condition.Evaluate(t.env)
	if err != nil {
		return t, p.fail(s, "its condition", err)
	}
	if t.Runs = expr.Truthy(v); !t.Runs {
		return t, nil
	}
	return t, p.fill(t)
}

// Post evaluates what a step of Posts does in the end, which is done only
// while nothing has failed. Its task is finished as that of Begin is.
func (p *Progress) Post(s *Step) (*Task, error) {
	t := &Task{Step: s, Name: "Post " + s.Name, Post: true}
	if p.status != Success {
		return t, nil
	}
	if err := p.variables(t); err != nil {
		return t, err
	}
	t.Runs = true
	return t, p.fill(t)
}

// variables sets the environment: the job's, with the step's own variables,
// which do not see each other, over it.
func (p *Progress) variables(t *Task) error {
	own, err := evaluate(t.Step.env, p.environment(p.env))
	if err != nil {
		return p.fail(t.Step, "its env", err)
	}
	env := p.env.Clone()
	for _, v := range own {
		env.Set(v.Name, v.Value)
	}
	for name, v := range env.All() {
		t.Env = append(t.Env, Variable{name, expr.Text(v)})
	}
	t.env = p.environment(env)
	return nil
}

// fill evaluates what the step is to do.
func (p *Progress) fill(t *Task) error {
	t.Path = slices.Clone(p.paths)
	slices.Reverse(t.Path)
	if err := t.limit(); err != nil {
		return p.fail(t.Step, "its timeout-minutes", err)
	}
	if t.Step.Kind == KindRun {
		return p.fillScript(t)
	}
	inputs, err := evaluate(t.Step.inputs, t.env)
	if err != nil {
		return p.fail(t.Step, "its input", err)
	}
	t.Inputs = map[string]string{}
	for _, in := range inputs {
		value := strings.TrimSpace(in.Value)
		t.Inputs[in.Name] = value
		if t.Step.Kind == KindSetupPython {
			if err := checkSetup(in.Name, value); err != nil {
				return p.fail(t.Step, "its input", err)
			}
		}
	}
	a, _ := knownAction(t.Step.Uses)
	for _, name := range a.required {
		if t.Inputs[name] == "" {
			return p.fail(t.Step, "its input", fmt.Errorf("%s is required, and empty", name))
		}
	}
	return nil
}

func (p *Progress) fillScript(t *Task) (err error) {
	if t.Script, err = t.Step.script.Text(t.env); err != nil {
		return p.fail(t.Step, "its script", err)
	}
	shell, dir := p.shell, p.dir
	if t.Step.shell != nil {
		if shell, err = t.Step.shell.Text(t.env); err != nil {
			return p.fail(t.Step, "its shell", err)
		}
	}
	if t.Step.dir != nil {
		if dir, err = t.Step.dir.Text(t.env); err != nil {
			return p.fail(t.Step, "its working-directory", err)
		}
	}
	t.Dir = p.folder(dir)
	if t.Shell, err = parseShell(shell); err != nil {
		return p.fail(t.Step, "its shell", err)
	}
	return nil
}

// limit sets the timeout, in whole minutes as the runner takes it.
func (t *Task) limit() error {
	if t.Step.timeout == nil {
		return nil
	}
	v, err := t.Step.timeout.Value(t.env)
	if err != nil {
		return err
	}
	minutes, ok := v.(float64)
	if !ok || math.IsNaN(minutes) || minutes > math.MaxInt32 {
		return errors.New("it is no number of minutes")
	}
	t.Timeout = time.Duration(max(0, math.Trunc(minutes))) * time.Minute
	return nil
}
