package venv

import (
	"slices"
	"testing"

	"github.com/cibench/cibench/runner/lane"
	"github.com/cibench/cibench/runner/venv/workflow"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/catalog"
	"github.com/cibench/cibench/scenarios/plan"
)

// TestCatalog reads the jobs of the built-in studies: each installs, lints,
// tests and keeps a cache, on the Python of its state.
func TestCatalog(t *testing.T) {
	t.Parallel()
	want := []string{"before", "after", "after-fixed", "setup-python", "uv"}
	for _, name := range catalog.Studies() {
		files, err := catalog.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		study, err := scenarios.Parse(files, catalog.StudyFile)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(study.Jobs, func(j scenarios.Job) bool { return j.Name == "lint-and-test" })
		if i < 0 {
			continue // a study of image builds alone
		}
		l, err := New(Config{Config: lane.Config{Study: study, Files: files, Job: study.Jobs[i]}})
		if err != nil {
			t.Fatal(err)
		}
		if err := l.checkRules(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var variants []string
		for _, v := range l.Job.Variants {
			variants = append(variants, v.Name)
			for _, state := range l.Job.StatesOf(v) {
				checkJob(t, l, v, state)
			}
		}
		if !slices.Equal(variants, want) {
			t.Errorf("%s: variants are %q, want %q", name, variants, want)
		}
	}
}

func checkJob(t *testing.T, l *Lane, v scenarios.Variant, state scenarios.State) {
	t.Helper()
	cell := l.Study.Name + "/" + v.Name + "/" + string(state)
	job, err := l.jobOf(v, plan.Trial{ID: "t", State: state})
	if err != nil {
		t.Errorf("%s: %v", cell, err)
		return
	}
	want := "3.11"
	if state == scenarios.PythonBump {
		want = "3.13"
	}
	if got, err := job.python(); err != nil || got != want {
		t.Errorf("%s: Python is %q, %v, want %s", cell, got, err, want)
	}
	caches, phases := 0, map[string]int{}
	p, err := job.Start(job.host(mainBranch))
	if err != nil {
		t.Fatalf("%s: %v", cell, err)
	}
	for _, s := range job.Steps {
		task, err := p.Begin(s)
		if err != nil {
			t.Fatalf("%s: step %q: %v", cell, s.Name, err)
		}
		if s.Kind == workflow.KindCache || task.Inputs["cache"] == "pip" {
			caches++
		}
		phases[phaseOf(l.rules, s.Name, s.Kind, task.Script, false)]++
		if err := p.Finish(task, workflow.Result{Outcome: workflow.Success}); err != nil {
			t.Fatalf("%s: step %q: %v", cell, s.Name, err)
		}
	}
	if caches != 1 || phases[DependencyInstall] != 1 || phases[Lint] < 3 || phases[Test] != 1 {
		t.Errorf("%s: %d caches and phases %v, want one cache, one installation, linters and one test run", cell, caches, phases)
	}
}
