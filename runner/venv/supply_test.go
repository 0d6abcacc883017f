package venv

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/cibench/cibench/runner/lane"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// TestPython has jobs whose Python depends on more than its own step, and what
// they come to when the mutation is done.
func TestPython(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, steps, file, want, bumped string }{
		{"none", `[{run: "true"}]`, "", defaultPython, defaultPython},
		{"behind a cache", `[{uses: actions/cache@v4, with: {path: p, key: "k-${{ hashFiles('**/r.txt') }}"}},
      {uses: actions/setup-python@v5, with: {python-version: "3.13"}}]`, "", "3.13", "3.13"},
		{"by the files", `[{if: "hashFiles('none') != ''", uses: actions/setup-python@v5, with: {python-version: "3.12"}},
      {if: "hashFiles('r.txt') != ''", uses: actions/setup-python@v5, with: {python-version: "3.13"}}]`, "", "3.13", "3.13"},
		{"in a file", `[{uses: actions/setup-python@v5}]`, "3.12 # ours\n", "3.12", "3.13"},
		{"in a file, and not asked for", `[{run: "true"}]`, "3.12 # ours\n", defaultPython, defaultPython},
		{"in its input and a file", `[{uses: actions/setup-python@v5, with: {python-version: "3.11"}}]`, "3.12 # ours\n", "3.11", "3.11"},
		{"in a file that is empty", `[{uses: actions/setup-python@v5}]`, "# none\n", defaultPython, defaultPython},
	} {
		text := "on: push\njobs:\n  j:\n    runs-on: ubuntu-latest\n    steps: " + tt.steps + "\n"
		files := fstest.MapFS{"project/w.yml": {Data: []byte(text)}, "project/r.txt": {Data: []byte("a")}}
		study := &scenarios.Study{Project: "project"}
		if tt.file != "" {
			files["project/.python-version"] = &fstest.MapFile{Data: []byte(tt.file)}
		}
		if tt.bumped != tt.want {
			study.Mutations = map[scenarios.State]scenarios.Mutation{
				scenarios.PythonBump: {Edits: []scenarios.Edit{{File: ".python-version", Old: tt.want, New: tt.bumped}}},
			}
		}
		l := &Lane{Config: Config{
			Config: lane.Config{Study: study, Job: scenarios.Job{Name: "j"}, Files: files},
			Trials: []plan.Trial{{Job: "j", Variant: "v", State: scenarios.PythonBump}},
		}}
		jobs, err := l.jobsOf(scenarios.Variant{Name: "v", Workflow: "w.yml"})
		if err != nil || len(jobs) != 2 {
			t.Fatalf("%s: got %d jobs, %v, want two", tt.name, len(jobs), err)
		}
		for i, want := range []string{tt.want, tt.bumped} {
			if got, err := jobs[i].python(); err != nil || got != want {
				t.Errorf("%s, tree %d: got %q, %v, want %s", tt.name, i, got, err, want)
			}
		}
	}
}

// oneJob returns a lane over a project with the one job j, whose text begins
// below its runs-on.
func oneJob(body string) *Lane {
	text := "on: push\njobs:\n  j:\n    runs-on: ubuntu-latest\n" + body
	return &Lane{Config: Config{Config: lane.Config{
		Study: &scenarios.Study{Project: "project"}, Job: scenarios.Job{Name: "j"},
		Files: fstest.MapFS{"project/w.yml": {Data: []byte(text)}},
	}}}
}

// TestWorkflowJob has a job of another name than the study's.
func TestWorkflowJob(t *testing.T) {
	t.Parallel()
	l := oneJob("    steps: [{run: \"true\"}]\n  unit_tests:\n    runs-on: ubuntu-latest\n    steps: [{name: its own, run: \"true\"}]\n")
	jobs, err := l.jobsOf(scenarios.Variant{Name: "v", Workflow: "w.yml", WorkflowJob: "unit_tests"})
	if err != nil || len(jobs) != 1 || jobs[0].Steps[0].Name != "its own" {
		t.Errorf("got %d jobs, %v, want the one with the step", len(jobs), err)
	}
}

