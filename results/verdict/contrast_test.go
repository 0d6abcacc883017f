package verdict_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
)

func lines(all []verdict.Contrast) []string {
	var out []string
	for _, c := range all {
		out = append(out, fmt.Sprintf("%s %s→%s %s %s %v", c.State, c.A.Variant, c.B.Variant, c.Name, c.Effect.Verdict, c.Equal))
	}
	return out
}

// TestVariants has a machine that grows slower by a tenth from block to block:
// pairs do not see that.
func TestVariants(t *testing.T) {
	t.Parallel()
	var p plan
	for block := 1; block <= 5; block++ {
		slow := 1 + float64(block)/10
		p.add(block, "build", "after", "warm", phase("total", 5*slow), counter("index.bytes", results.Bytes, 7), counter("files", results.Count, float64(block)))
		p.add(block, "build", "other", "warm", phase("total", 5.5*slow), counter("index.bytes", results.Bytes, 7), counter("files", results.Count, float64(block)))
		p.add(block, "build", "other", "cold", phase("total", 20))
		p.add(block, "build", "after", "cold", phase("total", 20), phase("export", 0.001))
		p.add(block, "build", "after", "hit", phase("total", 20))
	}
	p.add(1, "build", "other", "hit", outcome(results.Failed, "exit 1"), phase("total", 20))
	got := lines(verdict.Variants(newRun(), p, "after", "other"))
	want := []string{
		"cold after→other export inconclusive false", "cold after→other total same false",
		"warm after→other total slower false", "warm after→other files  false", "warm after→other index.bytes  true",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got := verdict.Variants(newRun(), p, "after", "none"); got != nil {
		t.Errorf("got %v against a variant that there is not", got)
	}
}

// TestReversed has two that are judged together: what is not sure of one among
// them is not, either, from the other side.
func TestReversed(t *testing.T) {
	t.Parallel()
	var p plan
	for block, ratio := range []float64{1.025, 1.03, 1.04, 1.06, 1.08} { // p = 0.9 %
		p.add(block+1, "build", "before", "warm", phase("total", 100), phase("test", 100))
		p.add(block+1, "build", "after", "warm", phase("total", 100*ratio), phase("test", 100*ratio))
		p.add(block+1, "build", "before", "cold", phase("total", 100))
		p.add(block+1, "build", "after", "cold", phase("total", 100+float64(block%2)))
	}
	want := []string{"cold after→before total same false", "warm after→before test faster false", "warm after→before total inconclusive false"}
	got := verdict.Variants(newRun(), p, "after", "before")
	if !slices.Equal(lines(got), want) {
		t.Errorf("got %q, want %q", lines(got), want)
	}
	there := verdict.Variants(newRun(), p, "before", "after")[2].Effect
	if back := got[2].Effect; back.Reason != there.Reason || math.Abs(back.Ratio*there.Ratio-1) > 1e-12 {
		t.Errorf("got %+v, want the reverse of %+v", back, there)
	}
}

// TestRuns compares independent samples: the same growth hides the effect.
func TestRuns(t *testing.T) {
	t.Parallel()
	cell := results.Cell{Job: "build", Variant: "after", State: "warm"}
	series := func(name string, values ...float64) results.Series {
		return results.Series{Cell: cell, Name: name, Kind: results.Phase, Unit: results.Seconds, Values: values}
	}
	a := []results.Series{
		series("total", 1.1, 1.2, 1.3, 1.4, 1.5), series("pip-install", 5, 5.01, 5.02, 5.03, 5.04),
		series("export", 1, 1), series("lint", 0.001), series("gone", 1),
	}
	b := []results.Series{
		series("total", 1.2, 1.3, 1.4, 1.5, 1.6), series("pip-install", 6, 6.01, 6.02, 6.03, 6.04),
		series("export", 2, 2), series("lint", 1), series("new", 1),
	}
	all := verdict.Runs(policy, a, b)
	got := lines(all)
	want := []string{
		"warm after→after pip-install slower false", "warm after→after export inconclusive false",
		"warm after→after lint inconclusive false", "warm after→after gone inconclusive false",
		"warm after→after new inconclusive false", "warm after→after total inconclusive false",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got, want := all[1].Effect.Reason, "2 and 2 of 4 trials each"; got != want {
		t.Errorf("got reason %q, want %q", got, want)
	}
	if got, want := all[2].Effect.Reason, "under 10 ms"; got != want {
		t.Errorf("got reason %q, want %q", got, want)
	}
	if got, want := all[3].Effect.Reason, "only one of them has it"; got != want || all[3].B.N != 0 {
		t.Errorf("got reason %q of %+v, want %q", got, all[3], want)
	}
	if got, want := all[5].Effect.Reason, "the interval is too wide"; got != want { // of pairs it would say how many
		t.Errorf("got reason %q, want %q", got, want)
	}
	if got, want := all[0].Effect.Ratio, 6.02/5.02; math.Abs(got-want) > 1e-3 {
		t.Errorf("got ratio %v, want %v", got, want)
	}
}
