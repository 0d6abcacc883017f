package venv

import (
	"errors"
	"testing"
	"testing/fstest"

	"github.com/cibench/cibench/runner/lane"
	"github.com/cibench/cibench/scenarios"
)

// TestCheckRules has a job whose two variants have different steps.
func TestCheckRules(t *testing.T) {
	t.Parallel()
	const head = "on: push\njobs:\n  j:\n    runs-on: ubuntu-latest\n    steps:\n"
	files := fstest.MapFS{
		"project/one.yml": {Data: []byte(head + "      - {name: Cover, id: cover, uses: codecov/codecov-action@v4}\n      - {run: pytest}\n")},
		"project/two.yml": {Data: []byte(head + "      - {uses: actions/checkout@v4}\n      - {run: pytest}\n")},
		"project/bad.yml": {Data: []byte(head + "      - {uses: none/of-ours@v1}\n")},
	}
	const steps = `the steps are "Cover" (id cover, uses codecov/codecov-action@v4), "Run pytest", "Run actions/checkout@v4"`
	cover := scenarios.StepRule{Uses: "codecov/codecov-action"}
	for _, tt := range []struct {
		name       string
		rules      []scenarios.StepRule
		workflows  []string
		want, hint string
	}{
		{"none", nil, []string{"two.yml"}, "", ""},
		{"of one variant alone", []scenarios.StepRule{cover}, []string{"one.yml", "two.yml"}, "", ""},
		{"of each variant another", []scenarios.StepRule{cover, {Uses: "actions/checkout"}}, []string{"one.yml", "two.yml"}, "", ""},
		{"mistyped", []scenarios.StepRule{cover, {Name: "Run pytst", ID: "x"}}, []string{"one.yml", "two.yml"},
			`job j: the rule for the step with name "Run pytst" and id "x" holds for no step of any variant`, steps},
		{"behind one that fits, too", []scenarios.StepRule{cover, {ID: "cover"}}, []string{"one.yml"},
			`job j: the rule for the step with id "cover" holds for no step of any variant`, ""},
		{"of a variant that cannot be read, perhaps", []scenarios.StepRule{cover}, []string{"bad.yml", "two.yml"}, "", ""},
	} {
		job := scenarios.Job{Name: "j", Steps: tt.rules}
		for _, w := range tt.workflows {
			job.Variants = append(job.Variants, scenarios.Variant{Name: w, Workflow: w})
		}
		l, err := New(Config{Config: lane.Config{Study: &scenarios.Study{Project: "project"}, Files: files, Job: job}})
		if err != nil {
			t.Fatal(err)
		}
		err = l.Supply(t.Context(), nil)
		got, hint := "", ""
		var e *idleRuleError
		if errors.As(err, &e) {
			got, hint = e.Error(), e.Hint()
		}
		if got != tt.want || tt.hint != "" && hint != tt.hint {
			t.Errorf("%s: got %v, %s\nwant %s, %s", tt.name, err, hint, tt.want, tt.hint)
		}
	}
}
