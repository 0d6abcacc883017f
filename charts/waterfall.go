package charts

import (
	"cmp"
	"math"
	"slices"
)

// A Waterfall chart leads from the baseline's total to a variant's, by what each
// phase adds or saves. Where phases overlap, and since medians do not add up,
// the steps do not lead all the way: the rest is a step of its own, "other".
type Waterfall struct {
	Caption
	From, To WaterfallTotal
	Steps    []WaterfallStep // in the order of a build
}

// A WaterfallTotal is a total at either end, in seconds.
type WaterfallTotal struct {
	Variant string
	Seconds float64
}

// A WaterfallStep is what a phase takes longer in the variant, in seconds; below
// zero it is faster.
type WaterfallStep struct {
	Phase   string
	Seconds float64
}

const (
	mostDrops = 9 // besides the rest; more have no room for their names
	restPhase = "other"
)

// measured tells whether there are totals that can be drawn.
func (w Waterfall) measured() bool { return duration(w.From.Seconds) && duration(w.To.Seconds) }

// steps returns the steps that are drawn, the largest in their order and then
// the rest, and how many of the smallest are within that. They lead from one total
// to the other.
func (w Waterfall) steps() (drawn []WaterfallStep, folded int) {
	var all []WaterfallStep
	for _, s := range w.Steps {
		if duration(math.Abs(s.Seconds)) && s.Phase != restPhase {
			all = append(all, s)
		}
	}
	bySize := make([]int, len(all))
	for i := range bySize {
		bySize[i] = i
	}
	slices.SortStableFunc(bySize, func(i, j int) int { return cmp.Compare(math.Abs(all[j].Seconds), math.Abs(all[i].Seconds)) })
	largest := bySize[:min(len(bySize), mostDrops)]
	slices.Sort(largest)
	rest := w.To.Seconds - w.From.Seconds
	for _, i := range largest {
		drawn = append(drawn, all[i])
		rest -= all[i].Seconds
	}
	return append(drawn, WaterfallStep{restPhase, rest}), len(all) - len(largest)
}

// scale returns the ends of the axis for the drawn steps: zero and the highest
// bar. Steps that overlap can lead below zero.
func (w Waterfall) scale(steps []WaterfallStep) Range {
	r := Range{0, max(w.From.Seconds, w.To.Seconds)}
	at := w.From.Seconds
	for _, s := range steps {
		at += s.Seconds
		r.Low, r.High = min(r.Low, at), max(r.High, at)
	}
	if r.High == r.Low {
		r.High = 1
	}
	return r
}

// value returns a step's number, with its sign.
func (s WaterfallStep) value() string {
	v := Seconds(s.Seconds)
	if s.Seconds > 0 && v != Seconds(0) {
		return "+" + v
	}
	return v
}
