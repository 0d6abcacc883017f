package gate

import (
	"fmt"
	"math"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/stats"
	"github.com/cibench/cibench/results/verdict"
)

// time judges the times of a phase.
func (j *Judge) time(res *Result, s results.Series) {
	confidence := j.run.Policy.Confidence
	m := Measured{N: len(s.Values), Unit: s.Unit}
	need := stats.SignedRankMinN(confidence)
	switch res.Rule.Aggregate {
	case P50:
		m.Value = stats.Median(s.Values)
		m.take(stats.MedianInterval(s.Values, confidence))
	case P90:
		m.Value, need = stats.Quantile(s.Values, 0.9), stats.QuantileMinN(0.9, confidence)
		m.take(stats.QuantileInterval(s.Values, 0.9, confidence))
	case Min:
		m.exactly(stats.Min(s.Values))
	case Max:
		m.exactly(stats.Max(s.Values))
	}
	res.Measured = m
	low, high := m.Low, m.High
	if m.N < need { // more trials could have a longer one, or a shorter
		switch res.Rule.Aggregate {
		case Min:
			low = math.Inf(-1)
		case Max:
			high = math.Inf(1)
		}
	}
	bound := res.Rule.Bound.base()
	j.decide(res, low, high, bound, bound, j.tooFew(m.N, need, "trials"))
}

// tooFew says how many there are of as many as it takes, and when the run's plan
// has no room for so many, that too: then no run of it will decide the rule.
func (j *Judge) tooFew(n, need int, of string) string {
	text := fmt.Sprintf("%d of %d %s", n, need, of)
	if j.blocks > 0 && j.blocks < need {
		text += fmt.Sprintf(", and the run's plan has at most %d", j.blocks)
	}
	return text
}

// share judges what a phase takes of the total of its trial.
func (j *Judge) share(res *Result) {
	var shares []float64
	for _, t := range j.trials {
		part, ok := t.Value(res.Rule.Name)
		whole, hasTotal := t.Value(results.PhaseTotal)
		if t.Cell == res.Cell && t.Counts() && ok && hasTotal && whole >= results.Resolution && !math.IsNaN(part/whole) {
			shares = append(shares, part/whole)
		}
	}
	if len(shares) == 0 {
		res.Status, res.Reason = Invalid, "no ok trial has a total to compare with"
		return
	}
	m := Measured{N: len(shares), Unit: results.Ratio, Value: stats.Median(shares)}
	m.take(stats.MedianInterval(shares, j.run.Policy.Confidence))
	res.Measured = m
	j.decideShare(res, "trials")
}

// decideShare sets the status of what is bounded in per cent, from as many of
// what was measured as a comparison needs pairs.
func (j *Judge) decideShare(res *Result, of string) {
	m, lower, upper := res.Measured, res.Rule.Bound.share(), res.Rule.Upper.share()
	j.decide(res, snap(m.Low, lower, upper), snap(m.High, lower, upper), lower, upper,
		j.tooFew(m.N, stats.SignedRankMinN(j.run.Policy.Confidence), of))
}

// take sets the interval.
func (m *Measured) take(i stats.Interval) { m.Low, m.High, m.Level = i.Low, i.High, i.Level }

// exactly sets a number that has no error.
func (m *Measured) exactly(v float64) { m.Value, m.Low, m.High, m.Level = v, v, v, 1 }

// saving judges what a phase saves against the baseline variant.
func (j *Judge) saving(res *Result) {
	s, ok := j.savings[seriesKey{res.Cell, res.Rule.Name}]
	switch {
	case !ok:
		res.Status, res.Reason = Invalid, "no ok trial of "+res.Cell.Variant+" or "+res.Baseline+" has this phase"
		return
	case len(s.Pairs) == 0:
		res.Status, res.Reason = Invalid, s.Reason
		return
	case s.N == 0:
		res.Status, res.Reason = Inconclusive, s.Reason
		return
	}
	res.Measured = Measured{N: s.N, Unit: results.Ratio, Value: s.Median, Low: s.Min, High: s.Max, Level: s.Effect.Level}
	j.decideShare(res, "pairs")
}

// snap returns the bound that a ratio is but for rounding, else the ratio.
func snap(ratio float64, bounds ...float64) float64 {
	for _, b := range bounds {
		if math.Abs(ratio-b) <= verdict.Rounding {
			return b
		}
	}
	return ratio
}

// change judges a number beside that of the baseline run.
func (j *Judge) change(res *Result, s results.Series) {
	base, ok := j.baseline[seriesKey{res.Cell, res.Rule.Name}]
	res.Measured = Measured{N: len(s.Values), Unit: s.Unit, Value: stats.Median(s.Values),
		Low: stats.Min(s.Values), High: stats.Max(s.Values), Level: 1}
	res.Status = Inconclusive
	switch {
	case !j.hasBaseline:
		res.Reason = "no baseline run is given"
	case len(j.baseline) == 0:
		res.Reason = "there is no earlier run yet"
	case !ok:
		res.Reason = "the baseline run has no such number of this cell"
	case base.Kind != s.Kind || base.Unit != s.Unit:
		res.Reason = fmt.Sprintf("the baseline run has a %s in %s, this one a %s in %s", base.Kind, base.Unit, s.Kind, s.Unit)
	case s.Kind == results.Phase && stats.Median(base.Values) < results.Resolution:
		res.Reason = fmt.Sprintf("the baseline run took under %.0f ms", results.Resolution*1000)
	case s.Kind == results.Phase:
		j.changeOfTime(res, s, base)
	default:
		j.changeOfCounter(res, s, base)
	}
}

