package venv

import (
	"testing"
	"testing/fstest"

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
			Study: study, Job: scenarios.Job{Name: "j"}, Files: files,
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
