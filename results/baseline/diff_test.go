package baseline_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/baseline"
)

func series(state, name string, kind results.Kind, unit results.Unit, values ...float64) results.Series {
	return results.Series{Cell: results.Cell{Job: "build", Variant: "after", State: state}, Name: name, Kind: kind, Unit: unit, Values: values}
}

func TestDiff(t *testing.T) {
	t.Parallel()
	phase := func(state, name string, values ...float64) results.Series {
		return series(state, name, results.Phase, results.Seconds, values...)
	}
	counter := func(name string, values ...float64) results.Series {
		return series("cold", name, results.Counter, results.Count, values...)
	}
	before := baseline.Baseline{
		Study: "starter", StudyDigest: "sha256:a", Run: "r1", Policy: results.Policy{Same: 0.03},
		Environment: results.Environment{"cpu": "x", "old": "1", "same": "s"},
		Series: []results.Series{
			counter("constant", 33, 33), counter("gone", 1), counter("kind", 7), counter("more", 1, 1, 1), counter("range", 1, 2, 3),
			counter("same", 3, 1, 2), counter("was-zero", 0), phase("cold", "base", 0.001, 0.003), phase("cold", "gains", 0.02), phase("cold", "total", 4, 2, 3),
			phase("evicted", "a", 1), phase("evicted", "b", 1),
		},
	}
	now := baseline.Baseline{
		Study: "starter", StudyDigest: "sha256:b", Run: "r2", Policy: results.Policy{Same: 0.05, Phase: "base"}, Simulated: true,
		Environment: results.Environment{"cpu": "y", "same": "s", "new": "2"},
		Series: []results.Series{
			counter("constant", 34), phase("cold", "kind", 7), counter("more", 1), counter("new", 5), counter("range", 1, 2, 4),
			counter("same", 1, 2, 3), counter("was-zero", 2), phase("cold", "base", 0.004), phase("cold", "gains", 0.001), phase("cold", "total", 2, 4),
			phase("warm", "a", 1), phase("warm", "b", 1),
		},
	}
	now.Series[9].Values = []float64{4.5}
	slices.SortFunc(before.Series, results.Series.Compare)
	slices.SortFunc(now.Series, results.Series.Compare)
	want := []string{
		"fact policy.decide total -> base", "fact policy.same 0.03 -> 0.05", "fact simulated  -> true", "fact study-digest sha256:a -> sha256:b",
		"fact cpu x -> y", "fact new  -> 2", "fact old 1 -> ",
		"phase cold base [2 0.002 0.001 0.003] -> [1 0.004 0.004 0.004] x -",
		"counter cold constant [2 33 33 33] -> [1 34 34 34] x 1.03",
		"phase cold gains [1 0.02 0.02 0.02] -> [1 0.001 0.001 0.001] x 0.5",
		"gone cold gone [1 1 1 1] -> [] x -",
		"gone cold kind [1 7 7 7] -> [] x -",
		"new cold kind [] -> [1 7 7 7] x -",
		"new cold new [] -> [1 5 5 5] x -",
		"counter cold range [3 2 1 3] -> [3 2 1 4] x 1",
		"phase cold total [3 3 2 4] -> [1 4.5 4.5 4.5] x 1.5",
		"counter cold was-zero [1 0 0 0] -> [1 2 2 2] x -",
		"gone evicted  [] -> [] x -",
		"new warm  [] -> [] x -",
	}
	var got []string
	for _, c := range baseline.Diff(before, now) {
		got = append(got, line(c))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if d := baseline.Diff(before, before); len(d) > 0 {
		t.Errorf("got %+v, want no difference to itself", d)
	}
}

func line(c baseline.Change) string {
	if c.What == baseline.Fact {
		return fmt.Sprintf("fact %s %s -> %s", c.Name, c.Before, c.Now)
	}
	figure := func(f *baseline.Figure) string {
		if f == nil {
			return "[]"
		}
		return fmt.Sprint([]float64{float64(f.N), f.Median, f.Min, f.Max})
	}
	ratio := "-"
	if c.Ratio != nil {
		ratio = fmt.Sprintf("%.3g", *c.Ratio)
	}
	return fmt.Sprintf("%s %s %s %s -> %s x %s", c.What, c.Cell.State, c.Name, figure(c.Old), figure(c.New), ratio)
}

// TestFigureOf has values whose sum is too large for a number.
func TestFigureOf(t *testing.T) {
	t.Parallel()
	got := baseline.FigureOf(series("cold", "x", results.Counter, results.Bytes, math.MaxFloat64, math.MaxFloat64))
	if want := (baseline.Figure{N: 2, Median: math.MaxFloat64, Min: math.MaxFloat64, Max: math.MaxFloat64}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