// changeOfTime judges how much longer a phase takes than in the baseline run.
func (j *Judge) changeOfTime(res *Result, s, base results.Series) {
	ratio, i := verdict.Ratio(j.run.Policy.Confidence, base.Values, s.Values)
	was := verdict.SpreadOf(base.Values)
	m := Measured{N: len(s.Values), Unit: results.Ratio, Against: &was,
		Value: ratio - 1, Low: i.Low - 1, High: i.High - 1, Level: i.Level}
	res.Measured = m
	bound := res.Rule.Bound.share()
	n := stats.RankSumMinN(j.run.Policy.Confidence)
	j.decide(res, snap(m.Low, bound), snap(m.High, bound), bound, bound,
		fmt.Sprintf("%d trials beside %d of the baseline run are too few: %d beside %d could decide", len(s.Values), len(base.Values), n, n))
	res.improve(i.Low, i.High, j.run.Policy.Effect)
}

// changeOfCounter judges a counter beside that of the baseline run.
func (j *Judge) changeOfCounter(res *Result, s, base results.Series) {
	m, b := &res.Measured, verdict.SpreadOf(base.Values)
	m.Against = &b
	// Whether the number is below, at or above its bound, at its lowest and its
	// highest.
	low := orderOfChange(m.Low, b.Max, res.Rule.Bound)
	high := orderOfChange(m.High, b.Min, res.Rule.Bound)
	if keeps(res.Rule.Op, float64(low), float64(high), 0, 0) {
		res.Status = Pass
		res.improve(m.Low/b.Max, m.High/b.Min, j.run.Policy.Effect) // of 0 to 0 it is NaN, and no improvement
		return
	}
	res.Status, res.Reason = Fail, "breaks the rule"
	if m.Low != m.High || b.Min != b.Max {
		res.Reason = "trials differ, and the worst of them break the rule"
	}
}

// improve makes a Pass an Improved when all of the ratio to the baseline run is
// better than that by more than the policy's effect. Better is what the rule's
// operator points to.
func (res *Result) improve(low, high, effect float64) {
	if res.Status != Pass {
		return
	}
	switch res.Rule.Op {
	case Less, LessEqual:
		if high < 1/(1+effect)-verdict.Rounding {
			res.Status = Improved
		}
	case Greater, GreaterEqual:
		if low > 1+effect+verdict.Rounding {
			res.Status = Improved
		}
	}
}

// counter judges each value of a counter.
func counter(res *Result, s results.Series) {
	res.Measured = Measured{N: len(s.Values), Unit: s.Unit, Value: stats.Median(s.Values),
		Low: stats.Min(s.Values), High: stats.Max(s.Values), Level: 1}
	bound, broken := res.Rule.Bound.base(), 0
	for _, v := range s.Values {
		if !keeps(res.Rule.Op, v, v, bound, bound) {
			broken++
		}
	}
	if res.Status = Pass; broken > 0 {
		res.Status, res.Reason = Fail, fmt.Sprintf("%d of %d trials break the rule", broken, len(s.Values))
	}
}

// decide sets the status from an interval and the rule's bounds. tooFew is the
// reason for what more trials would decide.
func (j *Judge) decide(res *Result, low, high, bound, upper float64, tooFew string) {
	res.Status, res.Reason = Inconclusive, ""
	exact := res.Measured.Level == 1
	switch confidence := j.run.Policy.Confidence; {
	case !exact && !(confidence > 0):
		res.Reason = "the run has no policy that says how sure to be"
	case !exact && res.Measured.Level < confidence:
		res.Reason = tooFew
	case keeps(res.Rule.Op, low, high, bound, upper):
		res.Status = Pass
	case breaks(res.Rule.Op, low, high, bound, upper):
		res.Status, res.Reason = Fail, "the whole interval breaks the rule"
		if exact {
			res.Reason = "breaks the rule"
		}
	case exact:
		res.Reason = tooFew
	default:
		res.Reason = "the interval leaves room for both"
	}
}

// keeps tells whether all numbers from low to high keep the rule.
func keeps(op Op, low, high, bound, upper float64) bool {
	switch op {
	case Less:
		return high < bound
	case LessEqual:
		return high <= bound
	case Greater:
		return low > bound
	case GreaterEqual:
		return low >= bound
	case Equal:
		return low == bound && high == bound
	case NotEqual:
		return high < bound || low > bound
	case Within:
		return low >= bound && high <= upper
	}
	return false
}

// breaks tells whether all numbers from low to high break the rule.
func breaks(op Op, low, high, bound, upper float64) bool {
	switch op {
	case Less:
		return low >= bound
	case LessEqual:
		return low > bound
	case Greater:
		return high <= bound
	case GreaterEqual:
		return high < bound
	case Equal:
		return keeps(NotEqual, low, high, bound, bound)
	case NotEqual:
		return keeps(Equal, low, high, bound, bound)
	case Within:
		return high < bound || low > upper
	}
	return false
}
