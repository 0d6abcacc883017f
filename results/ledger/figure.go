package ledger

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/stats"
	"github.com/cibench/cibench/results/verdict"
)

const elsewhere = "the document's times were measured on another machine"

// figure judges a documented range by what it is about.
func figure(run results.Run, trials []results.Trial, sum verdict.Summary, t results.Target) Entry {
	e := Entry{ID: t.ID, Line: t.Line, Target: &t}
	here := verdict.Comparable(run)
	switch {
	case t.NotOf != "":
		e.Verdict, e.Reason = NotComparable, "the document says it of the project of "+t.NotOf
	case t.Unit == results.Bytes:
		e.sizes(run, trials, sum)
	case t.Unit == results.Ratio:
		e.savings(run, sum, t.ID)
		e.conclude()
	case t.Baseline != "":
		e.seconds(run, sum, here)
	case here:
		e.times(run, trials, sum)
	default:
		e.implied(run, sum)
	}
	return e
}

// sizes judges how large something is said to be.
func (e *Entry) sizes(run results.Run, trials []results.Trial, sum verdict.Summary) {
	for _, c := range sum.Cells {
		for _, n := range c.Counters {
			if verdict.Applies(run, *e.Target, results.Bytes, c.Cell, n.Name) && !run.Departs(c.Job, c.Variant) {
				e.Findings = append(e.Findings, ofSize(c.Cell, n.Spread, values(trials, c.Cell, n.Name), *e.Target))
			}
		}
	}
	e.conclude()
}

// savings adds what was saved where the target of that name speaks of it. A state
// without the baseline is none of the run's, but where there is no other.
func (e *Entry) savings(run results.Run, sum verdict.Summary, target string) {
	var alone []Finding
	for _, s := range sum.Savings {
		for _, c := range s.Documented {
			switch {
			case c.Target.ID != target || run.Departs(s.Job, s.Variant):
			case s.NoBaseline:
				alone = append(alone, ofSaving(run.Policy, s, c))
			default:
				e.Findings = append(e.Findings, ofSaving(run.Policy, s, c))
			}
		}
	}
	if len(e.Findings) == 0 {
		e.Findings = alone
	}
}

// seconds judges what is said to be saved in seconds.
func (e *Entry) seconds(run results.Run, sum verdict.Summary, here bool) {
	for _, s := range sum.Savings {
		if !s.NoBaseline && verdict.Applies(run, *e.Target, results.Seconds, s.Cell, s.Phase) && !run.Departs(s.Job, s.Variant) &&
			e.Target.Baseline == run.DocumentedAs(s.Job, s.Baseline) {
			e.Findings = append(e.Findings, ofSeconds(s, *e.Target, here))
		}
	}
	if here {
		e.conclude()
	} else {
		e.Verdict, e.Reason = NotComparable, elsewhere
	}
}

// times judges what is said to take some time, on a machine of which that holds.
func (e *Entry) times(run results.Run, trials []results.Trial, sum verdict.Summary) {
	for _, c := range sum.Cells {
		for _, p := range c.Phases {
			for _, d := range p.Documented {
				if d.Target.ID == e.ID && d.Position != verdict.NotComparable && !run.Departs(c.Job, c.Variant) {
					e.Findings = append(e.Findings, ofTime(run.Policy, c.Cell, p, values(trials, c.Cell, p.Name), d))
				}
			}
		}
	}
	e.conclude()
}

// implied judges a time of another machine by the share that it implies of the
// baseline's; not where the document states that share itself.
func (e *Entry) implied(run results.Run, sum verdict.Summary) {
	e.Verdict, e.Reason = NotComparable, elsewhere
	var share *results.Target
	for i, d := range run.Targets {
		if d.Unit != results.Ratio || d.Job != e.Target.Job || d.Phase != e.Target.Phase ||
			d.Variant != e.Target.Variant || !slices.Equal(d.States, e.Target.States) {
			continue
		}
		if !d.Derived {
			e.Reason += "; what it implies is stated as " + d.Label
			return
		}
		share = &run.Targets[i]
	}
	if share == nil {
		return
	}
	if e.savings(run, sum, share.ID); len(e.Findings) > 0 {
		e.conclude()
		e.Reason = "as a share, " + share.Label + ": " + cmp.Or(e.Reason, elsewhere)
	}
}

// ofSaving judges a documented saving. Whoever saves more than documented keeps
// the promise, and where nothing is to be saved a difference that makes none in
// practice does, too.
func ofSaving(policy results.Policy, s verdict.Saving, c verdict.Comparison) Finding {
	f := Finding{Verdict: Inconclusive, Saving: &s}
	least := c.Target.Low - verdict.Rounding
	if c.Target.Low == 0 {
		least -= policy.Same
	}
	switch {
	case s.N == 0:
		f.Verdict, f.Reason = NotMeasured, s.Reason
	case c.Position == verdict.NotComparable:
		f.Verdict, f.Reason = NotComparable, c.Reason
	case s.Effect.TooFew():
		f.Reason = s.Effect.Reason
	default:
		f.decide(s.Min, s.Max, least)
	}
	return f
}

// ofSeconds judges a documented saving in seconds, on a machine of which it holds.
func ofSeconds(s verdict.Saving, t results.Target, here bool) Finding {
	f := Finding{Verdict: Inconclusive, Saving: &s}
	switch {
	case s.Seconds.N == 0:
		f.Verdict, f.Reason = NotMeasured, s.Reason
	case !here:
		f.Verdict, f.Reason = NotComparable, elsewhere
	case s.Effect.TooFew():
		f.Reason = s.Effect.Reason
	default:
		f.decide(s.Seconds.Min, s.Seconds.Max, t.Low)
	}
	return f
}

// ofSize judges a documented size, which is exact.
func ofSize(cell results.Cell, bytes verdict.Spread, values []float64, t results.Target) Finding {
	f := Finding{Size: &Measured{cell, bytes}}
	within := 0
	for _, v := range values {
		if t.Low <= v && v <= t.High {
			within++
		}
	}
	switch within {
	case 0:
		f.Verdict = Refuted
	case len(values):
		f.Verdict = Supported
	default:
		f.Verdict, f.Reason = Inconclusive, "in some trials it is, in others not"
	}
	return f
}

// ofTime judges a documented time, for a machine of which it holds, by the
// interval of the median. Whoever is faster keeps the promise.
func ofTime(policy results.Policy, cell results.Cell, p verdict.Phase, values []float64, c verdict.Comparison) Finding {
	f := Finding{Verdict: Inconclusive, Time: &Measured{cell, p.Spread}}
	i := stats.MedianInterval(values, policy.Confidence)
	if i.Level < policy.Confidence {
		f.Reason = fmt.Sprintf("%d of %d trials", len(values), stats.SignedRankMinN(policy.Confidence))
	} else {
		f.decide(-i.High, -i.Low, -c.Target.High)
	}
	return f
}

// decide sets the verdict from an interval and the least that keeps the promise.
func (f *Finding) decide(low, high, least float64) {
	switch {
	case low >= least:
		f.Verdict = Supported
	case high < least:
		f.Verdict = Refuted
	default:
		f.Reason = "the interval leaves room for both"
	}
}

// values returns a phase or counter of the trials of a cell that count.
func values(trials []results.Trial, cell results.Cell, name string) []float64 {
	var all []float64
	for _, t := range trials {
		if v, ok := t.Value(name); ok && t.Cell == cell && t.Counts() {
			all = append(all, v)
		}
	}
	return all
}
