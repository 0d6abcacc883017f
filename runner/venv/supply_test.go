package venv

import (
	"testing"
	"testing/fstest"

	"github.com/cibench/cibench/scenarios"
)

// TestPythonOf has jobs whose Python depends on more than its own step.
func TestPythonOf(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, steps, want string }{
		{"none", `[{run: "true"}]`, defaultPython},
		{"behind a cache", `[{uses: actions/cache@v4, with: {path: p, key: "k-${{ hashFiles('**/r.txt') }}"}},
      {uses: actions/setup-python@v5, with: {python-version: "3.13"}}]`, "3.13"},
		{"by the files", `[{if: "hashFiles('none') != ''", uses: actions/setup-python@v5, with: {python-version: "3.12"}},
      {if: "hashFiles('r.txt') != ''", uses: actions/setup-python@v5, with: {python-version: "3.13"}}]`, "3.13"},
	} {
		text := "on: push\njobs:\n  j:\n    runs-on: ubuntu-latest\n    steps: " + tt.steps + "\n"
		l := &Lane{Config: Config{
			Study: &scenarios.Study{Project: "project"}, Job: scenarios.Job{Name: "j"},
			Files: fstest.MapFS{"project/w.yml": {Data: []byte(text)}, "project/r.txt": {Data: []byte("a")}},
		}}
		v := scenarios.Variant{Workflow: "w.yml"}
		jobs, err := l.jobsOf(v)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		if got, err := l.pythonOf(jobs[0]); err != nil || got != tt.want {
			t.Errorf("%s: got %q, %v, want %s", tt.name, got, err, tt.want)
		}
	}
}
