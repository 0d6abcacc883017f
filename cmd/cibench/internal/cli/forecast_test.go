package cli

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/expect"
	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// TestExpectation foretells the blocks that are sure apart from all of them.
func TestExpectation(t *testing.T) {
	t.Parallel()
	p := plan.Plan{Blocks: 20, MinBlocks: 5}
	for block := 1; block <= p.Blocks; block++ {
		p.Trials = append(p.Trials, plan.Trial{Block: block, Job: "build", Variant: "after", State: "cold"})
	}
	earlier := []results.Trial{{Cell: runner.CellOf(p.Trials[0]), Outcome: results.OK, Started: time.Unix(0, 0), Duration: 60}}
	got := expected(p, [][]results.Trial{earlier}).String()
	const want = "expected: 5 min, from earlier runs\nif nothing is decided early: 20 min, from earlier runs"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got, want := expected(p, nil).String(), "expected: no earlier run tells how long"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	p.MinBlocks = 0
	if got, want := expected(p, [][]results.Trial{earlier}).String(), "expected: 20 min, from earlier runs"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestPrimings has untimed builds and jobs foretold by what is cold: one of each
// variant, and of a job one for each state that may change what it installs.
func TestPrimings(t *testing.T) {
	t.Parallel()
	study := &scenarios.Study{Jobs: []scenarios.Job{{Name: "build", Lane: scenarios.LaneImage}, {Name: "lint", Lane: scenarios.LaneVenv}}}
	var p plan.Plan
	for range 2 {
		for _, c := range []struct {
			job, variant string
			state        scenarios.State
		}{
			{"build", "after", scenarios.DepsBump}, {"build", "after", scenarios.Warm},
			{"lint", "after", scenarios.Hit}, {"lint", "after", scenarios.CodeChange}, {"lint", "after", scenarios.DepsBump}, {"lint", "uv", scenarios.DepsAdd},
		} {
			p.Trials = append(p.Trials, plan.Trial{Job: c.job, Variant: c.variant, State: c.state})
		}
	}
	var got []string
	for _, c := range primings(study, p) {
		got = append(got, c.String())
	}
	want := []string{"build/after/cold", "lint/after/cold", "lint/after/cold", "lint/uv/cold", "lint/uv/cold"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	runs := [][]results.Trial{{{Cell: results.Cell{Job: "lint", Variant: "after", State: "cold"}, Outcome: results.OK, Duration: 60}}}
	e := expectation{Priming: new(expect.Of(primings(study, p), runs))}
	if _, line, _ := strings.Cut(e.String(), "\n"); !strings.HasPrefix(line, "on top, where nothing is primed yet, 5 untimed trials: 4 min, from earlier runs; ") {
		t.Errorf("got %q", line)
	}
}
