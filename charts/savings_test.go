package charts

import (
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
)

func TestSavingsDrawing(t *testing.T) {
	t.Parallel()
	c := starterSavings()
	d := checkDrawing(t, c)
	bands := d.tall(savingPitch - 4)
	if want := 5; bands != want {
		t.Errorf("documented bands: got %d, want %d", bands, want)
	}
	for _, want := range []string{"total", "pip-install", "−5 %", "42 %", "below 70–75 %", "inside 78–83 %",
		"range of 3 of 5 pairs",
		"saving: estimate, interval or range, each block", "(−0.90 s)", "before took under 10 ms", "before-compiled took", "under 10 ms", "saving, % of baseline", "−6.2 to −2.8 %"} {
		if !d.has(want) {
			t.Errorf("text %q is missing", want)
		}
	}
	if d.has("after") {
		t.Error("one variant only: its name is repeated in every row")
	}
}

func TestSavingsBeyondTheAxis(t *testing.T) {
	t.Parallel()
	diamonds := func(s Saving) int { return record(oneSaving(s)).filled(8.4, 8.4) - 1 } // less the legend's
	inside := Saving{Interval: &Interval{-0.8, -0.9, -0.7}, Blocks: []float64{-0.9, -0.8, -0.7}}
	beyond := Saving{Interval: &Interval{-5, -5.2, 0.5}, Seconds: &Interval{-0.13, -0.2, 0.1}, Blocks: []float64{-5.2, -5, 0.5}}
	if got := diamonds(inside); got != 1 {
		t.Errorf("−80 %%: got %d medians on the axis, want 1", got)
	}
	if got := diamonds(beyond); got != 0 {
		t.Errorf("−500 %%: got %d medians on the axis, want none", got)
	}
	d := checkDrawing(t, oneSaving(beyond))
	for _, want := range []string{"−500 %", "(−0.13 s)", "to −520 %", "beyond the axis"} {
		if !d.has(want) {
			t.Errorf("−500 %%: text %q is missing", want)
		}
	}
	if record(oneSaving(inside)).has("beyond the axis") {
		t.Error("−80 %: the legend explains an arrow that is not drawn")
	}
}

func TestSavingInWords(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name               string
		s                  Saving
		bold, beside, rest string
	}{
		{"share and seconds", Saving{Interval: &Interval{-2.63, -2.99, -1.63}, Seconds: &Interval{-0.13, -0.15, -0.11}}, "−263 %", "(−0.13 s)", ""},
		{"no share, a loss", Saving{Seconds: &Interval{-5, -6, -4}, Note: "before took under 10 ms"}, "−5.00 s", "", "before took under 10 ms"},
		{"no share, no time", Saving{Seconds: &Interval{-0.004, -0.1, 0}, Note: "before took under 10 ms"}, "", "", "before took under 10 ms"},
		{"nothing", Saving{}, "", "", "no data"},
		{"few blocks", Saving{Interval: &Interval{0.5, 0.4, 0.6}, Blocks: []float64{0.4, 0.6}, Documented: &Range{0.6, 0.7}, Word: "below", Few: "2 of 5 pairs"}, "50 %", "", "range of 2 of 5 pairs"},
		{"few blocks, nothing documented", Saving{Interval: &Interval{0.5, 0.4, 0.6}, Blocks: []float64{0.4, 0.6}, Few: "2 of 5 pairs"}, "50 %", "", "range of 2 of 5 pairs"},
		{"one block", Saving{Interval: &Interval{0.5, 0.5, 0.5}, Blocks: []float64{0.5}, Documented: &Range{0.6, 0.7}, Word: "below", Few: "1 of 5 pairs"}, "50 %", "", "1 of 5 pairs"},
	}
	for _, tt := range tests {
		bold, beside, rest := tt.s.values()
		if bold != tt.bold || beside != tt.beside || rest != tt.rest {
			t.Errorf("%s: got %q, %q, %q, want %q, %q, %q", tt.name, bold, beside, rest, tt.bold, tt.beside, tt.rest)
		}
	}
}

// TestLoss holds that a loss has its colour where a minus sign is written.
func TestLoss(t *testing.T) {
	t.Parallel()
	for _, v := range []float64{-1, -0.01, -0.004, -0.0006, -0.0004, 0, 0.0004, 0.004} {
		if got, want := lost(v), strings.HasPrefix(Percent(v), "−"); got != want {
			t.Errorf("%v, which is written %s: got lost %v, want %v", v, Percent(v), got, want)
		}
	}
}

func TestSeconds(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]string{0: "0.00", -0.004: "0.00", 0.006: "0.01", -0.13: "−0.13", 9.996: "10.0", -43.21: "−43.2", 99.96: "100", -130.5: "−130"} {
		if got := Seconds(v); got != want {
			t.Errorf("Seconds(%v): got %q, want %q", v, got, want)
		}
	}
}

func TestSingleDocumentedFigureIsSeen(t *testing.T) {
	t.Parallel()
	d := checkDrawing(t, oneSaving(Saving{Interval: &Interval{0.5, 0.4, 0.6}, Documented: &Range{0.6, 0.6}, Word: "below"}))
	if got := d.filled(2, savingPitch-4); got != 1 {
		t.Errorf("band of one figure: got %d rectangles two points wide, want 1", got)
	}
}

func TestSavingsAxis(t *testing.T) {
	t.Parallel()
	tests := []struct{ smallest, want float64 }{
		{0.5, -0.25}, {-0.25, -0.25}, {-0.26, -0.5}, {-0.9, -1}, {-1, -1}, {-5, -1}, {nan, -0.25}, {-inf, -0.25},
	}
	for _, tt := range tests {
		s := oneSaving(Saving{Interval: &Interval{0.5, min(tt.smallest, 0.5), 0.6}})
		if got := s.low(); got != tt.want {
			t.Errorf("axis with a saving of %v: got %v, want %v", tt.smallest, got, tt.want)
		}
	}
}

func TestPercents(t *testing.T) {
	t.Parallel()
	tests := []struct {
		low, high float64
		want      string
	}{
		{0.7, 0.75, "70–75 %"}, {0.6, 0.6, "60 %"}, {-0.06, 0.03, "−6 to 3 %"}, {-0.001, 0.001, "−0.1 to 0.1 %"}, {-0.0004, 0.0004, "0 %"}, {0.0996, 0.104, "10 %"}, {0.05, 0.0951, "5–9.5 %"}, {-5, -1, "−500 to −100 %"},
	}
	for _, tt := range tests {
		if got := Percents(Range{tt.low, tt.high}); got != tt.want {
			t.Errorf("Percents(%v, %v): got %q, want %q", tt.low, tt.high, got, tt.want)
		}
	}
}

func TestFit(t *testing.T) {
	t.Parallel()
	const name = "before-alpine-compiled"
	if got := fit(labelText, name, 1000); got != name {
		t.Errorf("a name that fits: got %q", got)
	}
	for _, width := range []vg.Length{0, 5, 20, 50, 80} {
		got := fit(labelText, name, width)
		if labelText.Width(got) > width {
			t.Errorf("fit to %v: got %q, which is %v wide", width, got, labelText.Width(got))
		}
	}
	if got, want := fit(labelText, name, 70), "before-…ompiled"; got != want {
		t.Errorf("fit to 70: got %q, want %q", got, want)
	}
}
