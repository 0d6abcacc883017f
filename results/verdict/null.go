package verdict

import (
	"math"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/stats"
)

// A Null says what a run makes of comparisons in which there is nothing to find:
// those of a baseline with itself.
type Null struct {
	Comparisons int `json:"comparisons"` // that have an interval of the policy's confidence
	Called      int `json:"called"`      // faster or slower: false alarms

	// Most is the largest rate of false alarms that goes with so few comparisons:
	// the upper end of the exact interval with the policy's confidence. 1 without
	// any.
	Most float64 `json:"most"`

	// Detectable is an effect that pairs as noisy as these would mostly have shown,
	// in the least sure of the comparisons: 0.05 is 5 %. It lies a whole interval
	// beyond the smallest one of interest, so that its own interval mostly does, too,
	// and is sure enough among all that are judged together. 0 without any.
	Detectable float64 `json:"detectable"`
}

// power is how often a Detectable effect is at least sure enough. That its interval
// lies beyond the smallest effect, too, is a little rarer.
const power = 0.975

// nullOf returns what there is to say of the run's null comparisons that decide;
// nil when it has none.
func nullOf(run results.Run, all []Saving) *Null {
	var n *Null
	together := len(family(run, all))
	for _, s := range all {
		if !s.Decides || !run.IsNull(s.Job, s.Variant) {
			continue
		}
		if n == nil {
			n = &Null{}
		}
		if s.Effect.TooFew() {
			continue
		}
		n.Comparisons++
		if s.Effect.Verdict == Faster || s.Effect.Verdict == Slower {
			n.Called++
		}
		n.Detectable = max(n.Detectable, detectable(run.Policy, s, together))
	}
	if n != nil {
		n.Most = stats.BinomialInterval(n.Called, n.Comparisons, run.Policy.Confidence).High
	}
	return n
}

// detectable returns the Detectable of one comparison, if what it tells of is one
// of so many that are judged together.
func detectable(policy results.Policy, s Saving, together int) float64 {
	clear := math.Log1p(policy.Effect) + s.Effect.width()
	sure := stats.StudentDetects(logRatios(s.Pairs), surely(policy)/float64(max(together, 1)), power)
	return math.Expm1(max(clear, sure))
}
