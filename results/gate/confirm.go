package gate

import (
	"fmt"
	"slices"

	"github.com/cibench/cibench/results"
)

// Confirm returns the results of a run, of which those that Fail are confirmed by
// the results of a fresh one: Regressed when the same rule fails there in the
// same cell, and Unconfirmed when it does not, or was not judged there. No other
// result changes, whatever the fresh run says of it: it is there to confirm
// suspects, not to find others. The fresh run's name stands in the reasons.
func Confirm(first, again []Result, name string) []Result {
	type key struct {
		rule, baseline string
		cell           results.Cell
	}
	keyOf := func(r Result) key { return key{r.Rule.String(), r.Baseline, r.Cell} }
	fresh := make(map[key]Result, len(again))
	for _, r := range again {
		fresh[keyOf(r)] = r
	}
	all := make([]Result, len(first))
	for i, r := range first {
		if r.Status == Fail {
			r = r.confirmedBy(fresh[keyOf(r)], name)
		}
		all[i] = r
	}
	return all
}

// Unconfirm returns the results of a run that no fresh one could be had for, and
// why: those that Fail are Unconfirmed. No other result changes.
func Unconfirm(first []Result, why string) []Result {
	all := slices.Clone(first)
	for i, r := range all {
		if r.Status == Fail {
			all[i].Status, all[i].Reason = Unconfirmed, r.Reason+"; it could not be run again: "+why
		}
	}
	return all
}

// confirmedBy returns the result in the light of the fresh one, the zero value
// for none.
func (r Result) confirmedBy(f Result, name string) Result {
	switch f.Status {
	case "":
		r.Status, r.Reason = Unconfirmed, fmt.Sprintf("%s; the fresh run %s has nothing of it", r.Reason, name)
	case Fail, Regressed:
		r.Status, r.Reason = Regressed, fmt.Sprintf("%s; so does the fresh run %s", r.Reason, name)
	case Pass, Improved:
		r.Status, r.Reason = Unconfirmed, fmt.Sprintf("%s; the fresh run %s keeps the rule", r.Reason, name)
	default:
		r.Status, r.Reason = Unconfirmed, fmt.Sprintf("%s; the fresh run %s is %s: %s", r.Reason, name, f.Status, f.Reason)
	}
	return r
}
