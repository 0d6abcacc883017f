package venv

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/cibench/cibench/runner/engine/enginetest"
	"github.com/cibench/cibench/runner/runnertest"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// TestUntimedRunsTimeOut has a job that never ends, and one that ends on the
// project as it is: the trials that need their runs fail, and nothing is left.
func TestUntimedRunsTimeOut(t *testing.T) {
	hanging := maps.Clone(tree)
	for name, when := range map[string]string{"broken": "true", "pinned": "! grep -q synth-lib-07 requirements.txt"} {
		hanging["project/.github/workflows/"+name+".yml"] = workflowText("            ~/.cache/pip", name,
			"          echo begun\n          if "+when+"; then sleep 3600; fi")
	}
	l := newLaneOf(t, enginetest.Alone(t), hanging) // container and output have to come within the time
	pinned, err := l.Job.Variant("pinned")
	if err == nil {
		_, err = l.prime(t.Context(), pinned) // in its own time
	}
	if err != nil {
		t.Fatal(err)
	}
	l.Study.Policy.Timeout = 10 * time.Second
	for _, tr := range []plan.Trial{
		{ID: "priming", Job: "lint-and-test", Variant: "broken", State: scenarios.Hit},
		{ID: "clean-run", Job: "lint-and-test", Variant: "pinned", State: scenarios.DepsRemove},
	} {
		t.Run(tr.ID, func(t *testing.T) {
			if err := l.Record(t.Context(), []plan.Trial{tr}); err == nil || !strings.Contains(err.Error(), "timeout after 10s") || !strings.Contains(err.Error(), "begun") {
				t.Errorf("record: got %v, want the timeout with the log", err)
			}
			runnertest.TrialFails(t, l, tr, l.Dir, "timeout after 10s", "begun")
		})
	}
}
