package verdict

import (
	"cmp"
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
	N     int     `json:"n"`     // pairs
	Ratio float64 `json:"ratio"` // the Hodges-Lehmann estimate, of logarithms; the median where signs are counted
	Low   float64 `json:"low"`   // the ends of the interval
	High  float64 `json:"high"`
	Level float64 `json:"level"` // the confidence that the interval has

	// P is the p-value of whether there is any difference, in either direction, by
	// Student's test or that of signed ranks, whichever is surer. Family is what
	// Holm's method makes of it among the comparisons that decide a run together.
	P      *float64 `json:"p,omitempty"`      // nil when there is no ratio, and of two runs
	Family *float64 `json:"family,omitempty"` // nil when it is not judged among others

	Verdict Verdict `json:"verdict"`
	Reason  string  `json:"reason,omitempty"` // why it is Inconclusive; else empty

	few bool
}

// TooFew tells whether there are fewer pairs than the policy's confidence needs:
// Low and High are then the range of these.
func (e Effect) TooFew() bool { return e.few }

// Decide returns what the pairs of a comparison show under the policy.
//
// A variant is faster or slower when the whole interval lies beyond the policy's
// smallest effect of interest and a difference is sure enough, and else the same
// when the interval lies within what makes no difference. The exact interval of
// few pairs has one confidence of a few possible ones: when even the widest has
// less than the policy's, the comparison is inconclusive.
//
// The interval is one of ranks and needs no normal noise, but tells five clear
// pairs from no other five. How sure they are, which matters where many are
// compared or one is looked at often, says P.
func Decide(policy results.Policy, pairs []Pair) Effect {
	logs := logRatios(pairs)
	e := Effect{N: len(logs), Verdict: Inconclusive, few: true}
	if e.N == 0 {
		return e
	}
	center, interval := intervalOf(policy, logs)
	e.Ratio, e.Low, e.High, e.Level = math.Exp(center), math.Exp(interval.Low), math.Exp(interval.High), interval.Level
	e.P = new(difference(logs))
	e.decide(policy)
	return e
}

// logRatios returns the logarithms of the pairs' ratios; none when they have none.
func logRatios(pairs []Pair) []float64 {
	if !measurable(pairs) {
		return nil
	}
	logs := make([]float64, len(pairs))
	for i, p := range pairs {
		logs[i] = math.Log(p.ratio())
	}
	return logs
}

// resamples is how many a bootstrap interval is of, and bootstrapSeed what makes
// it the same each time.
const (
	resamples     = 5000
	bootstrapSeed = 1
)

// intervalOf returns the estimate of paired differences, and its interval by the
// policy's method. With fewer than the signed-rank interval needs none has the
// policy's confidence, whatever a bootstrap claims of them, and the interval is
// their range.
func intervalOf(policy results.Policy, x []float64) (center float64, i stats.Interval) {
	switch policy.Interval {
	case results.Sign:
		return stats.Median(x), stats.MedianInterval(x, policy.Confidence)
	case results.Bootstrap:
		if len(x) < stats.SignedRankMinN(policy.Confidence) {
			return stats.HodgesLehmann(x), stats.Interval{Low: stats.Min(x), High: stats.Max(x)}
		}
		return stats.HodgesLehmann(x), stats.Bootstrap(x, stats.HodgesLehmann, policy.Confidence, resamples, bootstrapSeed)
	default:
		return stats.HodgesLehmann(x), stats.SignedRankInterval(x, policy.Confidence)
	}
}

// difference returns the p-value of whether x is other than 0. A test of ranks knows
// nothing surer of five values than 1 in 16, however far from 0 they lie, and
// Student's is blinded by one outlier. The smaller of the two is wrong a little
// more often than each.
func difference(x []float64) float64 {
	negated := make([]float64, len(x))
	for i, v := range x {
		negated[i] = -v
	}
	return min(stats.SignedRank(x), 2*stats.StudentAbove(x, 0), 2*stats.StudentAbove(negated, 0))
}

// looks is by how much surer than a single look a difference has to be, as a run
// may look after each block and ends when it sees one. How often runs err with it,
// by noise and by the blocks that they may take, says the table of docs/method.md,
// which a test computes.
const looks = 5

// sure tells whether a difference is sure enough, among those that it is judged
// with.
func (e *Effect) sure(policy results.Policy) bool {
	p := cmp.Or(e.Family, e.P)
	return p == nil || *p <= surely(policy)+Rounding
}

// surely is the p-value that a difference needs.
func surely(policy results.Policy) float64 { return (1 - policy.Confidence) / looks }

// measurable tells whether the baseline takes a time to compare with: not when
// its median lies under the Resolution. To leave out only the pairs of which it
// does would choose those of which the baseline was slow.
func measurable(pairs []Pair) bool {
	var baseline []float64
	for _, p := range pairs {
		baseline = append(baseline, p.Baseline)
	}
	return len(pairs) > 0 && stats.Median(baseline) >= results.Resolution
}

// ratio returns variant/baseline. Times under the Resolution count as if they
// took just that, as their own would be those of clocks.
func (p Pair) ratio() float64 {
	return max(p.Variant, results.Resolution) / max(p.Baseline, results.Resolution)
}

// decide sets the verdict from the figures.
func (e *Effect) decide(policy results.Policy) {
	beyond, within := 1+policy.Effect, 1+policy.Same
	apart := e.Low > beyond || e.High < 1/beyond
	e.Verdict, e.Reason, e.few = Inconclusive, "", e.Level < policy.Confidence
	switch {
	case e.few:
		e.Reason = fmt.Sprintf("%d of %d pairs", e.N, stats.SignedRankMinN(policy.Confidence))
	case apart && e.sure(policy) && e.High < 1:
		e.Verdict = Faster
	case apart && e.sure(policy):
		e.Verdict = Slower
	case e.Low >= 1/within && e.High <= within:
		e.Verdict = Same
	case apart:
		e.Reason = "a difference, but not sure yet"
		if e.Family != nil {
			e.Reason += " among all that are compared"
		}
	default:
		e.Reason = "the interval is too wide" + e.wouldDo(policy)
	}
}

// wouldDo says how many pairs would about decide, if more of them moved the
// estimate no further: intervals narrow with the root of their number. It says
// nothing where the estimate lies between what is the same and what is not, and
// nothing of two runs, whose trials are no pairs.
func (e Effect) wouldDo(policy results.Policy) string {
	if e.P == nil { // of two runs
		return ""
	}
	const most = 200 // beyond which a guess is none
	center := math.Abs(math.Log(e.Ratio))
	room := max(math.Log1p(policy.Same)-center, center-math.Log1p(policy.Effect))
	if room < math.Log1p(policy.Same)/10 {
		return ""
	}
	narrower := e.width() / 2 / room
	switch n := math.Ceil(float64(e.N) * narrower * narrower); {
	case n > most:
		return fmt.Sprintf(": more than %d pairs would be needed", most)
	default:
		return fmt.Sprintf(": about %d pairs would do", max(int(n), e.N+1))
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
