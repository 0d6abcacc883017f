package charts

import (
	"math"
	"slices"
)

// A Pairs chart shows what a variant saves in each block, block by block, with
// a panel per cache state and variant: a drift over the run, or a block apart
// from all others, is seen there and nowhere else. Beside each panel stands the
// estimate with its interval, on the panel's scale.
type Pairs struct {
	Caption
	Same   float64 // a ratio within 1 ± Same makes no difference in practice; 0 for no band
	Groups []Group[PairRow]
}

// A PairRow is one variant in one state.
type PairRow struct {
	Variant  string
	Blocks   []BlockSaving // in the order of blocks; one may be missing
	Interval *Interval     // the estimate and the ends of its interval; nil without any
	Word     string        // the verdict: "faster"
	Note     string        // why there is nothing to show
	Few      string        // why the blocks decide nothing, "2 of 5 pairs"; Interval is then their range
}

// A BlockSaving is the share of the baseline's time that was saved in a block.
type BlockSaving struct {
	Block  int
	Saving float64
}

// lastBlock is the largest number of a block that is drawn.
const lastBlock = 1e9

func (b BlockSaving) ok() bool { return saving(b.Saving) && b.Block >= 0 && b.Block <= lastBlock }

// drawable returns the blocks that can be drawn.
func (r PairRow) drawable() []BlockSaving {
	if !slices.ContainsFunc(r.Blocks, func(b BlockSaving) bool { return !b.ok() }) {
		return r.Blocks
	}
	var all []BlockSaving
	for _, b := range r.Blocks {
		if b.ok() {
			all = append(all, b)
		}
	}
	return all
}

// estimated tells whether there is an estimate that can be drawn.
func (r PairRow) estimated() bool {
	i := r.Interval
	return i != nil && saving(i.Median) && saving(i.Min) && saving(i.Max)
}

// empty tells whether the row has nothing to draw.
func (r PairRow) empty() bool { return !r.estimated() && len(r.drawable()) == 0 }

// band returns the savings that make no difference, as a verdict has them: its
// ratios are as far from 1 as logarithms are. It is empty without such a range.
func (p Pairs) band() Range {
	if p.Same > 0 && p.Same < 1 {
		return Range{-p.Same, 1 - 1/(1+p.Same)}
	}
	return Range{}
}

// scale returns the savings at the foot and the top of a row's panel, foot
// below top. Noise that makes no difference stays low there, however little
// there is of it. Zero is in it unless the blocks would then be hard to tell
// apart.
func (p Pairs) scale(r PairRow) Range {
	const (
		narrowest = 0.02
		tightest  = 3.0 // how much the panel may grow for zero
		room      = 0.1 // between the outermost mark and the panel's edge
	)
	s := r.extent()
	zero := p.band()
	least := max(narrowest, 2*(zero.High-zero.Low))
	middle := s.Low/2 + s.High/2
	// Far from zero a smaller width is lost to rounding.
	width := max(s.High-s.Low, least, 1e-6*math.Abs(middle))
	s = Range{middle - width/2, middle + width/2}
	if all := (Range{min(s.Low, zero.Low), max(s.High, zero.High)}); all.High-all.Low <= tightest*width {
		s, width = all, all.High-all.Low
	}
	return Range{s.Low - room*width, s.High + room*width}
}

// extent returns the smallest and the largest saving of a row; zero when there
// is none.
func (r PairRow) extent() Range {
	s := Range{math.Inf(1), math.Inf(-1)}
	add := func(v float64) { s = Range{min(s.Low, v), max(s.High, v)} }
	for _, b := range r.drawable() {
		add(b.Saving)
	}
	if r.estimated() {
		add(r.Interval.Median)
		add(r.Interval.Min)
		add(r.Interval.Max)
	}
	if s.Low > s.High {
		return Range{}
	}
	return s
}

// blocks returns the first and the last block of the chart; 1 when there is
// none.
func (p Pairs) blocks() (first, last int) {
	first, last = lastBlock+1, -1
	for _, g := range p.Groups {
		for _, r := range g.Rows {
			for _, b := range r.drawable() {
				first, last = min(first, b.Block), max(last, b.Block)
			}
		}
	}
	if last < 0 {
		return 1, 1
	}
	return first, last
}

// beyond tells whether zero lies beyond a panel of the chart.
func (p Pairs) beyond() bool {
	for _, g := range p.Groups {
		for _, r := range g.Rows {
			if s := p.scale(r); !r.empty() && (s.Low > 0 || s.High < 0) {
				return true
			}
		}
	}
	return false
}

// values returns what stands beside a panel, a line each: the estimate, its
// interval and the verdict. Without an estimate, rest says why.
func (r PairRow) values() (bold string, rest []string) {
	if !r.estimated() {
		note := clean(r.Note)
		if note == "" && r.empty() {
			note = "no data"
		}
		return "", []string{note}
	}
	between := Percents(Range{r.Interval.Min, r.Interval.Max})
	switch {
	case r.Few != "" && len(r.Blocks) > 1:
		between = endsOf(r.Few) + " " + between
	case r.Few != "":
		between = clean(r.Few)
	}
	return Percent(r.Interval.Median), []string{between, clean(r.Word)}
}

// ends returns what the ends of the chart's estimates are.
func (p Pairs) ends() ends {
	var e ends
	for _, g := range p.Groups {
		for _, r := range g.Rows {
			if r.estimated() {
				e.add(r.Few)
			}
		}
	}
	return e
}
