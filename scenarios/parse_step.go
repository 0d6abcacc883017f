package scenarios

import "github.com/cibench/cibench/scenarios/internal/strictyaml"

// stepsOf reads the rules for steps of a workflow. Which steps there are,
// package runner/venv/workflow knows.
func stepsOf(v strictyaml.Value) []StepRule {
	if !v.Present() {
		return nil
	}
	var rules []StepRule
	for _, e := range v.List(maxEntries) {
		f := e.Fields("name", "id", "uses", "run", "skip")
		var r StepRule
		r.Name, _ = f.Optional("name").Line()
		r.ID, _ = f.Optional("id").Line()
		r.Uses, _ = f.Optional("uses").Line()
		if r.Name+r.ID+r.Uses == "" {
			e.Fail("give its name, id or uses", "the rule fits no step")
		}
		run, skip := f.Optional("run"), f.Optional("skip")
		if run.Present() == skip.Present() {
			e.Fail("", "a rule has either run, or skip: true")
			continue
		}
		if skip.Present() {
			choose(skip, "value of skip", []string{"true"})
		} else if r.Run, _ = run.Text(); r.Run == "" {
			run.Fail("write skip: true to leave the step out", "there is nothing to run")
		}
		rules = append(rules, r)
	}
	return rules
}
