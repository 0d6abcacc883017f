// Package ledger says of each figure and each sentence of a document what a run
// makes of it.
//
// Every claim has a verdict or a reason why there is none. What decides it is in
// its findings, one for each situation, so that no verdict rests on something
// that is not shown. Each is judged by itself: of fifty claims, some err. How
// that is written down is left to package report.
package ledger

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/gate"
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
	Reason   string          `json:"reason,omitempty"` // why it has none of the first three verdicts, or how far these go
	Findings []Finding       `json:"findings,omitempty"`
}

// A Finding is what becomes of a claim in one situation.
type Finding struct {
	In      string  `json:"in,omitempty"` // of a check, as the claim names it
	Verdict Verdict `json:"verdict"`
	Reason  string  `json:"reason,omitempty"`

	Results []gate.Result   `json:"results,omitempty"` // of a check: its rules
	Saving  *verdict.Saving `json:"saving,omitempty"`  // of a figure: what was saved
	Time    *Measured       `json:"time,omitempty"`    // of a figure: how long it took, in seconds
	Size    *Measured       `json:"size,omitempty"`    // of a figure: how large it was, in bytes
}

// Measured is what was measured in a cell.
type Measured struct {
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
	withPipelines := run.AllTrials(trials)
	var all []Entry
	for _, t := range run.Targets {
		if !t.Derived {
			all = append(all, figure(run, withPipelines, sum, t))
		}
	}
	var errs []error
	for _, c := range run.Claims {
		e, err := sentence(run, c, judge)
		errs = append(errs, err)
		all = append(all, e)
	}
	return all, errors.Join(errs...)
}

// conclude sets the verdict of the whole from the findings. What was not
// measured does not count where something was, and the reason says so.
func (e *Entry) conclude() {
	found := map[Verdict]int{}
	for _, f := range e.Findings {
		found[f.Verdict]++
	}
	decided := found[Supported] + found[Refuted]
	e.Reason = ""
	if decided > 0 && found[NotMeasured] > 0 {
		e.Reason = fmt.Sprintf("measured in %d of %d situations", len(e.Findings)-found[NotMeasured], len(e.Findings))
	}
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
		for _, v := range []Verdict{Inconclusive, NotComparable, NotMeasured} {
			if i := slices.IndexFunc(e.Findings, func(f Finding) bool { return f.Verdict == v }); i >= 0 {
				e.Verdict, e.Reason = v, cmp.Or(e.Findings[i].Reason, e.Reason)
				break
			}
		}
	}
}

// InPart tells whether the verdict rests on some of the situations that the
// claim is meant for, as others were not measured.
func (e *Entry) InPart() bool {
	decided := e.Verdict == Supported || e.Verdict == Refuted || e.Verdict == Depends
	return decided && slices.ContainsFunc(e.Findings, func(f Finding) bool { return f.Verdict == NotMeasured })
}
