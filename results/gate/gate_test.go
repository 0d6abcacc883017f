package gate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/gate"
)

func TestWorst(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		all  []gate.Status
		want gate.Status
	}{
		{nil, gate.Inconclusive},
		{[]gate.Status{gate.Pass, gate.Improved}, gate.Pass},
		{[]gate.Status{gate.Pass, gate.Inconclusive}, gate.Inconclusive},
		{[]gate.Status{gate.Invalid, gate.Pass}, gate.Inconclusive},
		{[]gate.Status{gate.Unconfirmed, gate.Pass}, gate.Inconclusive},
		{[]gate.Status{"", gate.Pass}, gate.Inconclusive},
		{[]gate.Status{gate.Invalid, gate.Fail, gate.Pass}, gate.Fail},
		{[]gate.Status{gate.Regressed, gate.Inconclusive}, gate.Fail},
	} {
		var all []gate.Result
		for _, s := range tt.all {
			all = append(all, gate.Result{Status: s})
		}
		if got := gate.Worst(all); got != tt.want {
			t.Errorf("Worst of %q: got %s, want %s", tt.all, got, tt.want)
		}
	}
}

func TestCells(t *testing.T) {
	t.Parallel()
	all := evaluate(t, "total[state=warm, variant=after] p50 < 1s\ntotal[state=warm] saves > 90%\nnothing == 0", evidence())
	after, before := results.Cell{Job: "build", Variant: "after", State: "warm"}, results.Cell{Job: "build", Variant: "before", State: "warm"}
	for i, want := range [][]results.Cell{{after}, {after, before}, nil} {
		if got := gate.Cells(all[i]); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", all[i].Rule, got, want)
		}
	}
}

// TestConfirm has rules that fail first, and what a fresh run makes of them.
func TestConfirm(t *testing.T) {
	t.Parallel()
	const rules = `total[state=warm] max < 10s
total[state=cold] max < 10s
total[state=hit] max < 10s
total[state=few] p50 < 10s
total[state=gone] max < 10s
total[state=fine] max < 10s`
	five := func(v float64) []float64 { return []float64{v, v, v, v, v} }
	trials := func(values map[string][]float64) gate.Evidence {
		var p plan
		for _, state := range []string{"warm", "cold", "hit", "few", "gone", "fine"} {
			p.add("build", "before", state, "total", values[state]...)
		}
		if len(values["hit"]) == 1 {
			p.fail("before", "hit")
		}
		return gate.Evidence{Run: newRun(), Trials: p}
	}
	first := evaluate(t, rules, trials(map[string][]float64{"warm": {11}, "cold": {11}, "hit": {11, 11}, "few": five(11), "gone": {11}, "fine": five(9)}))
	again := evaluate(t, rules, trials(map[string][]float64{"warm": {12}, "cold": five(9), "hit": {11}, "few": {11}, "fine": {12}}))
	before := lines(first)
	got := gate.Confirm(first, again, "r2")
	want := []string{
		"build/before/warm regressed: breaks the rule; so does the fresh run r2",
		"build/before/cold unconfirmed: breaks the rule; the fresh run r2 keeps the rule",
		"build/before/hit unconfirmed: breaks the rule; the fresh run r2 is invalid: no ok trial: 1 failed, 0 invalid",
		"build/before/few unconfirmed: the whole interval breaks the rule; the fresh run r2 is inconclusive: 1 of 5 trials",
		"build/before/gone unconfirmed: breaks the rule; the fresh run r2 has nothing of it",
		"build/before/fine pass",
	}
	if !slices.Equal(lines(got), want) {
		t.Errorf("got %q, want %q", lines(got), want)
	}
	// A fresh run that had no time confirms nothing.
	none := trials(nil)
	none.Planned = []results.Cell{{Job: "build", Variant: "before", State: "warm"}}
	if got, want := lines(gate.Confirm(first, evaluate(t, rules, none), "r2"))[0],
		"build/before/warm unconfirmed: breaks the rule; the fresh run r2 is invalid: the run did not get to it"; got != want {
		t.Errorf("of a fresh run without time: got %q, want %q", got, want)
	}
	// Nor does one that could not be had.
	got = gate.Unconfirm(first, "the engine is gone")
	for i, line := range before {
		before, broken := strings.CutSuffix(strings.Replace(line, " fail: ", " unconfirmed: ", 1), "breaks the rule")
		if want[i] = line; broken {
			want[i] = before + "breaks the rule; it could not be run again: the engine is gone"
		}
	}
	if !slices.Equal(lines(got), want) || gate.Worst(got) != gate.Inconclusive {
		t.Errorf("without a fresh run: got %q, want %q", lines(got), want)
	}
	if after := lines(first); !slices.Equal(after, before) {
		t.Errorf("the argument became %q, want %q", after, before)
	}
}
