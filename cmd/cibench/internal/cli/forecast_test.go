package cli

import (
	"testing"
	"time"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/scenarios/plan"
)

// TestExpectation foretells the blocks that are sure apart from all of them.
func TestExpectation(t *testing.T) {
	t.Parallel()
	p := plan.Plan{Blocks: 20, MinBlocks: 5}
	for block := 1; block <= p.Blocks; block++ {
		p.Trials = append(p.Trials, plan.Trial{Block: block, Job: "build", Variant: "after", State: "cold"})
	}
	earlier := []results.Trial{{Cell: cellOf(p.Trials[0]), Outcome: results.OK, Started: time.Unix(0, 0), Duration: 60}}
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
