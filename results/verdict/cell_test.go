package verdict_test

import (
	"math"
	"reflect"
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
)

// TestOnlyOKEnters gives every trial that must not count a number that would
// show.
func TestOnlyOKEnters(t *testing.T) {
	t.Parallel()
	var p plan
	p.add(1, "build", "before", "cold", phase("total", 1e9), warmup)
	p.add(1, "build", "before", "cold", phase("total", 1e9), warmup, outcome(results.Failed, "a warm-up"))
	p.add(1, "build", "before", "cold", phase("total", 10), counter("index.bytes", results.Bytes, 7))
	p.add(2, "build", "before", "cold", phase("total", 1e9), counter("index.bytes", results.Bytes, 1e9), outcome(results.Failed, "exit 1"))
	p.add(3, "build", "before", "cold", phase("total", 1e9), outcome(results.Invalid, "the cache was warm"))
	p.add(4, "build", "before", "cold", phase("total", 30), counter("index.bytes", results.Bytes, 7))
	p.add(5, "build", "before", "cold", phase("total", math.NaN()), phase("total", math.Inf(1)))
	p.add(6, "build", "before", "cold", phase("total", 12), counter("index.bytes", results.Bytes, 7))
	p.add(1, "build", "after", "warm", phase("total", 1e9), warmup)

	got := verdict.Summarize(newRun(), p).Cells
	want := []verdict.Cell{{
		Cell: results.Cell{Job: "build", Variant: "before", State: "cold"},
		OK:   4, Failed: 1, Invalid: 1,
		Excluded: []verdict.Exclusion{
			{Trial: "t3", Block: 2, Outcome: results.Failed, Reason: "exit 1"},
			{Trial: "t4", Block: 3, Outcome: results.Invalid, Reason: "the cache was warm"},
		},
		Phases: []verdict.Phase{{Name: "total", Spread: verdict.Spread{N: 3, Median: 12, Min: 10, Max: 30}}},
		Counters: []verdict.Counter{{
			Name: "index.bytes", Unit: results.Bytes, Equal: true,
			Spread: verdict.Spread{N: 3, Median: 7, Min: 7, Max: 7},
		}},
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestCountersThatDiffer(t *testing.T) {
	t.Parallel()
	var p plan
	for i, requests := range []float64{148, 149, 148} {
		p.add(i+1, "build", "before", "cold", counter("index.requests", results.Count, requests))
	}
	got := verdict.Summarize(newRun(), p).Cells[0].Counters
	want := []verdict.Counter{{
		Name: "index.requests", Unit: results.Count,
		Spread: verdict.Spread{N: 3, Median: 148, Min: 148, Max: 149},
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestNothing(t *testing.T) {
	t.Parallel()
	got := verdict.Summarize(newRun(), nil)
	if want := (verdict.Summary{Run: "r1", Study: "s"}); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
