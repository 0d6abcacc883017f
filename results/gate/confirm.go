package gate

import (
	"fmt"

	"github.com/cibench/cibench/results"
)

// Confirm returns the results of a run, of which those that Fail are confirmed by
// the results of a fresh one: Regressed when the same rule fails there in the
// same cell, and Unconfirmed when it does not. One that was not judged again
// stays a Fail. No other result changes, whatever the fresh run says of it: it
// is there to confirm suspects, not to find others. The fresh run's name stands
// in the reasons.
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
		if f, ok := fresh[keyOf(r)]; ok && r.Status == Fail {
			r = r.confirmedBy(f, name)
		}
		all[i] = r
	}
	return all
}

func (r Result) confirmedBy(f Result, name string) Result {
	switch f.Status {
	case Fail, Regressed:
		r.Status, r.Reason = Regressed, fmt.Sprintf("%s; so does the fresh run %s", r.Reason, name)
	case Pass, Improved:
		r.Status, r.Reason = Unconfirmed, fmt.Sprintf("%s; the fresh run %s keeps the rule", r.Reason, name)
	default:
		r.Status, r.Reason = Unconfirmed, fmt.Sprintf("%s; the fresh run %s is %s: %s", r.Reason, name, f.Status, f.Reason)
	}
	return r
}
