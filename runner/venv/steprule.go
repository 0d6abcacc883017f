package venv

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cibench/cibench/runner/venv/workflow"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// An idleRuleError says that a rule of the study holds for no step.
type idleRuleError struct {
	job   string
	rule  workflow.Rule
	steps []string // of the job, in all variants
}

func (e *idleRuleError) Error() string {
	var of []string
	for _, f := range [][2]string{{"name", e.rule.Name}, {"id", e.rule.ID}, {"uses", e.rule.Uses}} {
		if f[1] != "" {
			of = append(of, fmt.Sprintf("%s %q", f[0], f[1]))
		}
	}
	return fmt.Sprintf("job %s: the rule for the step with %s holds for no step of any variant", e.job, strings.Join(of, " and "))
}

// Hint lists the steps that there are.
func (e *idleRuleError) Hint() string { return "the steps are " + strings.Join(e.steps, ", ") }

// checkRules finds the rules for steps that hold for none of any variant. A
// variant that cannot be read may have the step, so then nothing is said.
func (l *Lane) checkRules() error {
	idle := slices.Clone(l.steps)
	var steps []string
	for _, v := range l.Job.Variants {
		j, err := l.jobOf(v, plan.Trial{State: scenarios.Cold})
		if err != nil {
			return nil // whoever needs the variant reads it again
		}
		idle = slices.DeleteFunc(idle, func(r workflow.Rule) bool { return !slices.Contains(j.Idle, r) })
		for _, s := range j.Steps {
			if text := describe(s); !slices.Contains(steps, text) {
				steps = append(steps, text)
			}
		}
	}
	var errs []error
	for _, r := range idle {
		errs = append(errs, &idleRuleError{l.Job.Name, r, steps})
	}
	return errors.Join(errs...)
}

// describe writes a step with all that a rule can name it by.
func describe(s *workflow.Step) string {
	var more []string
	if s.ID != "" {
		more = append(more, "id "+s.ID)
	}
	if s.Uses != "" && !strings.HasSuffix(s.Name, s.Uses) {
		more = append(more, "uses "+s.Uses)
	}
	text := fmt.Sprintf("%q", s.Name)
	if len(more) > 0 {
		text += " (" + strings.Join(more, ", ") + ")"
	}
	return text
}
