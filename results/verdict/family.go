package verdict

import (
	"cmp"
	"math"
	"slices"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/stats"
)

// judgeFamily decides the comparisons again that decide the run, together: of
// many at least one errs more often than each does by itself. The others explain
// these and stay as they are, as does one that is alone.
func judgeFamily(run results.Run, all []Saving) {
	var family []*Saving
	var p []float64
	for i := range all {
		if s := &all[i]; s.Decides && s.Effect.N > 0 && !run.IsNull(s.Job, s.Variant) {
			family = append(family, s)
			p = append(p, *s.Effect.P)
		}
	}
	if len(family) < 2 {
		return
	}
	for i, adjusted := range stats.Holm(p) {
		family[i].Effect.Family = &adjusted
		family[i].Effect.decide(run.Policy)
	}
}

// decides tells whether the run is there to decide this comparison: those of
// one phase of jobs, and not what explains or follows from them.
func decides(run results.Run, job, phase string) bool {
	_, derived := run.Pipeline(job)
	return phase == run.Policy.Decider() && !derived
}

// Undecided returns the comparisons that decide the run and that further pairs
// may decide: the one with the widest interval first, those of a baseline with
// itself last. One that has no pair by now is not among them.
func Undecided(run results.Run, trials []results.Trial) []Saving {
	var open []Saving
	for _, s := range Summarize(run, trials).Savings {
		if s.Decides && s.Effect.N > 0 && s.Effect.Verdict == Inconclusive {
			open = append(open, s)
		}
	}
	null := func(s Saving) int {
		if run.IsNull(s.Job, s.Variant) {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(open, func(a, b Saving) int {
		return cmp.Or(cmp.Compare(null(a), null(b)), cmp.Compare(b.Effect.width(), a.Effect.width()))
	})
	return open
}

// width is the length of the interval on the scale of logarithms.
func (e Effect) width() float64 { return math.Log(e.High / e.Low) }
