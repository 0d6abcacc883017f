package gate

import (
	"fmt"

	"github.com/cibench/cibench/results"
)

// Confirm returns the results of a run, of which those that Fail are confirmed by
// the results of a fresh one: Regressed when the same rule fails there in the
// same cell, and Unconfirmed when it does not. One that was not judged again
// stays a Fail. No other result changes, whatever the fresh run says of it: it
// is there to confirm suspects, not to find others.
func Confirm(first, again []Result) []Result {
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
		if f, ok := fresh[keyOf(r)]; ok && r.Status == Fail {
			r = r.confirmedBy(f)
		}
		all[i] = r
	}
	return all
}

func (r Result) confirmedBy(f Result) Result {
	switch f.Status {
	case Fail, Regressed:
		r.Status, r.Reason = Regressed, r.Reason+"; so it is in a fresh run"
	case Pass, Improved:
		r.Status, r.Reason = Unconfirmed, r.Reason+"; a fresh run keeps the rule"
	default:
		r.Status, r.Reason = Unconfirmed, fmt.Sprintf("%s; a fresh run is %s: %s", r.Reason, f.Status, f.Reason)
	}
	return r
}
