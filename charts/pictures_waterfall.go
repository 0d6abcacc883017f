package charts

import (
	"cmp"
	"fmt"
	"strconv"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/stats"
	"github.com/cibench/cibench/results/verdict"
)

// waterfall returns the chart that explains one saving of the job's total; false
// when there is none with pairs.
func (v view) waterfall() (Waterfall, bool) {
	s := v.telling()
	if s == nil {
		return Waterfall{}, false
	}
	var from, to []float64
	for _, p := range s.Pairs {
		from, to = append(from, p.Baseline), append(to, p.Variant)
	}
	return Waterfall{
		Caption: v.waterfallCaption(s),
		From:    WaterfallTotal{s.Baseline, stats.Median(from)},
		To:      WaterfallTotal{s.Variant, stats.Median(to)},
		Steps:   v.steps(s),
	}, true
}

func (v view) waterfallCaption(s *verdict.Saving) Caption {
	what, rest := "phase", "medians do not add up, phases overlap, and time passes outside of them."
	if v.derived() != nil {
		what, rest = "job", "medians do not add up."
	}
	c := v.caption(fmt.Sprintf("from %s to %s in %s, by %s", strconv.Quote(s.Baseline), strconv.Quote(s.Variant), s.State, what))
	c.Notes = []string{fmt.Sprintf("Totals: medians of %s. Each %s: the median of what it takes longer than the baseline's in the same block; "+
		"one that is missing there took no time. Other: what is left to the difference of the totals, since %s", Count(len(s.Pairs), "block"), what, rest)}
	return c
}

// cacheHit is the state in which a job's cache has just what it asks for.
const cacheHit = "hit"

// telling returns the saving to explain: that of the first variant that has
// pairs, in the state that the document promises a saving for. Of several that
// is a cache hit, or else the last, the one with most changed: on a builder that
// stays, the document counts each later build as a hit, and what is rebuilt in
// the first of them is next to nothing. Without any it is the last state. It is
// nil when no total has pairs.
func (v view) telling() *verdict.Saving {
	variant := ""
	for _, j := range v.run.AllJobs() {
		for _, x := range j.Variants {
			if j.Name == v.job && variant == "" && !x.Null && v.hasPairs(x.Name) {
				variant = x.Name
			}
		}
	}
	var hit, documented, last *verdict.Saving
	for i := range v.sum.Savings {
		s := &v.sum.Savings[i]
		if s.Job != v.job || s.Variant != variant || s.Phase != results.PhaseTotal || len(s.Pairs) == 0 {
			continue
		}
		last = s
		if d := s.Foremost(); d != nil && d.Position != verdict.NotComparable && d.Target.High > 0 {
			documented = s
			if s.State == cacheHit {
				hit = s
			}
		}
	}
	return cmp.Or(hit, documented, last)
}

// hasPairs tells whether a total of the variant has pairs.
func (v view) hasPairs(variant string) bool {
	for _, s := range v.sum.Savings {
		if s.Job == v.job && s.Variant == variant && s.Phase == results.PhaseTotal && len(s.Pairs) > 0 {
			return true
		}
	}
	return false
}

// steps returns what each phase adds in the blocks of the saving's pairs. That
// is not the saving of the phase: of one that only the variant has, such as
// restoring a cache, there are no pairs.
func (v view) steps(s *verdict.Saving) []WaterfallStep {
	base := v.lastTrials(results.Cell{Job: s.Job, Variant: s.Baseline, State: s.State})
	other := v.lastTrials(s.Cell)
	var steps []WaterfallStep
	for _, phase := range v.stacked() {
		var added []float64
		found := false
		for _, p := range s.Pairs {
			b, inBase := seconds(base[p.Block], phase)
			o, inOther := seconds(other[p.Block], phase)
			added = append(added, o-b)
			found = found || inBase || inOther
		}
		if found {
			steps = append(steps, WaterfallStep{phase, stats.Median(added)})
		}
	}
	return steps
}

// lastTrials returns the trial of each block that counts towards savings.
func (v view) lastTrials(cell results.Cell) map[int]results.Trial {
	last := map[int]results.Trial{}
	for _, t := range v.trials {
		if t.Cell != cell || !t.Counts() {
			continue
		}
		if l, ok := last[t.Block]; !ok || t.Slot >= l.Slot {
			last[t.Block] = t
		}
	}
	return last
}

// seconds returns what a phase took in a trial; 0 where it has none.
func seconds(t results.Trial, phase string) (float64, bool) {
	v, ok := t.Value(phase)
	if !ok || !duration(v) {
		return 0, false
	}
	return v, true
}
