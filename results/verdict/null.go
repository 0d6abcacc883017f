package verdict

import (
	"math"

	"github.com/cibench/cibench/results"
)

// A Null says what a run makes of comparisons in which there is nothing to find:
// those of a baseline with itself.
type Null struct {
	Comparisons int `json:"comparisons"` // that have an interval of the policy's confidence
	Called      int `json:"called"`      // faster or slower: false alarms
	// Detectable is the smallest effect that pairs as noisy as these would have
	// shown, in the least sure of the comparisons: 0.05 is 5 %. 0 without any.
	Detectable float64 `json:"detectable"`
}

// nullOf returns what there is to say of the run's null comparisons that decide;
// nil when it has none.
func nullOf(run results.Run, all []Saving) *Null {
	var n *Null
	for _, s := range all {
		if !s.Decides || !run.IsNull(s.Job, s.Variant) {
			continue
		}
		if n == nil {
			n = &Null{}
		}
		if s.N == 0 || s.Effect.Level < run.Policy.Confidence {
			continue
		}
		n.Comparisons++
		if s.Effect.Verdict == Faster || s.Effect.Verdict == Slower {
			n.Called++
		}
		n.Detectable = max(n.Detectable, math.Exp(math.Log1p(run.Policy.Effect)+s.Effect.width()/2)-1)
	}
	return n
}
