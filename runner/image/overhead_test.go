//go:build overhead

package image

import (
	"context"
	"testing"
	"time"

	"github.com/cibench/cibench/runner/engine/enginetest"
	"github.com/cibench/cibench/runner/runnertest"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// TestOverhead holds the timed window of a build against buildctl with the same
// solve, on a new builder each. The build sleeps, so that what remains is what
// the two ways cost.
func TestOverhead(t *testing.T) {
	files := map[string]string{}
	for name, text := range tree {
		files[name] = text
	}
	files["project/Dockerfile.before"] = "FROM python:3.11-slim\nRUN sleep 5 # pip install\nCOPY . .\n"
	e := enginetest.Alone(t)
	l := newLaneOf(t, BuilderContainer, e, enginetest.Images(t, e), files)
	if err := l.Supply(t.Context(), []string{"before"}); err != nil {
		t.Fatal(err)
	}
	n := 0
	trial := func(run func(tr plan.Trial)) float64 {
		n++
		tr := plan.Trial{ID: "overhead-" + string(rune('a'+n%26)), Job: "build", Variant: "before", State: scenarios.Cold}
		defer func() {
			if err := l.Restore(context.WithoutCancel(t.Context()), tr); err != nil {
				t.Fatal(err)
			}
		}()
		if err := l.Prepare(t.Context(), tr); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		run(tr)
		return time.Since(start).Seconds()
	}
	program := buildctl(t, l)
	runnertest.Overhead(t, "an image build, beside buildctl",
		func() float64 {
			return trial(func(tr plan.Trial) {
				if a, err := l.Execute(t.Context(), tr); err != nil || a.Failure != "" {
					t.Fatalf("%+v, %v", a, err)
				}
			})
		},
		func() float64 { return trial(func(plan.Trial) { solveByBuildctl(t, l, program) }) })
}
