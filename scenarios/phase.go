package scenarios

import (
	"fmt"
	"regexp"
)

// A PhaseRule assigns the steps whose name matches to a phase. The first rule
// that matches wins.
type PhaseRule struct {
	Phase string
	Match string // regular expression (RE2) on the step's name
}

// StepPhases are the rules of a job for phases, compiled. Nil assigns no step.
type StepPhases []stepPhase

type stepPhase struct {
	phase string
	match *regexp.Regexp
}

// StepPhases compiles the job's rules for phases. The error names the job and
// the phase.
func (j Job) StepPhases() (StepPhases, error) {
	var rules StepPhases
	for _, r := range j.Phases {
		match, err := regexp.Compile(r.Match)
		if err != nil {
			return nil, fmt.Errorf("job %s: phase %s: %w", j.Name, r.Phase, err)
		}
		rules = append(rules, stepPhase{r.Phase, match})
	}
	return rules, nil
}

// Of returns the phase that the rules assign a step of that name to; ok is false
// where none matches.
func (p StepPhases) Of(step string) (phase string, ok bool) {
	for _, r := range p {
		if r.match.MatchString(step) {
			return r.phase, true
		}
	}
	return "", false
}
