package verdict_test

import (
	"math"
	"slices"
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
)

func TestSaving(t *testing.T) {
	t.Parallel()
	failed := outcome(results.Failed, "exit 1")
	invalid := outcome(results.Invalid, "warm")
	type block struct {
		before, after float64
		beforeEdit    func(*results.Trial)
		afterEdit     func(*results.Trial)
	}
	tests := []struct {
		name    string
		blocks  []block
		want    verdict.Spread // of the shares
		seconds verdict.Spread
		reason  string
	}{
		{
			// The medians are 20 and 15, so unpaired it would be 25 %. The means of
			// two logarithms of 0.2, 0.5 and 0.8 have those of √0.16 and of 0.5 in
			// their middle.
			name:    "the estimate of pairs",
			blocks:  []block{{before: 10, after: 2}, {before: 20, after: 16}, {before: 30, after: 15}},
			want:    verdict.Spread{N: 3, Median: 1 - math.Sqrt(0.2), Min: 0.2, Max: 0.8},
			seconds: verdict.Spread{N: 3, Median: 8.75, Min: 4, Max: 15},
		},
		{
			name:    "slower is below zero",
			blocks:  []block{{before: 10, after: 15}},
			want:    verdict.Spread{N: 1, Median: -0.5, Min: -0.5, Max: -0.5},
			seconds: verdict.Spread{N: 1, Median: -5, Min: -5, Max: -5},
		},
		{
			name:    "all of it saved, as far as the resolution tells",
			blocks:  []block{{before: 10, after: 0}},
			want:    verdict.Spread{N: 1, Median: 0.999, Min: 0.999, Max: 0.999},
			seconds: verdict.Spread{N: 1, Median: 10, Min: 10, Max: 10},
		},
		{
			name: "a failed or invalid side drops its block",
			blocks: []block{
				{before: 10, after: 4}, {before: 10, after: 1, afterEdit: failed},
				{before: 1, after: 1, beforeEdit: failed}, {before: 1, after: 9, beforeEdit: invalid},
			},
			want:    verdict.Spread{N: 1, Median: 0.6, Min: 0.6, Max: 0.6},
			seconds: verdict.Spread{N: 1, Median: 6, Min: 6, Max: 6},
		},
		{
			name:    "warm-ups make no pair",
			blocks:  []block{{before: 10, after: 4}, {before: 10, after: 1, afterEdit: warmup}},
			want:    verdict.Spread{N: 1, Median: 0.6, Min: 0.6, Max: 0.6},
			seconds: verdict.Spread{N: 1, Median: 6, Min: 6, Max: 6},
		},
		{
			name:   "no common block",
			blocks: []block{{before: 10, after: 4, afterEdit: failed}, {before: 10, after: 4, beforeEdit: failed}},
			reason: "no block has ok trials of both before and after",
		},
		{
			name:   "no baseline",
			blocks: []block{{before: 10, after: 4, beforeEdit: failed}},
			reason: "no ok trial of before has this phase",
		},
		{
			name:   "no variant",
			blocks: []block{{before: 10, after: 4, afterEdit: failed}},
			reason: "no ok trial of after has this phase",
		},
		{
			name:    "a baseline of no time",
			blocks:  []block{{before: 0.0099, after: 4}, {before: 0, after: 0}},
			reason:  "before took under 10 ms",
			seconds: verdict.Spread{N: 2, Median: -1.99505, Min: -3.9901, Max: 0},
		},
		{
			name:    "a baseline of no time in one block",
			blocks:  []block{{before: 10, after: 4}, {before: 0, after: 4}},
			want:    verdict.Spread{N: 2, Median: 1 - math.Sqrt(0.4*400), Min: -399, Max: 0.6},
			seconds: verdict.Spread{N: 2, Median: 1, Min: -4, Max: 6},
		},
		{
			name:    "a baseline of the shortest time that counts",
			blocks:  []block{{before: 0.010, after: 0.025}},
			want:    verdict.Spread{N: 1, Median: -1.5, Min: -1.5, Max: -1.5},
			seconds: verdict.Spread{N: 1, Median: -0.015, Min: -0.015, Max: -0.015},
		},
		{
			name:    "NaN on either side",
			blocks:  []block{{before: math.NaN(), after: 4}, {before: 10, after: math.NaN()}, {before: 10, after: 4}},
			want:    verdict.Spread{N: 1, Median: 0.6, Min: 0.6, Max: 0.6},
			seconds: verdict.Spread{N: 1, Median: 6, Min: 6, Max: 6},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			keep := func(*results.Trial) {}
			var p plan
			for i, b := range tt.blocks {
				for _, side := range []struct {
					variant string
					seconds float64
					edit    func(*results.Trial)
				}{{"before", b.before, b.beforeEdit}, {"after", b.after, b.afterEdit}} {
					if side.edit == nil {
						side.edit = keep
					}
					p.add(i+1, "build", side.variant, "warm", phase("total", side.seconds), side.edit)
				}
			}
			// A target keeps the row even where no trial has the phase.
			target := results.Target{
				Job: "build", Variant: "after", Phase: "total", States: []string{"warm"}, Unit: results.Ratio, High: 1,
			}
			got := findSaving(t, verdict.Summarize(newRun(target), p), "total")
			if !near(got.Spread, tt.want) || !near(got.Seconds, tt.seconds) || got.Reason != tt.reason {
				t.Errorf("got %+v, %+v s and reason %q, want %+v, %+v s and %q",
					got.Spread, got.Seconds, got.Reason, tt.want, tt.seconds, tt.reason)
			}
			if got.Baseline != "before" || got.Variant != "after" {
				t.Errorf("got %s against %s, want after against before", got.Variant, got.Baseline)
			}
		})
	}
}

