package results

import "cmp"

// A Policy says when the pairs of a comparison decide it. It is fixed before
// the first trial and kept with the run.
type Policy struct {
	Interval   Method  `json:"interval,omitempty"` // of pairs; "" for SignedRank
	Confidence float64 `json:"confidence"`         // of an interval: 0.9375
	Same       float64 `json:"same"`               // a ratio from 1/(1+Same) to 1+Same makes no difference in practice: 0.03
	Effect     float64 `json:"effect"`             // the smallest effect of interest: 0.02
	Phase      string  `json:"phase,omitempty"`    // whose comparisons decide a run; "" for PhaseTotal
}

// Decider returns the phase whose comparisons decide a run.
func (p Policy) Decider() string { return cmp.Or(p.Phase, PhaseTotal) }

// Method is how the interval of a comparison's pairs is computed.
type Method string

// The methods.
const (
	SignedRank Method = "signed-rank" // exact, for noise that favours neither side
	Sign       Method = "sign"        // exact, of the median, for any noise; wider
	Bootstrap  Method = "bootstrap"   // resampled, with a seed of its own; not exact, least so for few pairs
)
