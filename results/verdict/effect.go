package verdict

import (
	"fmt"
	"math"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/stats"
)

// Verdict is what a comparison comes to.
type Verdict string

// The verdicts. A comparison is inconclusive as long as its pairs leave room
// for more than one of the others.
const (
	Faster       Verdict = "faster"
	Slower       Verdict = "slower"
	Same         Verdict = "same" // any difference is too small to matter
	Inconclusive Verdict = "inconclusive"
)

// An Effect is how long a variant takes beside its baseline, by the ratio
// variant/baseline of each pair: 0.3 saves 70 %. With N = 0 there is no ratio,
// and the figures are 0.
type Effect struct {
	N     int     `json:"n"`     // pairs that have a ratio
	Ratio float64 `json:"ratio"` // the Hodges-Lehmann estimate, of logarithms; the median where signs are counted
	Low   float64 `json:"low"`   // the ends of the interval
	High  float64 `json:"high"`
	Level float64 `json:"level"` // the confidence that the interval has

	// P is the p-value of Student's test of whether the effect is beyond the
	// smallest one of interest, in either direction. Family is what Holm's method
	// makes of it among the comparisons that decide a run together.
	P      *float64 `json:"p,omitempty"`      // nil when there is no ratio, and of two runs
	Family *float64 `json:"family,omitempty"` // nil when it is not judged among others

	Verdict Verdict `json:"verdict"`
	Reason  string  `json:"reason,omitempty"` // why it is Inconclusive; else empty
}

// Decide returns what the pairs of a comparison show under the policy.
//
// A variant is faster or slower when the whole interval lies beyond the policy's
// smallest effect of interest, and else the same when it lies within what makes
// no difference. The exact interval of few pairs has one confidence of a few
// possible ones: when even the widest has less than the policy's, the comparison
// is inconclusive.
//
// The interval is one of ranks and needs no normal noise, but tells five clear
// pairs from no other five. How sure they are, which matters among many
// comparisons, says P.
func Decide(policy results.Policy, pairs []Pair) Effect {
	var logs []float64
	for _, p := range pairs {
		if r, ok := p.ratio(); ok {
			logs = append(logs, math.Log(r))
		}
	}
	e := Effect{N: len(logs), Verdict: Inconclusive}
	if e.N == 0 {
		return e
	}
	center, interval := intervalOf(policy, logs)
	e.Ratio, e.Low, e.High, e.Level = math.Exp(center), math.Exp(interval.Low), math.Exp(interval.High), interval.Level
	e.P = new(beyond(logs, math.Log1p(policy.Effect)))
	e.decide(policy)
	return e
}

// resamples is how many a bootstrap interval is of, and bootstrapSeed what makes
// it the same each time.
const (
	resamples     = 5000
	bootstrapSeed = 1
)

// intervalOf returns the estimate of paired differences, and its interval by the
// policy's method. With fewer than the signed-rank interval needs none has the
// policy's confidence, whatever a bootstrap claims of them.
func intervalOf(policy results.Policy, x []float64) (center float64, i stats.Interval) {
	switch policy.Interval {
	case results.Sign:
		return stats.Median(x), stats.MedianInterval(x, policy.Confidence)
	case results.Bootstrap:
		i = stats.Bootstrap(x, stats.HodgesLehmann, policy.Confidence, resamples, bootstrapSeed)
		if len(x) < stats.SignedRankMinN(policy.Confidence) {
			i.Level = 0
		}
		return stats.HodgesLehmann(x), i
	default:
		return stats.HodgesLehmann(x), stats.SignedRankInterval(x, policy.Confidence)
	}
}

// beyond returns the p-value of whether the mean of x is outside ±edge.
func beyond(x []float64, edge float64) float64 {
	negated := make([]float64, len(x))
	for i, v := range x {
		negated[i] = -v
	}
	return min(1, 2*stats.StudentAbove(x, edge), 2*stats.StudentAbove(negated, edge))
}

// ratio returns variant/baseline; false when the baseline has no time to
// compare with. A variant under the Resolution counts as if it took just that,
// as its own time would be one of clocks: the ratio then understates.
func (p Pair) ratio() (float64, bool) {
	if p.Baseline < Resolution {
		return 0, false
	}
	return max(p.Variant, Resolution) / p.Baseline, true
}

// decide sets the verdict from the figures.
func (e *Effect) decide(policy results.Policy) {
	beyond, within := 1+policy.Effect, 1+policy.Same
	clear := e.Low > beyond || e.High < 1/beyond
	sure := e.Family == nil || *e.Family <= 1-policy.Confidence+Rounding
	e.Verdict, e.Reason = Inconclusive, ""
	switch {
	case e.Level < policy.Confidence:
		e.Reason = fmt.Sprintf("%d of %d pairs", e.N, stats.SignedRankMinN(policy.Confidence))
	case clear && sure && e.High < 1:
		e.Verdict = Faster
	case clear && sure:
		e.Verdict = Slower
	case e.Low >= 1/within && e.High <= within:
		e.Verdict = Same
	case clear:
		e.Reason = "clear by itself, not yet among all that are compared"
	default:
		e.Reason = fmt.Sprintf("neither within ±%s nor beyond ±%s", percent(policy.Same), percent(policy.Effect))
	}
}

// Saving returns the effect as a share of the baseline's time that is saved.
func (e Effect) Saving() Spread {
	if e.N == 0 {
		return Spread{}
	}
	return Spread{N: e.N, Median: 1 - e.Ratio, Min: 1 - e.High, Max: 1 - e.Low}
}

// Rounding is more than what computing with logarithms and shares adds to a
// share or a ratio.
const Rounding = 1e-9

func percent(share float64) string { return fmt.Sprintf("%.3g %%", 100*share) }
