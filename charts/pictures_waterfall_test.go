package charts

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cibench/cibench/results"
)

// waterfallOf returns the job's waterfall.
func waterfallOf(t *testing.T, run results.Run, trials []results.Trial) Waterfall {
	t.Helper()
	for _, p := range pictures(run, trials) {
		if w, ok := p.Chart.(Waterfall); ok {
			return w
		}
	}
	t.Fatal("no waterfall")
	return Waterfall{}
}

func TestWaterfallOfARun(t *testing.T) {
	t.Parallel()
	trials := measured()
	trials[5].Outcome = results.Failed // after in deps-bump, block 1
	for i := range trials {
		if trials[i].Cell.Variant == "after" {
			restore := results.Sample{Name: "cache-restore", Kind: results.Phase, Unit: results.Seconds, Value: 0.5}
			trials[i].Samples = append(trials[i].Samples, restore)
		}
	}
	w := waterfallOf(t, documentedRun(), trials)
	if got, want := w.Title, `build-and-push: from "before" to "after" in deps-bump, by phase`; got != want {
		t.Errorf("title: got %q, want %q", got, want)
	}
	// Of blocks 2 and 3: 18.5 and 18.75 before, 6.5 and 6.75 after. What only
	// one of them has took no time in the other.
	got := fmt.Sprintf("%.4v %.3v %.4v", w.From, w.Steps, w.To)
	if want := "{befo 18.62} [{cac 0.5} {pip -7.2} {exp -4.8}] {afte 6.625}"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if !strings.HasPrefix(w.Notes[0], "Totals: medians of 2 blocks. Each phase: ") {
		t.Errorf("notes: got %q", w.Notes)
	}
}

// TestLastTrialOfABlockCounts is as for savings: the last in the plan, wherever
// it stands.
func TestLastTrialOfABlockCounts(t *testing.T) {
	t.Parallel()
	trials := measured()[:6] // block 1
	again := trials[5]       // after in deps-bump
	again.Slot = 99
	again.Samples = slices.Clone(again.Samples)
	for i := range again.Samples {
		again.Samples[i].Value += 3
	}
	w := waterfallOf(t, documentedRun(), append([]results.Trial{again}, trials...))
	if got, want := fmt.Sprintf("%.4v %.3v", w.To.Seconds, w.Steps), "9.25 [{pip -4.2} {exp -1.8}]"; got != want {
		t.Errorf("after: got %s, want %s", got, want)
	}
}

func TestWaterfallTellsOfACacheHit(t *testing.T) {
	t.Parallel()
	promise := func(states ...string) results.Target {
		return results.Target{Job: job, Phase: "total", Variant: "after", Baseline: "before", States: states, Unit: results.Ratio, Low: 0.5, High: 0.6}
	}
	nothing := promise("deps-bump")
	nothing.Low, nothing.High = 0, 0
	tests := []struct {
		name    string
		targets []results.Target
		want    string
	}{
		{"nothing documented", nil, "deps-bump"},
		{"one documented", []results.Target{promise("cold")}, "cold"},
		{"the last of several", []results.Target{promise("cold", "warm")}, "warm"},
		{"a hit before others", []results.Target{promise("cold", "hit", "warm", "deps-bump")}, "hit"},
		{"a promise of nothing", []results.Target{promise("warm"), nothing}, "warm"},
	}
	for _, tt := range tests {
		run, trials := documentedRun(), measured()
		run.Targets = tt.targets
		if strings.Contains(tt.name, "hit") {
			for i := range trials {
				if trials[i].Cell.State == "warm" {
					trials[i].Cell.State = "hit"
				}
			}
		}
		if got := waterfallOf(t, run, trials).Title; !strings.Contains(got, " in "+tt.want+",") {
			t.Errorf("%s: got %q, want %s", tt.name, got, tt.want)
		}
	}
}

// TestWaterfallOfTheFirstVariant passes over a baseline that was run once more,
// and a variant without pairs.
func TestWaterfallOfTheFirstVariant(t *testing.T) {
	t.Parallel()
	run, trials := documentedRun(), measured()
	run.Jobs[0].Variants = []results.Variant{{Name: "before"}, {Name: "again", Baseline: "before", Null: true},
		{Name: "none", Baseline: "before"}, {Name: "after", Baseline: "before"}}
	for _, t := range measured() {
		if t.Cell.Variant == "after" {
			t.Cell.Variant = "again"
			trials = append(trials, t)
			t.Cell.Variant, t.Outcome = "none", results.Failed
			trials = append(trials, t)
		}
	}
	if got := waterfallOf(t, run, trials).To.Variant; got != "after" {
		t.Errorf("got the waterfall of %q, want that of after", got)
	}
}
