// Package gate tells whether a run keeps rules.
//
// A rule bounds a phase or a counter: in itself, beside its baseline variant,
// or beside an earlier run. See Parse for how rules are written, and Evaluate
// for how they are judged. A condition on times is kept or broken only when the
// whole interval says so; the estimate alone never decides. A broken rule is a
// suspect that a fresh run may confirm: intervals err, and of many rules more
// often than of one, which nothing here corrects for.
//
// What to run again, exit codes, and where rules come from is for others.
package gate

import (
	"slices"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
)

// Status is what a rule comes to in a cell.
type Status string

// The statuses.
const (
	Pass         Status = "pass"
	Improved     Status = "improved"     // kept, and better than the baseline run beyond the policy's effect
	Fail         Status = "fail"         // broken: a suspect until a fresh run confirms it
	Regressed    Status = "regressed"    // broken in the fresh run, too
	Unconfirmed  Status = "unconfirmed"  // broken, but not in the fresh run, or there was none
	Inconclusive Status = "inconclusive" // the numbers leave room for both
	Invalid      Status = "invalid"      // there is no number to judge
)

// A Result is what a rule comes to in one cell.
type Result struct {
	Rule     Rule           `json:"rule"`
	Cell     results.Cell   `json:"cell"`               // zero when the rule matches nothing
	Baseline string         `json:"baseline,omitempty"` // the variant of a saving's baseline; else ""
	Parts    []results.Cell `json:"parts,omitempty"`    // of a pipeline: the cells that it sums, with those of the baseline
	Measured Measured       `json:"measured"`
	Status   Status         `json:"status"`
	Reason   string         `json:"reason,omitempty"` // empty for what passes
	Hint     string         `json:"hint,omitempty"`   // what to write instead of a rule that matches nothing
}

// Measured is what a result is judged by. With N = 0 there is no number, and the
// rest is meaningless.
type Measured struct {
	N    int          `json:"n"`    // trials, or pairs for a saving
	Unit results.Unit `json:"unit"` // Ratio for savings, and for changes of times: 0.05 is 5 %

	// Value is the estimate, and Low to High its interval, which has the
	// confidence Level. Of what is exact Level is 1: a counter is from the smallest
	// to the largest of its values with the median as Value, and a smallest or
	// largest time is that time.
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	Level float64 `json:"level"`

	// Interval tells whether Low to High is an interval of the policy's confidence.
	// Where it is not they are the ends of what was seen.
	Interval bool `json:"-"`

	// Against holds the values of the baseline run, in the unit of the sample; nil
	// when they do not matter or there are none.
	Against *verdict.Spread `json:"against,omitempty"`
}

// Worst returns Fail when a result is a Fail or Regressed. Else it returns
// Inconclusive when one is neither Pass nor Improved, or when there is none:
// where nothing was judged nothing is fine. Else it returns Pass.
func Worst(all []Result) Status {
	worst := Pass
	if len(all) == 0 {
		worst = Inconclusive
	}
	for _, r := range all {
		switch r.Status {
		case Fail, Regressed:
			return Fail
		case Pass, Improved:
		default:
			worst = Inconclusive
		}
	}
	return worst
}

// Cells returns the cells of which fresh trials can confirm the result: its own,
// and for a saving its baseline's. Instead of a pipeline's they are those of its
// jobs. There are none for a rule that matches nothing.
func Cells(r Result) []results.Cell {
	switch {
	case r.Cell == results.Cell{}:
		return nil
	case len(r.Parts) > 0:
		return slices.Clone(r.Parts)
	case r.Baseline == "":
		return []results.Cell{r.Cell}
	}
	return []results.Cell{r.Cell, {Job: r.Cell.Job, Variant: r.Baseline, State: r.Cell.State}}
}
