package verdict

import (
	"fmt"
	"maps"
	"slices"

	"github.com/cibench/cibench/results"
)

// A Saving is the part of a phase's time that a variant saves against its
// baseline: 1 − variant/baseline, paired within blocks, so that a machine that
// grows slower over a run does not count. 0.7 is 70 %; below zero the variant
// is slower. A baseline under the Resolution has no share to save.
type Saving struct {
	results.Cell
	Baseline string `json:"baseline"`
	Phase    string `json:"phase"`
	Spread          // of the Effect: the estimate as median, the interval's ends as smallest and largest
	// Seconds is the time saved, baseline − variant, over all pairs: it tells
	// a large share of nothing from a large loss. Its middle is the estimate, its
	// ends are those of the interval, or of the widest one where there are too few
	// pairs.
	Seconds Spread `json:"seconds"`
	Pairs   []Pair `json:"pairs"` // in the order of blocks
	Effect  Effect `json:"effect"`
	Decides bool   `json:"decides,omitempty"` // the run is there to decide this one
	// Reason says why there is no number; else it is empty.
	Reason string `json:"reason,omitempty"`
	// NoBaseline tells that the baseline was not run in this state, as a selection
	// may have it: there is nothing to compare, and reports leave it out.
	NoBaseline bool         `json:"noBaseline,omitempty"`
	Documented []Comparison `json:"documented,omitempty"`
}

// A Pair is what a phase took in the two OK trials of one block, in seconds.
type Pair struct {
	Block    int     `json:"block"`
	Baseline float64 `json:"baseline"`
	Variant  float64 `json:"variant"`
}

// Seconds returns the time that the variant saves.
func (p Pair) Seconds() float64 { return p.Baseline - p.Variant }

// Share returns the part of the baseline's time that the variant saves.
func (p Pair) Share() float64 { return 1 - p.ratio() }

// Compared returns the pairs that the Effect is of: all, or none when the
// baseline is under the Resolution.
func (s *Saving) Compared() []Pair {
	if !measurable(s.Pairs) {
		return nil
	}
	return s.Pairs
}

// Foremost returns the documented comparison to show where there is room for
// one: what the document states comes before what follows from its times. It
// is nil without any.
func (s *Saving) Foremost() *Comparison {
	for _, derived := range []bool{false, true} {
		for i, d := range s.Documented {
			if d.Target.Derived == derived {
				return &s.Documented[i]
			}
		}
	}
	return nil
}

// savings returns the savings of the variant n for every phase that it or its
// baseline has, or that a target speaks of.
func savings(run results.Run, baseline string, base, n *numbers) []Saving {
	names := map[string]bool{}
	for _, cell := range []*numbers{base, n} {
		for name, s := range cell.samples {
			if s.kind == results.Phase {
				names[name] = true
			}
		}
	}
	for _, t := range run.Targets {
		if Applies(run, t, results.Ratio, n.cell, t.Phase) {
			names[t.Phase] = true
		}
	}
	var all []Saving
	for _, name := range slices.SortedFunc(maps.Keys(names), phaseOrderOf(run, n.cell.Job)) {
		s := newSaving(run, baseline, base, n, name)
		s.Decides, s.Documented = decides(run, n.cell.Job, name), relative(run, s)
		all = append(all, s)
	}
	return all
}

// newSaving pairs a phase of two cells, and decides by itself what that shows.
func newSaving(run results.Run, baseline string, base, n *numbers, phase string) Saving {
	s := Saving{Cell: n.cell, Baseline: baseline, Phase: phase}
	s.measure(run.Policy, base.phase(phase), n.phase(phase))
	if base.cell == (results.Cell{}) {
		s.NoBaseline, s.Reason = true, baseline+" was not run in this state"
	}
	s.Effect = Decide(run.Policy, s.Pairs)
	s.Spread = s.Effect.Saving()
	if s.N == 0 {
		s.Effect.Reason = s.Reason
	}
	return s
}

// estimate returns the estimate of paired differences with its interval.
func estimate(policy results.Policy, x []float64) Spread {
	if len(x) == 0 {
		return Spread{}
	}
	center, i := intervalOf(policy, x)
	return Spread{N: len(x), Median: center, Min: i.Low, Max: i.High}
}

// measure pairs the seconds of the baseline with those of the variant, by
// block, and says what there is to say about missing ones.
func (s *Saving) measure(policy results.Policy, base, other map[int]float64) {
	var seconds []float64
	for _, block := range slices.Sorted(maps.Keys(base)) {
		if v, ok := other[block]; ok {
			p := Pair{block, base[block], v}
			s.Pairs = append(s.Pairs, p)
			seconds = append(seconds, p.Seconds())
		}
	}
	s.Seconds = estimate(policy, seconds)
	switch {
	case len(base) == 0:
		s.Reason = fmt.Sprintf("no ok trial of %s has this phase", s.Baseline)
	case len(other) == 0:
		s.Reason = fmt.Sprintf("no ok trial of %s has this phase", s.Variant)
	case len(s.Pairs) == 0:
		s.Reason = fmt.Sprintf("no block has ok trials of both %s and %s", s.Baseline, s.Variant)
	case !measurable(s.Pairs):
		s.Reason = fmt.Sprintf("%s took under %.0f ms", s.Baseline, results.Resolution*1000)
	}
}
