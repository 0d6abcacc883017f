package charts

import (
	"slices"
	"strings"
	"testing"

	"github.com/cibench/cibench/results"
)

// TestEndsAreCalledWhatTheyAre holds that a range of few pairs is nowhere called
// an interval.
func TestEndsAreCalledWhatTheyAre(t *testing.T) {
	t.Parallel()
	sure := Saving{Interval: &Interval{0.5, 0.4, 0.6}, Blocks: []float64{0.4, 0.6}}
	few := sure
	few.Few = "2 of 5 pairs"
	panel := PairRow{Variant: "after", Interval: sure.Interval, Blocks: []BlockSaving{{1, 0.4}, {2, 0.6}}, Word: "same"}
	fewPanel := panel
	fewPanel.Few = few.Few
	onePanel := PairRow{Variant: "after", Interval: &Interval{0.5, 0.5, 0.5}, Blocks: []BlockSaving{{1, 0.5}}, Word: "inconclusive", Few: "1 of 5 pairs"}
	savings := func(cells ...Saving) Chart {
		return Savings{Phases: []string{"total", "pip-install"}, Groups: []Group[SavingRow]{{"cold", []SavingRow{{"after", cells}}}}}
	}
	pairs := func(rows ...PairRow) Chart { return Pairs{Groups: []Group[PairRow]{{"cold", rows}}} }
	for _, tt := range []struct {
		name   string
		c      Chart
		legend string
		tip    string
		noted  bool
	}{
		{"savings, sure", savings(sure), "saving: estimate, interval, each block", "after, cold, total: saves 50 %, interval 40–60 % of 2 blocks", false},
		{"savings, few", savings(few), "saving: estimate, range, each block", "after, cold, total: saves 50 %, range 40–60 % of 2 blocks (2 of 5 pairs)", true},
		{"savings, both", savings(sure, few), "saving: estimate, interval or range, each block", "after, cold, total: saves 50 %, interval 40–60 % of 2 blocks", true},
		{"pairs, sure", pairs(panel), "estimate, interval", "after, cold: 50 %, 40–60 %, same", false},
		{"pairs, few", pairs(fewPanel), "estimate, range", "after, cold: 50 %, range 40–60 %, same (2 of 5 pairs)", true},
		{"pairs, one", pairs(onePanel), "estimate, range", "after, cold: 50 %, 1 of 5 pairs, inconclusive", true},
		{"pairs, both", pairs(panel, fewPanel), "estimate, interval or range", "after, cold: 50 %, 40–60 %, same", true},
	} {
		d := checkDrawing(t, tt.c)
		if !d.has(tt.legend) {
			t.Errorf("%s: the legend does not say %q", tt.name, tt.legend)
		}
		if got := slices.ContainsFunc(d.texts, func(l label) bool { return strings.HasPrefix(l.text, "Range: that of fewer pairs") }); got != tt.noted {
			t.Errorf("%s: got a note on ranges: %v, want %v", tt.name, got, tt.noted)
		}
		if all := svgElements(t, rendered(t, tt.c, SVG), "title"); !slices.Contains(all, tt.tip) {
			t.Errorf("%s: got the titles %q, want %q among them", tt.name, all, tt.tip)
		}
	}
}

// TestFewPairsOfARun has three pairs in each state, of five that decide.
func TestFewPairsOfARun(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name       string
		confidence float64
		method     results.Method
		few        string
	}{
		{"enough", 0.75, results.SignedRank, ""},
		{"few", 0.9375, results.SignedRank, "3 of 5 pairs"},
		{"few, by signs", 0.9375, results.Sign, "3 of 5 pairs"},
		// Whose ends lie within the range.
		{"few, resampled", 0.9, results.Bootstrap, "3 of 5 pairs"},
	} {
		run := documentedRun()
		run.Policy.Confidence, run.Policy.Interval = tt.confidence, tt.method
		all := pictures(run, measured())
		saving := all[1].Chart.(Savings).Groups[2].Rows[0].Cells[0]
		panel := all[2].Chart.(Pairs).Groups[2].Rows[0]
		if saving.Few != tt.few || panel.Few != tt.few {
			t.Errorf("%s: got %q in the savings and %q in the pairs, want %q", tt.name, saving.Few, panel.Few, tt.few)
		}
		if saving.Documented == nil {
			t.Errorf("%s: got no documented range, want one", tt.name)
		}
		low, high := slices.Min(saving.Blocks), slices.Max(saving.Blocks)
		for _, i := range []*Interval{saving.Interval, panel.Interval} {
			if near := func(a, b float64) bool { return a-b < 1e-9 && b-a < 1e-9 }; !near(i.Min, low) || !near(i.Max, high) {
				t.Errorf("%s: got the ends %v and %v, want those of the blocks, %v and %v", tt.name, i.Min, i.Max, low, high)
			}
		}
	}
}
