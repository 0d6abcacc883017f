package verdict_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
)

// A plan collects trials, in slots of the order in which they are added.
type plan []results.Trial

func (p *plan) add(block int, job, variant, state string, edits ...func(*results.Trial)) {
	t := results.Trial{
		ID:      fmt.Sprintf("t%d", len(*p)),
		Slot:    len(*p),
		Block:   block,
		Cell:    results.Cell{Job: job, Variant: variant, State: state},
		Outcome: results.OK,
	}
	for _, edit := range edits {
		edit(&t)
	}
	*p = append(*p, t)
}

func phase(name string, seconds float64) func(*results.Trial) {
	return func(t *results.Trial) {
		t.Samples = append(t.Samples, results.Sample{Name: name, Kind: results.Phase, Unit: results.Seconds, Value: seconds})
	}
}

func counter(name string, unit results.Unit, v float64) func(*results.Trial) {
	return func(t *results.Trial) {
		t.Samples = append(t.Samples, results.Sample{Name: name, Kind: results.Counter, Unit: unit, Value: v})
	}
}

func outcome(o results.Outcome, reason string) func(*results.Trial) {
	return func(t *results.Trial) { t.Outcome, t.Reason = o, reason }
}

func warmup(t *results.Trial) { t.Warmup = true }

func newRun(targets ...results.Target) results.Run {
	return results.Run{ID: "r1", Study: "s", Jobs: []results.Job{{Name: "build", Variants: []results.Variant{
		{Name: "before"}, {Name: "after", Baseline: "before"}, {Name: "other", Baseline: "before"},
	}}}, Targets: targets, Policy: results.Policy{Confidence: 0.9375, Same: 0.03, Effect: 0.02}}
}

// near tells whether a and b are the same figure, up to rounding.
func near(a, b verdict.Spread) bool {
	const eps = 1e-9
	return a.N == b.N && math.Abs(a.Median-b.Median) < eps && math.Abs(a.Min-b.Min) < eps && math.Abs(a.Max-b.Max) < eps
}

func findCell(t *testing.T, s verdict.Summary, variant, state string) verdict.Cell {
	t.Helper()
	for _, c := range s.Cells {
		if c.Variant == variant && c.State == state {
			return c
		}
	}
	t.Fatalf("no cell %s/%s in %+v", variant, state, s.Cells)
	return verdict.Cell{}
}

func findSaving(t *testing.T, s verdict.Summary, phase string) verdict.Saving {
	t.Helper()
	for _, v := range s.Savings {
		if v.Phase == phase {
			return v
		}
	}
	t.Fatalf("no saving of %s in %+v", phase, s.Savings)
	return verdict.Saving{}
}
