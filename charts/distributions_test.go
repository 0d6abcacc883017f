package charts

import (
	"bytes"
	"io"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/plot/vg"

	"github.com/cibench/cibench/results/stats"
)

func TestDistributionsDrawing(t *testing.T) {
	t.Parallel()
	c := Distributions{
		Caption: Caption{Title: "title", Subtitle: []string{"study"}, Notes: []string{"a note"}},
		Groups: []Group[Distribution]{
			{"cold", []Distribution{{Variant: "before", Values: []float64{12, 10, 14, 11, 13, nan}}, {Variant: "after", Note: "1 failed"}}},
			{"warm", []Distribution{{Variant: "before", Values: []float64{0.5}}}},
		},
	}
	d := checkDrawing(t, c)
	for _, want := range []string{"title", "study", "a note", "cold", "warm", "before", "after", "12.0 s", "10.0–14.0, 5 values",
		"no data: 1 failed", "0.50 s", "1 value", "seconds", "each trial"} {
		if !d.has(want) {
			t.Errorf("text %q is missing", want)
		}
	}
	if got, want := d.dots, 4+5+1; got != want { // with those of the legend
		t.Errorf("dots: got %d, want %d", got, want)
	}
	// The second box is from 11 to 13, with whiskers to 10 and 14: twice as long. A
	// single value has none.
	var boxes, whiskers []vg.Length
	for _, f := range d.fills {
		if abs(f.Size().Y-boxHeight) < 0.01 {
			boxes = append(boxes, f.Size().X)
		}
	}
	for _, l := range d.lines {
		if s := l.Size(); s.Y == 0 && len(boxes) == 2 && abs(s.X-boxes[1]/2) < 0.01 {
			whiskers = append(whiskers, s.X)
		}
	}
	if len(boxes) != 2 || boxes[1] <= 0 || len(whiskers) != 2 {
		t.Errorf("got boxes %v wide and %d whiskers of half the second, want two of each", boxes, len(whiskers))
	}
}

// TestDotsLieOnTheAxis has a last tick at the very end of the axis, which is
// shorter then for the sake of the tick's label.
func TestDotsLieOnTheAxis(t *testing.T) {
	t.Parallel()
	for end := 0.8; end < 0.9; end += 0.002 {
		d := record(oneDistribution(0.7, 0.72, 0.74, 0.76, end))
		var dots, whiskers []vg.Length
		for _, f := range d.fills {
			if s := f.Size(); s.X > 0 && s.Y == 0 { // dots side by side, as one path
				dots = append(dots, f.Min.X-speckRadius, f.Max.X-speckRadius)
			}
		}
		for _, l := range d.lines {
			if s := l.Size(); s.X == 0 && abs(s.Y-5) < 0.01 {
				whiskers = append(whiskers, l.Min.X)
			}
		}
		if len(dots) != 2 || len(whiskers) != 4 || abs(dots[0]-whiskers[2]) > 0.01 || abs(dots[1]-whiskers[3]) > 0.01 {
			t.Errorf("0.7 and %v s: got dots at %v, want them at the whiskers' ends, the last two of %v", end, dots, whiskers)
		}
	}
}

// TestBox holds the box against package stats.
func TestBox(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(12, 12))
	for n := 1; n <= 40; n++ {
		var values, all []float64
		for range n {
			values = append(values, r.Float64())
		}
		all = append([]float64{nan, inf, -1, 2e9}, values...)
		before := slices.Clone(all)
		b := Distribution{Values: all}.box()
		got := []float64{b.min(), b.lower, b.median, b.upper, b.max()}
		want := []float64{stats.Min(values), stats.Quantile(values, 0.25), stats.Median(values), stats.Quantile(values, 0.75), stats.Max(values)}
		if !slices.Equal(got, want) {
			t.Errorf("%d values: got %v, want %v", n, got, want)
		}
		if !slices.Equal(all[4:], before[4:]) {
			t.Errorf("%d values: those of the chart were sorted", n)
		}
	}
}

