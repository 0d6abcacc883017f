package charts

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/cibench/cibench/results"
)

// timelineStates are the states that a timeline is drawn of, the most telling
// first: a cache is hit and the build has something left to do; then one in
// which all is cached; then a cache of which a part holds; then none. Others come
// last.
var timelineStates = []string{"hit", "code-change", "new-commit", "warm", "deps-bump", "deps-add", "deps-remove", "dev-deps-bump", "cold"}

// timeline returns the chart of the median trial of the job's first variant that
// is no baseline; of the first variant at all where only baselines reported
// steps. Without steps it has no spans.
func (v view) timeline() Timeline {
	t, of := v.timelineTrial()
	if t == nil {
		return Timeline{}
	}
	c := v.caption(fmt.Sprintf("the steps of %s in %s", strconv.Quote(t.Cell.Variant), t.Cell.State))
	which := "the median of " + strconv.Itoa(of) + " by total"
	if of == 1 {
		which = "the only one that counts"
	}
	c.Subtitle = []string{v.origin(), v.machine(), fmt.Sprintf("Trial %s of block %d, %s.", t.ID, t.Block, which)}
	return Timeline{Caption: c, Phases: v.stacked(), Spans: t.Spans, End: t.Duration}
}

// timelineTrial returns the trial to draw, and of how many of its cell it is the
// median; nil when none has spans.
func (v view) timelineTrial() (median *results.Trial, of int) {
	var best results.Cell
	var trials []*results.Trial
	for _, c := range v.cells() {
		of := v.withSpans(c.Cell)
		if len(of) > 0 && (trials == nil || v.compareTimelines(c.Cell, best) < 0) {
			best, trials = c.Cell, of
		}
	}
	if trials == nil {
		return nil, 0
	}
	slices.SortStableFunc(trials, func(a, b *results.Trial) int { return cmp.Compare(totalOf(a), totalOf(b)) })
	return trials[(len(trials)-1)/2], len(trials)
}

// compareTimelines orders cells by how much they deserve a timeline.
func (v view) compareTimelines(a, b results.Cell) int {
	rank := func(c results.Cell) (baseline, variant, state int) {
		if v.run.Baseline(c.Job, c.Variant) == "" || v.run.IsNull(c.Job, c.Variant) {
			baseline = 1
		}
		for _, j := range v.run.Jobs {
			if j.Name == c.Job {
				variant = orLast(slices.IndexFunc(j.Variants, func(v results.Variant) bool { return v.Name == c.Variant }))
			}
		}
		return baseline, variant, orLast(slices.Index(timelineStates, c.State))
	}
	aBaseline, aVariant, aState := rank(a)
	bBaseline, bVariant, bState := rank(b)
	return cmp.Or(cmp.Compare(aBaseline, bBaseline), cmp.Compare(aVariant, bVariant), cmp.Compare(aState, bState))
}

// orLast returns an index, and one behind all others when there is none.
func orLast(i int) int {
	if i < 0 {
		return math.MaxInt
	}
	return i
}

// withSpans returns the trials of a cell that count and reported steps.
func (v view) withSpans(cell results.Cell) []*results.Trial {
	var all []*results.Trial
	for i := range v.trials {
		if t := &v.trials[i]; t.Cell == cell && t.Counts() && slices.ContainsFunc(t.Spans, drawable) {
			all = append(all, t)
		}
	}
	return all
}

func totalOf(t *results.Trial) float64 {
	if total, ok := t.Value(results.PhaseTotal); ok {
		return total
	}
	return t.Duration
}
