package charts

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
)

func TestWaterfallDrawing(t *testing.T) {
	t.Parallel()
	c := oneWaterfall(20, 9, 2, -12)
	c.Caption = Caption{Title: "title", Subtitle: []string{"study"}, Notes: []string{"a note"}}
	d := checkDrawing(t, c)
	for _, want := range []string{"title", "study", "a note", "seconds", "before", "after", "total", "phase", "long-phase", "other",
		"20.0 s", "+2.00", "−12.0", "−1.00", "9.00 s", "time saved", "time added", "10"} {
		if !d.has(want) {
			t.Errorf("text %q is missing", want)
		}
	}
	// The bars are as wide as each other, and 22 s, the highest, is all of the axis.
	var bars []vg.Rectangle
	for _, f := range d.fills {
		if abs(f.Size().X-widestDrop) < 0.01 {
			bars = append(bars, f)
		}
	}
	if len(bars) != 5 {
		t.Fatalf("got %d bars, want 2 totals and 3 steps", len(bars))
	}
	foot := bars[0].Min.Y
	for i, want := range []Range{{0, 20}, {20, 22}, {10, 22}, {9, 10}, {0, 9}} {
		got := Range{float64((bars[i].Min.Y - foot) / waterfallHeight * 22), float64((bars[i].Max.Y - foot) / waterfallHeight * 22)}
		if math.Abs(got.Low-want.Low) > 0.001 || math.Abs(got.High-want.High) > 0.001 {
			t.Errorf("bar %d: got %.3f to %.3f s, want %v to %v", i, got.Low, got.High, want.Low, want.High)
		}
	}
}

func TestWaterfallSteps(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		w      Waterfall
		want   string
		folded int
	}{
		{"a rest", oneWaterfall(10, 4, -5, 1), "-5 1 -2", 0},
		{"no steps", oneWaterfall(10, 4), "-6", 0},
		{"no numbers", oneWaterfall(10, 4, nan, inf, -2e9, -6), "-6 0", 0},
		{"as many as have room", oneWaterfall(10, 4, 1, 2, 3, 4, 5, 6, 7, 8, 9), "1 2 3 4 5 6 7 8 9 -51", 0},
		{"the smallest of many", oneWaterfall(10, 4, 1, 2, 3, -40, -0.5, 5, 6, 7, 8, 9, 0.1), "1 2 3 -40 5 6 7 8 9 -7", 2},
		{"the last of equal ones", oneWaterfall(10, 4, 1, 1, 1, 1, 1, 1, 1, 1, 2, -1), "1 1 1 1 1 1 1 1 2 -16", 1},
		{"a phase that is the rest", Waterfall{From: WaterfallTotal{"a", 10}, To: WaterfallTotal{"b", 4}, Steps: []WaterfallStep{{"p", -3}, {"other", -1}}}, "-3 -3", 0},
	}
	for _, tt := range tests {
		got, at := "", tt.w.From.Seconds
		steps, folded := tt.w.steps()
		for _, s := range steps {
			got += fmt.Sprintf(" %.3g", s.Seconds)
			at += s.Seconds
		}
		if got != " "+tt.want || steps[len(steps)-1].Phase != "other" {
			t.Errorf("%s: got%s, want %s, the last as other", tt.name, got, tt.want)
		}
		if folded != tt.folded {
			t.Errorf("%s: got %d steps within other, want %d", tt.name, folded, tt.folded)
		}
		if math.Abs(at-tt.w.To.Seconds) > 1e-9 {
			t.Errorf("%s: the steps lead to %v s, want %v s", tt.name, at, tt.w.To.Seconds)
		}
	}
}

func TestFoldedStepsAreSaid(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		steps int
		want  string // "" for no such note
	}{
		{mostDrops, ""},
		{mostDrops + 1, "The smallest change is not drawn by itself: it is part of other."},
		{mostDrops + 3, "The 3 smallest changes are not drawn by themselves: they are part of other."},
	} {
		got := ""
		for _, l := range checkDrawing(t, manyDrops(tt.steps)).texts {
			if strings.HasSuffix(l.text, " part of other.") {
				got = l.text
			}
		}
		if got != tt.want {
			t.Errorf("%d steps: got %q, want %q", tt.steps, got, tt.want)
		}
	}
}

// manyDrops has that many steps of either sign.
func manyDrops(steps int) Waterfall {
	w := Waterfall{Caption: caption, From: WaterfallTotal{"before", 60}, To: WaterfallTotal{"after", 40}}
	for i := range steps {
		w.Steps = append(w.Steps, WaterfallStep{fmt.Sprint("phase ", i), 10 * math.Sin(float64(i))})
	}
	return w
}

func TestBusyWaterfallIsSmall(t *testing.T) {
	t.Parallel()
	c := manyDrops(100_000)
	checkDrawing(t, c)
	if got := svgSize(t, c); got > largestSVG {
		t.Errorf("got an SVG of %d bytes, want at most %d", got, largestSVG)
	}
}

func BenchmarkWaterfall(b *testing.B) {
	c := manyDrops(100_000)
	for b.Loop() {
		svgSize(b, c)
	}
}

func TestStepValue(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]string{0: "0.00", 0.001: "0.00", -0.001: "0.00", 0.02: "+0.02", -7.153: "−7.15", 123.4: "+123"} {
		if got := (WaterfallStep{Seconds: v}).value(); got != want {
			t.Errorf("%v s: got %q, want %q", v, got, want)
		}
	}
}

func TestSplitName(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		width vg.Length
		want  string
	}{
		{"lint", 60, `["lint"]`},
		{"dependency-install", 60, `["dependency-" "install"]`},
		{"dependency-install", 200, `["dependency-install"]`},
		{"pip cache and more", 50, `["pip cache" "and more"]`},
		{"before-alpine-compiled", 40, `["before-" "alpin…iled"]`},
		{"dependencyinstall", 40, `["depe…tall"]`},
	}
	for _, tt := range tests {
		lines := splitName(smallText, tt.name, tt.width)
		if got := fmt.Sprintf("%q", lines); got != tt.want {
			t.Errorf("%q in %v points: got %s, want %s", tt.name, tt.width, got, tt.want)
		}
		for _, l := range lines {
			if smallText.Width(l) > tt.width {
				t.Errorf("%q in %v points: %q is wider", tt.name, tt.width, l)
			}
		}
	}
}
