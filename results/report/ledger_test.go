package report

import (
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/ledger"
	"github.com/cibench/cibench/results/verdict"
)

func TestFindingThatWasNotMeasured(t *testing.T) {
	t.Parallel()
	saving := &verdict.Saving{Cell: results.Cell{Variant: "after", State: "cold"}}
	for want, f := range map[string]ledger.Finding{
		"not measured, no such trial":                {},
		"a pin moves: not measured, no such trial":   {In: "a pin moves"},
		"after in cold: not measured, no such trial": {Saving: saving},
	} {
		f.Verdict, f.Reason = ledger.NotMeasured, "no such trial"
		if got := finding(f, ledger.Entry{Verdict: ledger.Supported}); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
