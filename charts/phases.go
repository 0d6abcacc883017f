package charts

import (
	"math"
	"slices"
)

// A StackedPhases chart shows, per cache state and variant, the median time of
// each phase as a stacked bar, and the measured total beside it: median, range
// and every single trial. Phases may overlap, and medians do not add up, so
// the total is a mark of its own and a bar that ends elsewhere is marked.
type StackedPhases struct {
	Caption
	Phases     []string // what the legend shows first, in this order
	Groups     []Group[PhaseBar]
	Documented []DocumentedBar // the document's own figures, on an axis of their own
	Comparable bool            // the document's times hold for this machine, so that Expected is the documented time
}

// A PhaseBar is one variant in one state. Times are in seconds.
type PhaseBar struct {
	Variant  string
	Phases   []PhaseTime
	Total    *Interval // nil without a successful trial
	Trials   []float64 // total of each trial
	Expected *Range    // where Total would be with the documented saving; nil when there is none
	Note     string    // why there is no Total
}

// A PhaseTime is the median time of a phase, in seconds.
type PhaseTime struct {
	Phase  string
	Median float64
}

// phases returns every phase that is drawn, each once.
func (s StackedPhases) phases() []string {
	var all []string
	add := func(phase string) {
		if !slices.Contains(all, phase) {
			all = append(all, phase)
		}
	}
	for _, p := range s.Phases {
		add(p)
	}
	for _, g := range s.Groups {
		for _, b := range g.Rows {
			for _, p := range b.Phases {
				add(p.Phase)
			}
		}
	}
	for _, b := range s.Documented {
		for _, p := range b.Phases {
			add(p.Phase)
		}
	}
	return all
}

// sumTolerance is the share of the total by which the sum of the phases may
// differ without a mark.
const sumTolerance = 0.05

// mismatch tells whether the stacked medians end elsewhere than the total.
func (b PhaseBar) mismatch() bool {
	return b.measured() && math.Abs(b.stack()-b.Total.Median) > sumTolerance*b.Total.Median
}

// measured tells whether there is a total that can be drawn.
func (b PhaseBar) measured() bool { return b.Total != nil && b.Total.isDuration() }

// stack returns the length of the bar, in seconds.
func (b PhaseBar) stack() float64 {
	var sum float64
	for _, p := range b.Phases {
		if duration(p.Median) {
			sum += p.Median
		}
	}
	return sum
}

// end returns the largest time that is drawn in the bar's row.
func (b PhaseBar) end() float64 {
	end := max(b.stack(), b.Total.Median, b.Total.Max)
	for _, t := range b.Trials {
		if duration(t) {
			end = max(end, t)
		}
	}
	if b.Expected != nil && b.Expected.isDuration() {
		end = max(end, b.Expected.High)
	}
	return end
}

// value returns what is written beside a measured bar.
func (b PhaseBar) value() (bold, rest string) {
	bold = Seconds(b.Total.Median) + " s"
	if b.mismatch() {
		bold += " †"
	}
	if low, high := Seconds(b.Total.Min), Seconds(b.Total.Max); low != high {
		rest = low + "–" + high
	}
	return bold, rest
}