// TestCombination has jobs with a matrix: the image, what steps see and the
// keys are of the combination that the variant names, whatever the branch.
func TestCombination(t *testing.T) {
	t.Parallel()
	const rest = `
    steps:
      - {uses: actions/setup-python@v5, with: {python-version: "${{ matrix.python }}"}}
      - {uses: actions/cache@v4, with: {path: p, key: "k-${{ matrix.python }}"}}
      - {run: "tox -e py${{ matrix.python }}"}
`
	for _, tt := range []struct{ matrix, wanted, want, fails string }{
		{"{python: ['3.11', '3.12']}", "3.12", "3.12", ""},
		{"{python: ['3.12']}", "", "3.12", ""},
		{"{python: [\"${{ github.ref == 'refs/heads/main' && '3.12' || '3.11' }}\"]}", "", "3.12", ""},
		{"{python: ['3.11', '3.12']}", "", "", `w.yml:5:24: the matrix of job "j" has 2 combinations, and none is chosen`},
		{"{python: ['3.11', '3.12']}", "3.13", "", `w.yml:5:24: no combination of the matrix of job "j" has {python: 3.13}`},
	} {
		v := scenarios.Variant{Name: "v", Workflow: "w.yml"}
		if tt.wanted != "" {
			v.Matrix = map[string]string{"python": tt.wanted}
		}
		jobs, err := oneJob("    strategy: {matrix: " + tt.matrix + "}" + rest).jobsOf(v)
		if tt.fails != "" {
			if err == nil || !strings.Contains(err.Error(), tt.fails) {
				t.Errorf("%s, %q: got %v, want %s", tt.matrix, tt.wanted, err, tt.fails)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%s, %q: %v", tt.matrix, tt.wanted, err)
		}
		if got, err := jobs[0].python(); err != nil || got != tt.want {
			t.Errorf("%s, %q: image of %q, %v, want %s", tt.matrix, tt.wanted, got, err, tt.want)
		}
		for _, branch := range []string{mainBranch, topicBranch} {
			p, err := jobs[0].Start(jobs[0].host(branch))
			if err != nil {
				t.Fatal(err)
			}
			cache, err := p.Begin(jobs[0].Steps[1])
			if err != nil || cache.Inputs["key"] != "k-"+tt.want {
				t.Errorf("%s, %q: got %+v, %v, want the key k-%s", tt.matrix, tt.wanted, cache, err, tt.want)
			}
			run, err := p.Begin(jobs[0].Steps[2])
			if err != nil || run.Script != "tox -e py"+tt.want {
				t.Errorf("%s, %q: got %+v, %v, want tox -e py%s", tt.matrix, tt.wanted, run, err, tt.want)
			}
		}
	}
}

// TestSkipped has jobs with a condition of their own.
func TestSkipped(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ condition, main, topic string }{
		{"github.event_name == 'push'", "", ""},
		{"always()", "", ""},
		{"needs.first.result == 'success'", "", ""},
		{"success() && github.repository == 'cibench/project'", "", ""},
		{"failure()", "main", ""},
		{"github.event_name == 'pull_request'", "main", ""},
		{"needs.first.outputs.changed == 'true'", "main", ""},
		{"github.ref == 'refs/heads/main'", "", "topic"},
	} {
		l := oneJob("    needs: first\n    if: " + tt.condition + "\n    steps: [{run: a}]\n")
		v := scenarios.Variant{Name: "v", Workflow: "w.yml"}
		check := func(skipped string) {
			t.Helper()
			_, err := l.jobsOf(v)
			want := `w.yml:6:9: job "j" is skipped on a push to refs/heads/` + skipped
			if (err != nil) != (skipped != "") || err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %v, want skipped on %q", tt.condition, err, skipped)
			}
		}
		check(tt.main)
		if tt.main == "" {
			l.Trials = []plan.Trial{{Job: "j", Variant: "v", State: scenarios.OtherBranch}}
			check(tt.topic)
		}
	}
}
