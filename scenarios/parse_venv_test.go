package scenarios

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
)

const venvStudy = `version: 1
name: venv
project: project
jobs:
  lint-and-test:
    lane: venv
    baseline: before
    states: [cold, hit, deps-remove]
    phases: [{phase: lint, match: flake8}]
    steps:
      - {uses: codecov/codecov-action, skip: true}
      - {name: Set up Node, run: "true"}
    variants:
      before: {workflow: before.yml, states: [cold]}
      after: {workflow: after.yml, job: unit_tests, matrix: {python: 3.10, slow: true}}
      local: {workflow: after.yml, persistence: persistent, states: [cold, deps-remove]}
mutations:
  deps-remove: [{file: requirements.txt, replace: "idna==3.1\n", with: "# {trial}\n"}]
`

func venvFS(study string) fstest.MapFS {
	return fstest.MapFS{
		"study.yaml":               {Data: []byte(study)},
		"project/before.yml":       {Data: []byte("jobs: {}\n")},
		"project/after.yml":        {Data: []byte("jobs: {}\n")},
		"project/requirements.txt": {Data: []byte("idna==3.1\nhttpx==0.27.0\n")},
	}
}

func TestParseVenv(t *testing.T) {
	t.Parallel()
	s, err := Parse(venvFS(venvStudy), "study.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want := Job{
		Name: "lint-and-test", Lane: LaneVenv, Baseline: "before", States: []State{Cold, Hit, DepsRemove},
		Phases: []PhaseRule{{Phase: "lint", Match: "flake8"}},
		Steps:  []StepRule{{Uses: "codecov/codecov-action"}, {Name: "Set up Node", Run: "true"}},
		Variants: []Variant{
			{Name: "before", Workflow: "before.yml", States: []State{Cold}, Persistence: Ephemeral},
			{Name: "after", Workflow: "after.yml", WorkflowJob: "unit_tests", Persistence: Ephemeral, Matrix: map[string]string{"python": "3.10", "slow": "true"}},
			{Name: "local", Workflow: "after.yml", States: []State{Cold, DepsRemove}, Persistence: Persistent},
		},
	}
	if got := s.Jobs[0]; !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v, want\n%+v", got, want)
	}
}

// TestParseVenvRefuses has what is of the other lane, and rules that say
// nothing.
func TestParseVenvRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ old, new, want, hint string }{
		{"[cold, hit, deps-remove]", "[cold, new-commit]", `8:20: unknown cache state "new-commit"`,
			"one of cold, warm, hit, code-change, deps-bump, deps-add, deps-remove, dev-deps-bump, python-bump, evicted, other-branch, corrupt, pip-cache-only"},
		{"[cold, hit, deps-remove]", "[cold, warm, deps-remove]", `15:7: no machine that is ephemeral can be in cache state "warm"`,
			"give the variant states of its own, or another persistence; with this one, one of cold, hit, code-change, deps-bump, deps-add, deps-remove, dev-deps-bump, python-bump, evicted, other-branch, corrupt, pip-cache-only"},
		{", states: [cold, deps-remove]", "", `16:7: no machine that is persistent can be in cache state "hit"`,
			"give the variant states of its own, or another persistence; with this one, one of cold, warm, code-change, deps-bump, deps-add, deps-remove, dev-deps-bump"},
		{"workflow: after.yml", "dockerfile: after.yml", `15:15: unknown key "dockerfile"`, ""},
		{"workflow: after.yml", "workflow: later.yml", `15:25: no such file: "later.yml"`, `did you mean "after.yml"?`},
		{"    phases:", "    build-args: {A: b}\n    phases:", `9:5: unknown key "build-args"`, ""},
		{"{uses: codecov/codecov-action, skip: true}", "{skip: true}", "11:9: the rule fits no step", "give its name, id or uses"},
		{"skip: true", "skip: false", `11:46: unknown value of skip "false"`, "one of true"},
		{", skip: true", "", "11:9: a rule has either run, or skip: true", ""},
		{`run: "true"`, `run: ""`, "12:34: there is nothing to run", "write skip: true to leave the step out"},
		{"{python: 3.10, slow: true}", "{python: [3.10]}", "15:70: python: want text, found a list", ""},
		{"{python: 3.10, slow: true}", "{python: }", "15:70: python: want text, found nothing", ""},
		{"{python: 3.10, slow: true}", "{include: [{python: 3.10}]}", `15:62: "include" is no name of a combination`,
			`name the values of the combination itself, such as matrix: {python: "3.11"}`},
		{"{python: 3.10, slow: true}", "{}", "15:61: the matrix chooses nothing", `such as matrix: {python: "3.11"}`},
		{"{python: 3.10, slow: true}", "[3.10]", "15:61: matrix: want a mapping, found a list", ""},
	} {
		text := strings.Replace(venvStudy, tt.old, tt.new, 1)
		if text == venvStudy {
			t.Fatalf("%q is not in the study", tt.old)
		}
		_, err := Parse(venvFS(text), "study.yaml")
		var first *Error
		if !errors.As(err, &first) || first.Error() != "study.yaml:"+tt.want {
			t.Errorf("%s: got\n%v\nwant\n%s", tt.new, err, tt.want)
			continue
		}
		if tt.hint != "" && first.Hint() != tt.hint {
			t.Errorf("%s: got hint %q, want %q", tt.new, first.Hint(), tt.hint)
		}
	}
}

// A machine that stays would have the environment of one Python and another one
// to run it.
func TestParsePythonStays(t *testing.T) {
	t.Parallel()
	const want = `study.yaml:16:7: no machine that is persistent can be in cache state "python-bump": its Python does not change under it`
	_, err := Parse(venvFS(strings.ReplaceAll(venvStudy, "deps-remove", "python-bump")), "study.yaml")
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}
