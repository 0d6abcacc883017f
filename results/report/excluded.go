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
