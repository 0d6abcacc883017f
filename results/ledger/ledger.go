// Package ledger says of each figure and each sentence of a document what a run
// makes of it.
package ledger

import (
	"errors"
	"fmt"
	"slices"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/gate"
	"github.com/cibench/cibench/results/stats"
	"github.com/cibench/cibench/results/verdict"
)

// Verdict is what becomes of a claim.
type Verdict string

// The verdicts. A time of another machine is NotComparable by itself; the
// ledger then has what the document's times imply, as a share.
const (
	Supported     Verdict = "supported"
	Refuted       Verdict = "refuted"
	Depends       Verdict = "depends" // supported in one situation and refuted in another
	Inconclusive  Verdict = "inconclusive"
	NotComparable Verdict = "not comparable"
	NotMeasured   Verdict = "not measured"
)

// Verdicts are all of them, in the order of a summary.
var Verdicts = []Verdict{Supported, Refuted, Depends, Inconclusive, NotComparable, NotMeasured}

// An Entry is what becomes of one claim.
type Entry struct {
	ID       string          `json:"id"`
	Line     int             `json:"line,omitempty"`   // of the document; 0 when it is not known
	Says     string          `json:"says,omitempty"`   // of a sentence; "" of a figure
	Target   *results.Target `json:"target,omitempty"` // of a figure; nil of a sentence
	Verdict  Verdict         `json:"verdict"`
	Reason   string          `json:"reason,omitempty"` // why it has none of the first three verdicts; else empty
	Findings []Finding       `json:"findings,omitempty"`
}

// A Finding is what becomes of a claim in one situation.
type Finding struct {
	In      string  `json:"in,omitempty"` // of a check, as the claim names it
	Verdict Verdict `json:"verdict"`
	Reason  string  `json:"reason,omitempty"`

	Results []gate.Result   `json:"results,omitempty"` // of a check: its rules
	Saving  *verdict.Saving `json:"saving,omitempty"`  // of a figure: what was saved
	Time    *Time           `json:"time,omitempty"`    // of a figure: how long it took
}

// A Time is what a phase took in a cell, in seconds.
type Time struct {
	results.Cell
	verdict.Spread
}

// notRun is why a claim is NotMeasured whose trials are none of the run's.
const notRun = "the run has no such trial"

// Of returns the ledger of the run's document: its figures, but for those that
// only follow from others, and then its sentences, each in the document's order.
// An error joins those of rules that do not parse or fit nothing that was
// measured, as seconds and bytes do not; such claims are NotMeasured. Of a
// simulated run there is no ledger: a model is no evidence. sum is the summary of
// the run with these trials.
func Of(run results.Run, trials []results.Trial, sum verdict.Summary) ([]Entry, error) {
	if run.Simulated {
		return nil, nil
	}
	judge := gate.NewJudge(gate.Evidence{Run: run, Trials: trials}, sum)
	withPipelines := append(slices.Clone(trials), run.Derive(trials)...)
	var all []Entry
	for _, t := range run.Targets {
		if !t.Derived {
			all = append(all, figure(run, withPipelines, sum, t))
		}
	}
	var errs []error
	for _, c := range run.Claims {
		e, err := sentence(c, judge)
		all, errs = append(all, e), append(errs, err)
	}
	return all, errors.Join(errs...)
}

// sentence judges a claim by its checks.
func sentence(c results.Claim, judge *gate.Judge) (Entry, error) {
	e := Entry{ID: c.ID, Line: c.Line, Says: c.Says}
	if c.Unmeasured != "" {
		e.Verdict, e.Reason = NotMeasured, c.Unmeasured
		return e, nil
	}
	var errs []error
	for _, check := range c.Checks {
		f, err := checked(check, judge)
		if err != nil {
			f, err = Finding{In: check.In, Verdict: NotMeasured, Reason: err.Error()}, fmt.Errorf("claim %s: %w", c.ID, err)
		}
		e.Findings, errs = append(e.Findings, f), append(errs, err)
	}
	e.conclude()
	return e, errors.Join(errs...)
}

// checked judges one check: what a rule of it breaks is refuted, and what all
// keep supported.
func checked(c results.ClaimCheck, judge *gate.Judge) (Finding, error) {
	f := Finding{In: c.In, Verdict: Supported}
	var rules []gate.Rule
	for _, text := range c.Rules {
		r, err := gate.ParseRule(text)
		if err != nil {
			return f, err
		}
		rules = append(rules, r)
	}
	var err error
	if f.Results, err = judge.Evaluate(rules); err != nil {
		return f, err
	}
	for _, r := range f.Results {
		switch r.Status {
		case gate.Pass, gate.Improved:
		case gate.Fail, gate.Regressed:
			f.Verdict, f.Reason = Refuted, ""
			return f, nil
		case gate.Invalid:
			f.Verdict, f.Reason = NotMeasured, r.Reason
			if r.Hint != "" { // it matches nothing: what else it could match is for who writes rules
				f.Reason = notRun
			}
		default:
			if f.Verdict == Supported {
				f.Verdict, f.Reason = Inconclusive, r.Reason
			}
		}
	}
	return f, nil
}

