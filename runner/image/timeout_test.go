package image

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

// TestPrimingTimesOut has a build that never ends: the trials of its variant
// fail, and nothing of it is left.
func TestPrimingTimesOut(t *testing.T) {
	hanging := maps.Clone(tree)
	hanging["project/Dockerfile.broken"] = "FROM python:3.11-slim\nRUN echo begun; sleep 3600\n"
	for _, builder := range Builders() {
		t.Run(string(builder), func(t *testing.T) {
			e := enginetest.Alone(t) // container and output have to come within the time
			l := newLaneOf(t, builder, e, enginetest.Images(t, e), hanging)
			if err := l.Supply(t.Context(), []string{"broken"}); err != nil {
				t.Fatal(err)
			}
			l.Study.Policy.Timeout = 20 * time.Second
			tr := plan.Trial{ID: "hangs", Job: "build", Variant: "broken", State: scenarios.Warm}
			if builder != BuilderEngine { // nothing is to be recorded there
				if err := l.Record(t.Context(), []plan.Trial{tr}); err == nil || !strings.Contains(err.Error(), "timeout after 20s") || !strings.Contains(err.Error(), "begun") {
					t.Errorf("record: got %v, want the timeout with the log", err)
				}
			}
			runnertest.TrialFails(t, l, tr, l.Dir, "timeout after 20s", "begun")
		})
	}
}
