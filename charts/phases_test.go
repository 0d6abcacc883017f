package charts

import (
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
)

// height counts the filled paths of a height, in points.
func (d drawing) tall(height vg.Length) int {
	n := 0
	for _, f := range d.fills {
		if abs(f.Size().Y-height) < 0.01 {
			n++
		}
	}
	return n
}

func TestPhasesDrawing(t *testing.T) {
	t.Parallel()
	c := StackedPhases{
		Caption: Caption{Title: "title", Subtitle: []string{"study"}, Notes: []string{"a note"}},
		Phases:  []string{"pip-install", "export"},
		Groups: []Group[PhaseBar]{
			{"cold", []PhaseBar{
				{Variant: "before", Phases: []PhaseTime{{"pip-install", 6}, {"export", 4}}, Total: &Interval{10, 9, 11}, Trials: []float64{9, 10, 11}},
				{Variant: "after", Phases: []PhaseTime{{"pip-install", 3}, {"export", 4}, {"lint", 0}}, Total: &Interval{5, 5, 5}, Trials: []float64{5},
					Expected: &Range{2.5, 3}},
			}},
			{"warm", []PhaseBar{{Variant: "before", Note: "1 failed"}}},
		},
	}
	d := checkDrawing(t, c)
	if got := d.tall(barHeight); got != 4 {
		t.Errorf("stacked rectangles: got %d, want 4: a phase of no length has none", got)
	}
	if got := d.tall(laneHeight - 1); got != 1 {
		t.Errorf("marks of the documented saving: got %d, want 1", got)
	}
	// The axis spans the width of the plot; lengths on it are proportional.
	var widths []vg.Length
	for _, f := range d.fills {
		if abs(f.Size().Y-barHeight) < 0.01 {
			widths = append(widths, f.Size().X)
		}
	}
	for i, want := range []vg.Length{6, 4, 3, 4} {
		if got := widths[i] / widths[1] * 4; abs(got-want) > 0.001 {
			t.Errorf("rectangle %d: got %v s long, want %v s", i, got, want)
		}
	}
	for _, want := range []string{"title", "study", "a note", "cold", "warm", "before", "after", "10.0 s", "9.00–11.0",
		"5.00 s †", "no data: 1 failed", "seconds (median of the trials)", "pip-install", "export", "lint"} {
		if !d.has(want) {
			t.Errorf("text %q is missing", want)
		}
	}
}

func TestMismatchIsExplainedOnlyWhereItIs(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		phases []PhaseTime
		want   bool
	}{
		{"equal", []PhaseTime{{"a", 60}, {"b", 40}}, false},
		{"4 % over", []PhaseTime{{"a", 60}, {"b", 44}}, false},
		{"6 % over", []PhaseTime{{"a", 60}, {"b", 46}}, true},
		{"6 % under", []PhaseTime{{"a", 60}, {"b", 34}}, true},
	}
	for _, tt := range tests {
		bar := PhaseBar{Variant: "after", Phases: tt.phases, Total: &Interval{100, 100, 100}}
		d := record(onePhase(bar))
		got := false
		for _, l := range d.texts {
			got = got || strings.HasPrefix(l.text, "† ")
		}
		if got != tt.want || d.has("100 s †") != tt.want {
			t.Errorf("%s: got note %v and mark %v, want %v", tt.name, got, d.has("100 s †"), tt.want)
		}
	}
}

func TestDocumentedDrawing(t *testing.T) {
	t.Parallel()
	d := checkDrawing(t, StackedPhases{Documented: document()})
	if got := d.tall(barHeight); got != 9 {
		t.Errorf("documented rectangles: got %d, want 9", got)
	}
	for _, want := range []string{"14-21 min", "~4-7 min", "12-18 min", "minutes (documented, another machine)"} {
		if !d.has(want) {
			t.Errorf("text %q is missing", want)
		}
	}
}

func TestTooManyRowsAreSaid(t *testing.T) {
	t.Parallel()
	phases, savings := many(7, 100)
	for _, c := range []Chart{phases, savings, manyPairs(7, 100), manyDistributions(7, 100)} {
		if d := record(c); !d.has("Not drawn: 580 more rows.") {
			t.Errorf("%T: 700 rows, of which 120 are drawn: no word of the 580 others", c)
		}
	}
}