const elsewhere = "the document's times were measured on another machine"

// figure judges a documented range by the savings or times that it is about.
func figure(run results.Run, trials []results.Trial, sum verdict.Summary, t results.Target) Entry {
	e := Entry{ID: t.ID, Target: &t}
	var implied *results.Target // of a time: what it saves, by the document's own figures
	for i, d := range run.Targets {
		if d.Derived && t.Unit == results.Seconds && t.Baseline == "" &&
			d.Job == t.Job && d.Phase == t.Phase && d.Variant == t.Variant && slices.Equal(d.States, t.States) {
			implied = &run.Targets[i]
		}
	}
	for _, s := range sum.Savings {
		for _, c := range s.Documented {
			if !run.Departs(s.Job, s.Variant) && (c.Target.ID == t.ID || implied != nil && c.Target.ID == implied.ID) {
				e.Findings = append(e.Findings, ofSaving(run.Policy, s, c))
			}
		}
	}
	comparable := false
	if t.Unit == results.Seconds && t.Baseline != "" && run.Environment[verdict.ComparableFact] == "true" {
		comparable = true
		for _, s := range sum.Savings {
			if speaksOf(run, t, s) {
				e.Findings = append(e.Findings, ofSeconds(run.Policy, s, t))
			}
		}
	}
	for _, c := range sum.Cells {
		for _, p := range c.Phases {
			for _, d := range p.Documented {
				if d.Target.ID == t.ID && d.Position != verdict.NotComparable && !run.Departs(c.Job, c.Variant) {
					comparable = true
					e.Findings = append(e.Findings, ofTime(run.Policy, c.Cell, p, times(trials, c.Cell, p.Name), d))
				}
			}
		}
	}
	if t.Unit == results.Seconds && !comparable {
		e.Verdict, e.Reason = NotComparable, elsewhere
		if implied != nil && len(e.Findings) > 0 {
			if e.conclude(); e.Reason == "" {
				e.Reason = "as a share: " + elsewhere
			}
		}
		return e
	}
	e.conclude()
	return e
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
	case s.Effect.Level < policy.Confidence:
		f.Reason = s.Effect.Reason
	default:
		f.decide(s.Min, s.Max, least)
	}
	return f
}

// speaksOf tells whether a documented saving in seconds is about a measured one.
func speaksOf(run results.Run, t results.Target, s verdict.Saving) bool {
	return verdict.Applies(run, t, results.Seconds, s.Cell, s.Phase) && !run.Departs(s.Job, s.Variant) &&
		t.Baseline == run.DocumentedAs(s.Job, s.Baseline)
}

// ofSeconds judges a documented saving in seconds, for a machine of which it
// holds.
func ofSeconds(policy results.Policy, s verdict.Saving, t results.Target) Finding {
	f := Finding{Verdict: Inconclusive, Saving: &s}
	switch {
	case s.Seconds.N == 0:
		f.Verdict, f.Reason = NotMeasured, s.Reason
	case s.Effect.Level < policy.Confidence:
		f.Reason = s.Effect.Reason
	default:
		f.decide(s.Seconds.Min, s.Seconds.Max, t.Low)
	}
	return f
}

// ofTime judges a documented time, for a machine of which it holds, by the
// interval of the median. Whoever is faster keeps the promise.
func ofTime(policy results.Policy, cell results.Cell, p verdict.Phase, values []float64, c verdict.Comparison) Finding {
	f := Finding{Verdict: Inconclusive, Time: &Time{cell, p.Spread}}
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

// times returns how long a phase took in the trials of a cell that count.
func times(trials []results.Trial, cell results.Cell, phase string) []float64 {
	var all []float64
	for _, t := range trials {
		if v, ok := t.Value(phase); ok && t.Cell == cell && t.Counts() {
			all = append(all, v)
		}
	}
	return all
}

// conclude sets the verdict of the whole from the findings. What was not
// measured does not count where something was.
func (e *Entry) conclude() {
	found := map[Verdict]int{}
	for _, f := range e.Findings {
		found[f.Verdict]++
	}
	e.Reason = ""
	switch {
	case found[Supported] > 0 && found[Refuted] > 0:
		e.Verdict = Depends
	case found[Refuted] > 0:
		e.Verdict = Refuted
	case found[Supported] > 0 && found[Inconclusive] > 0:
		e.Verdict, e.Reason = Inconclusive, fmt.Sprintf("supported in %d of %d situations, and the rest is not decided",
			found[Supported], found[Supported]+found[Inconclusive])
	case found[Supported] > 0:
		e.Verdict = Supported
	default:
		e.Verdict, e.Reason = NotMeasured, notRun
		for _, v := range []Verdict{Inconclusive, NotComparable} {
			if i := slices.IndexFunc(e.Findings, func(f Finding) bool { return f.Verdict == v }); i >= 0 {
				e.Verdict, e.Reason = v, e.Findings[i].Reason
				break
			}
		}
	}
}
