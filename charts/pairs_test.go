package charts

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
)

func TestPairsDrawing(t *testing.T) {
	t.Parallel()
	c := Pairs{
		Caption: Caption{Title: "title", Subtitle: []string{"study"}, Notes: []string{"a note"}},
		Same:    0.03,
		Groups: []Group[PairRow]{
			{"cold", []PairRow{
				{"after", []BlockSaving{{1, 0.02}, {2, -0.01}, {4, 0}}, &Interval{0.004, -0.01, 0.02}, "inconclusive", "", ""},
				{"other", []BlockSaving{{1, 0.61}, {2, 0.60}, {3, 0.59}, {4, 0.60}}, &Interval{0.6, 0.59, 0.61}, "faster", "", ""},
			}},
			{"warm", []PairRow{{Variant: "after", Note: "before took under 10 ms"}}},
		},
	}
	d := checkDrawing(t, c)
	for _, want := range []string{"title", "study", "a note", "cold", "warm", "after", "other", "block", "1", "4",
		"0.4 %", "−1 to 2 %", "inconclusive", "60 %", "59–61 %", "faster", "before took under 10 ms",
		"±3 %: no difference in practice", "zero lies beyond the panel", "0 %", "−5 %", "55 %"} {
		if !d.has(want) {
			t.Errorf("text %q is missing", want)
		}
	}
	if got, want := d.dots, 7+3; got != want { // with those of the legend
		t.Errorf("dots: got %d, want %d", got, want)
	}
	if got := d.filled(8.4, 8.4); got != 3 {
		t.Errorf("estimates: got %d diamonds, want two and that of the legend", got)
	}
	if got := d.filled(6, 5); got != 2 {
		t.Errorf("arrows towards zero: got %d, want that of the second panel and of the legend", got)
	}
	// The band is that of a verdict: ratios 0.97 to 1.03.
	s := c.scale(c.Groups[0].Rows[0])
	panels := newPairPanels(c, ringBoundsOf(c.dots()))
	width := contentWidth - panels.rows.left() - panels.ticks - pairValues
	height := pairPanel * vg.Length((0.03+0.03/1.03)/(s.High-s.Low))
	if got := d.filled(width, height); got != 1 {
		t.Errorf("bands of %v by %v points: got %d, want that of the first panel alone", width, height, got)
	}
}

// TestMissingBlocksLeaveAGap links neighbours in time, and no others.
func TestMissingBlocksLeaveAGap(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		blocks []BlockSaving
		want   int // lines
	}{
		{"one block", []BlockSaving{{1, 0.1}}, 0},
		{"all in one", []BlockSaving{{1, 0.1}, {2, 0.2}, {3, 0.1}}, 1},
		{"one missing", []BlockSaving{{1, 0.1}, {2, 0.2}, {4, 0.1}, {5, 0.2}}, 2},
		{"alone at the end", []BlockSaving{{1, 0.1}, {2, 0.2}, {4, 0.1}}, 1},
		{"one is no number", []BlockSaving{{1, 0.1}, {2, nan}, {3, 0.1}}, 0},
	}
	// Those of the grid are straight up or across.
	slanted := func(c Chart) int {
		n := 0
		for _, l := range record(c).lines {
			if s := l.Size(); s.X > 1 && s.Y > 1 {
				n++
			}
		}
		return n
	}
	for _, tt := range tests {
		got := slanted(onePair(PairRow{Blocks: tt.blocks})) - 2 // less those of the legend, which are its dots and a line
		if got != tt.want {
			t.Errorf("%s: got %d lines between blocks, want %d", tt.name, got, tt.want)
		}
	}
}

func TestPairScale(t *testing.T) {
	t.Parallel()
	row := func(savings ...float64) PairRow {
		var r PairRow
		for i, v := range savings {
			r.Blocks = append(r.Blocks, BlockSaving{i + 1, v})
		}
		return r
	}
	tests := []struct {
		name      string
		r         PairRow
		zero      bool // is in the panel
		low, high float64
	}{
		{"nothing", row(), true, -0.06, 0.06},
		{"noise stays small", row(0.001, -0.001), true, -0.06, 0.06},
		{"near zero", row(0.08, 0.12), true, -0.03, 0.16},
		{"far from zero", row(0.58, 0.62), false, 0.54, 0.66},
		{"far below zero", row(-5.5, -4.5), false, -5.5, -4.5},
		{"an outlier", row(-30, 0.5, 0.5), true, -30, 0.5},
		{"no numbers", row(nan, inf, -inf, 2), true, -0.06, 0.06},
	}
	for _, tt := range tests {
		s := Pairs{Same: 0.03}.scale(tt.r)
		width := (s.High - s.Low) / 1.2
		if low, high := s.Low+0.1*width, s.High-0.1*width; math.Abs(low-tt.low) > 0.002 || math.Abs(high-tt.high) > 0.002 {
			t.Errorf("%s: got %.3f to %.3f, want %v to %v", tt.name, low, high, tt.low, tt.high)
		}
		if got := s.Low <= 0 && 0 <= s.High; got != tt.zero {
			t.Errorf("%s: got zero in the panel %v, want %v", tt.name, got, tt.zero)
		}
	}
}

func TestPairTicksEndAtAll(t *testing.T) {
	t.Parallel()
	r := PairRow{Blocks: []BlockSaving{{1, 0.98}, {2, 0.985}}}
	var labels []string
	for _, tick := range (Pairs{Same: 0.03}).ticks(r) {
		labels = append(labels, tick.Label)
	}
	if got, want := strings.Join(labels, ", "), "95 %, 100 %"; got != want {
		t.Errorf("ticks around 98 %%: got %s, want %s", got, want)
	}
}

func TestManyBlocksAreThinned(t *testing.T) {
	t.Parallel()
	var r PairRow
	for i := range 100_000 {
		r.Blocks = append(r.Blocks, BlockSaving{i, 0.3 + 0.1*math.Sin(float64(i)/5000)})
	}
	if got := checkDrawing(t, onePair(r)).dots; got < 200 || got > mostRings+3 {
		t.Errorf("100000 blocks: got %d filled circles, want as many as can be told apart", got)
	}
}