// TestSavingWithinStates pairs nothing across states, and compares no baseline
// with itself.
func TestSavingWithinStates(t *testing.T) {
	t.Parallel()
	var p plan
	p.add(1, "build", "before", "cold", phase("total", 10))
	p.add(1, "build", "after", "warm", phase("total", 1))
	p.add(1, "other", "after", "cold", phase("total", 1)) // a job without a baseline
	got := verdict.Summarize(newRun(), p).Savings
	if len(got) != 1 || got[0].N != 0 || !got[0].NoBaseline || got[0].Reason != "before was not run in this state" {
		t.Errorf("got %+v, want one saving without a number", got)
	}
}

// TestPairs has the blocks out of order, one without a partner and one with
// two trials of one side.
func TestPairs(t *testing.T) {
	t.Parallel()
	var p plan
	p.add(3, "build", "after", "warm", phase("total", 1))
	p.add(3, "build", "before", "warm", phase("total", 4))
	p.add(2, "build", "before", "warm", phase("total", 9))
	p.add(1, "build", "before", "warm", phase("total", 0.001))
	p.add(1, "build", "after", "warm", phase("total", 7))
	p.add(1, "build", "after", "warm", phase("total", 2))
	got := findSaving(t, verdict.Summarize(newRun(), p), "total")
	want := []verdict.Pair{{Block: 1, Baseline: 0.001, Variant: 2}, {Block: 3, Baseline: 4, Variant: 1}}
	if !slices.Equal(got.Pairs, want) {
		t.Errorf("got pairs %+v, want %+v", got.Pairs, want)
	}
	if share := got.Compared()[1].Share(); share != 0.75 {
		t.Errorf("got %v, want 0.75 of block 3", share)
	}
}

func TestForemost(t *testing.T) {
	t.Parallel()
	stated, derived := verdict.Comparison{Target: results.Target{ID: "stated"}}, verdict.Comparison{Target: results.Target{ID: "derived", Derived: true}}
	tests := []struct {
		documented []verdict.Comparison
		want       string
	}{
		{nil, ""},
		{[]verdict.Comparison{derived}, "derived"},
		{[]verdict.Comparison{derived, stated}, "stated"},
	}
	for _, tt := range tests {
		got := ""
		if c := (&verdict.Saving{Documented: tt.documented}).Foremost(); c != nil {
			got = c.Target.ID
		}
		if got != tt.want {
			t.Errorf("of %d: got %q, want %q", len(tt.documented), got, tt.want)
		}
	}
}
