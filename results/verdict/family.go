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
	together := family(run, all)
	if len(together) < 2 {
		return
	}
	var p []float64
	for _, s := range together {
		p = append(p, *s.Effect.P)
	}
	for i, adjusted := range stats.Holm(p) {
		together[i].Effect.Family = &adjusted
		together[i].Effect.decide(run.Policy)
	}
}

// family returns the comparisons that are judged together.
func family(run results.Run, all []Saving) []*Saving {
	var together []*Saving
	for i := range all {
		if s := &all[i]; s.Decides && s.Effect.N > 0 && !run.IsNull(s.Job, s.Variant) {
			together = append(together, s)
		}
	}
	return together
}

// judgeAs decides the effect again among those that the run judges the same two
// with, in whichever direction, if it does: whether there is a difference does not
// depend on that.
func (e *Effect) judgeAs(judged Effect, policy results.Policy) {
	if e.N > 0 && judged.Family != nil {
		e.Family = judged.Family
		e.decide(policy)
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
