package cli

import (
	"fmt"
	"os"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/gate"
	"github.com/cibench/cibench/scenarios"
)

// studyOf opens the study that a run measured, as it is now.
func studyOf(run results.Run) (*openedStudy, error) {
	if run.Source == "" {
		return nil, fmt.Errorf("run %s does not say where its study is", run.ID)
	}
	return openStudy(run.Source)
}

// read returns the rules of the file that the options name, or else of the study.
func (o *checkOptions) read(study func() (*openedStudy, error)) ([]gate.Rule, error) {
	const hint = "name a file of rules with --rules"
	var rules []gate.Rule
	name := o.rules
	if name != "" {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, usageHint(hint, "rules: %w", err)
		}
		if rules, err = gate.Parse(name, data); err != nil {
			return nil, usage(err)
		}
	} else {
		s, err := study()
		if err != nil {
			return nil, usageHint(hint, "%w", err)
		}
		if s.Rules == "" {
			return nil, usageHint(hint+", or in the study with the key rules", "study %s has no rules", s.Name)
		}
		name, rules = s.Rules, s.rules
	}
	if len(rules) == 0 {
		return nil, usage(fmt.Errorf("%s: there is no rule", name))
	}
	return rules, o.checkRelative(rules)
}

// checkRelative refuses rules that are relative to an earlier run when none is to
// be had.
func (o *checkOptions) checkRelative(rules []gate.Rule) error {
	if o.baseline != "" || o.rolling > 0 {
		return nil
	}
	for _, r := range rules {
		if r.Of == gate.Change {
			return usageHint("name a baseline with --baseline, or take the runs before with --rolling 5",
				"%s:%d: %s is relative to an earlier run, and none is given", r.File, r.Line, r)
		}
	}
	return nil
}

// cellsOfStudy returns what the study of a run has, run or not. Of a study that
// cannot be opened any more it is whatever a study with these jobs may have.
func cellsOfStudy(run results.Run, study func() (*openedStudy, error)) []results.Cell {
	var all []results.Cell
	if s, err := study(); err == nil {
		for _, c := range s.Cells() {
			all = append(all, results.Cell{Job: c.Job, Variant: c.Variant, State: string(c.State)})
		}
		return all
	}
	for _, job := range run.Jobs {
		for _, v := range job.Variants {
			for _, state := range scenarios.States() {
				all = append(all, results.Cell{Job: job.Name, Variant: v.Name, State: string(state)})
			}
		}
	}
	return all
}
