package venv

import (
	"testing"

	"github.com/cibench/cibench/runner/venv/workflow"
	"github.com/cibench/cibench/scenarios"
)

func TestPhaseOf(t *testing.T) {
	t.Parallel()
	rules, err := scenarios.Job{Phases: []scenarios.PhaseRule{{Phase: "audit", Match: "^Scan"}}}.StepPhases()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		kind   workflow.Kind
		script string
		post   bool
		want   string
	}{
		{"Cache", workflow.KindCache, "", false, CacheRestore},
		{"Cache", workflow.KindCache, "", true, CacheSave},
		{"Save", workflow.KindCacheSave, "", false, CacheSave},
		{"Restore", workflow.KindCacheRestore, "", false, CacheRestore},
		{"Set up Python", workflow.KindSetupPython, "", false, Other},
		{"Set up Python", workflow.KindSetupPython, "", true, CacheSave},
		{"Check out", workflow.KindCheckout, "", false, Other},
		{"Install", workflow.KindRun, "source .venv/bin/activate\npip install -r requirements.txt\n", false, DependencyInstall},
		{"Install and test", workflow.KindRun, "python -m pip install pytest && pytest", false, DependencyInstall},
		{"Install", workflow.KindRun, "if [ ! -x .venv/bin/python ]; then\n  python -m venv .venv\n  pip install -r requirements.txt\nfi\n", false, DependencyInstall},
		{"uv", workflow.KindRun, "uv pip sync requirements.txt", false, DependencyInstall},
		{"uv", workflow.KindRun, "uv run pytest", false, Test},
		{"Lint", workflow.KindRun, "source .venv/bin/activate\nflake8 .\n", false, Lint},
		{"Test", workflow.KindRun, "python -m pytest --cov", false, Test},
		{"Look", workflow.KindRun, "pip list", false, Other},
		{"Scan with bandit", workflow.KindRun, "bandit -r .", false, "audit"},
	} {
		if got := phaseOf(rules, tt.name, tt.kind, tt.script, tt.post); got != tt.want {
			t.Errorf("%s %s %q: got %s, want %s", tt.name, tt.kind, tt.script, got, tt.want)
		}
	}
}
