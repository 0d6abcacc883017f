package charts

import (
	"cmp"
	"iter"
	"math"
)

// A Savings chart shows, per cache state and variant, which share of the
// baseline's time a variant saved in each block, with the median and the range
// over the blocks, against the documented range. There is a panel per phase,
// all on one scale. A negative saving, a slowdown, lies left of zero.
type Savings struct {
	Caption
	Phases []string // a panel each
	Groups []Group[SavingRow]
}

// A SavingRow is one variant in one state, with a cell per phase of the chart.
type SavingRow struct {
	Variant string
	Cells   []Saving
}

// A Saving is the share of the baseline's time that was saved: 0.7 is 70 %.
type Saving struct {
	Interval   *Interval // nil without a block in which both were measured
	Seconds    *Interval // the same as time; known also where the baseline's was too short for a share
	Blocks     []float64
	Documented *Range // nil when the document says nothing of it
	Word       string // how the median lies to the documented range: "inside", "below"
	Note       string // why there is no Interval
	Few        string // why the blocks decide nothing, "2 of 5 pairs"; Interval is then their range
}

// lowest is the saving at which the axis ends; what lies below is an arrow
// with its number.
const lowest = -1.0

// measured tells whether there is a saving that can be drawn.
func (s Saving) measured() bool {
	return s.Interval != nil && saving(s.Interval.Median) && saving(s.Interval.Min) && saving(s.Interval.Max)
}

// saving tells whether v can be drawn: nothing saves more than all.
func saving(v float64) bool { return v <= 1 && v >= -1e9 }

func (s Saving) documented() bool {
	return s.Documented != nil && s.Documented.ok() && s.Documented.Low >= lowest && s.Documented.High <= 1
}

// values returns what the cell says in words: the median, the same in seconds,
// and how it lies to the document, which few blocks do not tell. Without a median,
// rest says why.
func (s Saving) values() (bold, beside, rest string) {
	seconds := s.seconds()
	if !s.measured() {
		if seconds == Seconds(0)+" s" {
			seconds = ""
		}
		return seconds, "", cmp.Or(clean(s.Note), "no data")
	}
	bold = Percent(s.Interval.Median)
	if seconds != "" {
		beside = "(" + seconds + ")"
	}
	switch {
	case s.Few != "" && len(s.Blocks) > 1:
		rest = "range of " + clean(s.Few)
	case s.Few != "":
		rest = clean(s.Few)
	case s.documented() && s.Word != "":
		rest = clean(s.Word) + " " + Percents(*s.Documented)
	case s.documented():
		rest = "documented " + Percents(*s.Documented)
	case len(s.Blocks) > 1:
		if r := Percents(Range{s.Interval.Min, s.Interval.Max}); r != bold {
			rest = r
		}
	}
	return bold, beside, rest
}

// seconds returns the median of the time saved; "" when there is none.
func (s Saving) seconds() string {
	if s.Seconds == nil || !duration(math.Abs(s.Seconds.Median)) {
		return ""
	}
	return Seconds(s.Seconds.Median) + " s"
}

// slower tells whether a loss is written in the colour of one.
func (s Saving) slower() bool {
	if s.measured() {
		return lost(s.Interval.Median)
	}
	return s.Seconds != nil && s.Seconds.Median < 0
}

// lost tells whether a saving is a loss as far as Percent writes it: −0.04 % is 0 %.
func lost(v float64) bool { return math.Round(v*1000) < 0 }

// ends returns what the ends of the chart's estimates are.
func (s Savings) ends() ends {
	var e ends
	for c := range s.measured() {
		e.add(c.Few)
	}
	return e
}

// measured goes through the savings that have an estimate.
func (s Savings) measured() iter.Seq[Saving] {
	return func(yield func(Saving) bool) {
		for _, g := range s.Groups {
			for _, r := range g.Rows {
				for _, c := range r.Cells {
					if c.measured() && !yield(c) {
						return
					}
				}
			}
		}
	}
}

// low returns where the axis of the chart begins: at a round value that leaves
// room left of zero, and at lowest when a saving lies beyond that.
func (s Savings) low() float64 {
	const step = 0.25
	return max(lowest, min(-step, math.Floor(s.smallest()/step)*step))
}

// smallest returns the smallest saving of the chart, and 0 without any.
func (s Savings) smallest() float64 {
	var smallest float64
	for c := range s.measured() {
		smallest = min(smallest, c.Interval.Min)
	}
	return smallest
}
