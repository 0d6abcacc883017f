package report

import (
	"fmt"

	"github.com/cibench/cibench/results/verdict"
)

// excluded lists the trials whose numbers do not count, with their reasons.
func excluded(sum verdict.Summary) document {
	var l list
	for _, c := range sum.Cells {
		for _, e := range c.Excluded {
			text := string(e.Outcome)
			if e.Reason != "" {
				text += ": " + e.Reason
			}
			l = append(l, item{fmt.Sprintf("%s, block %d", e.Trial, e.Block), text})
		}
	}
	if len(l) == 0 {
		return nil
	}
	return document{heading{"Trials left out"}, l}
}

// disturbed lists the trials that count although the machine did something else
// besides.
func disturbed(sum verdict.Summary) document {
	var l list
	for _, c := range sum.Cells {
		for _, d := range c.Disturbed {
			l = append(l, item{fmt.Sprintf("%s, block %d", d.Trial, d.Block), d.What})
		}
	}
	if len(l) == 0 {
		return nil
	}
	return document{heading{"Trials that were disturbed"}, paragraph{"They count: a pair shares much of what disturbs it."}, l}
}
