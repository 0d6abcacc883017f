package image

import (
	"maps"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/cibench/cibench/runner/engine/enginetest"
	"github.com/cibench/cibench/runner/lane"
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
			e := enginetest.Open(t)
			l := newLaneOf(t, builder, e, enginetest.Images(t, e), hanging)
			if err := l.Supply(t.Context(), []string{"broken"}); err != nil {
				t.Fatal(err)
			}
			l.Study.Policy.Timeout = 20 * time.Second
			tr := plan.Trial{ID: "hangs", Job: "build", Variant: "broken", State: scenarios.Warm}
			if err := l.Prepare(t.Context(), tr); err != nil {
				t.Errorf("prepare: %v", err)
			}
			attempt, err := l.Execute(t.Context(), tr)
			if err != nil || attempt.Failure != "timeout after 20s" || !strings.Contains(attempt.Log, "begun") {
				t.Errorf("execute: got %+v, %v, want the timeout of priming with its log", attempt, err)
			}
			if err := l.Restore(t.Context(), tr); err != nil {
				t.Errorf("restore: %v", err)
			}
			if left, err := os.ReadDir(l.Dir); err != nil || len(left) > 0 {
				t.Errorf("left: got %v, %v, want nothing", left, err)
			}
			if builder == BuilderEngine {
				return // nothing is to be recorded there
			}
			l.unprimable = map[string]*lane.Failure{}
			if err := l.Record(t.Context(), []plan.Trial{tr}); err == nil || !strings.Contains(err.Error(), "timeout after 20s") || !strings.Contains(err.Error(), "begun") {
				t.Errorf("record: got %v, want the timeout with the log", err)
			}
		})
	}
}