// TestSwarm holds that dots never lie upon each other, and that each has its
// place where there is one.
func TestSwarm(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(11, 11))
	x := func(v float64) vg.Length { return vg.Length(v) }
	for _, n := range []int{0, 1, 5, 100, 10_000} {
		var values []float64
		for range n {
			values = append(values, 300*r.Float64())
		}
		slices.Sort(values)
		got := swarm(values, x, 400)
		if len(got) > 400 || n <= 100 && len(got) != n || n > 100 && len(got) < 150 {
			t.Errorf("%d values: got %d dots, want all, and of very many up to 400", n, len(got))
		}
		for i, p := range got {
			for _, q := range got[:i] {
				if abs(p.Y-q.Y) < 0.1 && abs(p.X-q.X) < 2*speckRadius-1e-9 {
					t.Fatalf("%d values: dots at %v and %v lie upon each other", n, p, q)
				}
			}
		}
	}
	if got := len(swarm([]float64{7, 7, 7, 7, 7, 7, 7}, x, 400)); got != specksHigh {
		t.Errorf("seven equal values: got %d dots, want as many as fit above each other, %d", got, specksHigh)
	}
}

// TestFewValuesHaveNoQuartiles draws the median of fewer than five values and
// no box, and says so where there are such.
func TestFewValuesHaveNoQuartiles(t *testing.T) {
	t.Parallel()
	const box, median = "quartiles and median, whiskers to the extremes", "median alone: fewer than 5 values"
	one := func(rows ...Distribution) Distributions {
		return Distributions{Groups: []Group[Distribution]{{"cold", rows}}}
	}
	few, enough := Distribution{Variant: "few", Values: []float64{1, 2, 4, 8}}, Distribution{Variant: "enough", Values: []float64{1, 2, 4, 8, 16}}
	none := Distribution{Variant: "none", Values: []float64{nan}}
	for _, tt := range []struct {
		name          string
		c             Distributions
		boxes         int // with that of the legend
		boxed, median bool
		tip           string
	}{
		{"few", one(few), 0, false, true, "few, cold: median 3.00 s, 1.00–8.00, 4 values"},
		{"enough", one(enough), 2, true, false, "enough, cold: median 4.00 s, quartiles 2.00–8.00 s, 1.00–16.0, 5 values"},
		{"both", one(few, enough, none), 2, true, true, "few, cold: median 3.00 s, 1.00–8.00, 4 values"},
		{"enough and none", one(enough, none), 2, true, false, "enough, cold: median 4.00 s, quartiles 2.00–8.00 s, 1.00–16.0, 5 values"},
	} {
		d := checkDrawing(t, tt.c)
		boxes := 0
		for _, f := range d.fills {
			if abs(f.Size().Y-boxHeight) < 0.01 {
				boxes++
			}
		}
		if boxes != tt.boxes || d.has(box) != tt.boxed || d.has(median) != tt.median {
			t.Errorf("%s: got %d boxes, a legend of them: %v, of medians: %v, want %d, %v, %v",
				tt.name, boxes, d.has(box), d.has(median), tt.boxes, tt.boxed, tt.median)
		}
		if all := svgElements(t, rendered(t, tt.c, SVG), "title"); !slices.Contains(all, tt.tip) {
			t.Errorf("%s: got the titles %q, want %q among them", tt.name, all, tt.tip)
		}
	}
}

func TestThinningIsSaid(t *testing.T) {
	t.Parallel()
	const note = "Where dots would lie upon each other, only some are drawn. The boxes are of all values."
	if !record(crowd(10_000, 1, 1)).has(note) {
		t.Error("10000 values: no word of dots that are not drawn")
	}
	if record(oneDistribution(1, 2, 3)).has(note) {
		t.Error("3 values: dots are said to be missing")
	}
}

// TestManyValuesStaySmall bounds the picture of more values than any run has.
func TestManyValuesStaySmall(t *testing.T) {
	t.Parallel()
	for _, size := range []struct{ states, variants int }{{1, 1}, {2, 2}, {7, 2}} {
		var b bytes.Buffer
		if err := Render(&b, crowd(100_000, size.states, size.variants), SVG); err != nil {
			t.Fatal(err)
		}
		if b.Len() > 100_000 {
			t.Errorf("100000 values of %d states and %d variants: got %d bytes, want at most 100 kB", size.states, size.variants, b.Len())
		}
	}
}

func BenchmarkDistributions(b *testing.B) {
	c := crowd(100_000, 2, 2)
	for b.Loop() {
		if err := Render(io.Discard, c, SVG); err != nil {
			b.Fatal(err)
		}
	}
}
