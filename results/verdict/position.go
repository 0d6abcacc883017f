package verdict

import (
	"fmt"
	"slices"

	"github.com/cibench/cibench/results"
)

// Position is where a median lies against a documented range, ends included.
// A single documented figure is hardly ever hit by a median: there the position
// tells first whether the range over the trials or blocks includes it. A position
// describes these numbers and does not say how sure they are.
type Position string

// The positions.
const (
	Inside        Position = "inside"
	Around        Position = "around" // of a single figure: smallest and largest number enclose it
	Above         Position = "above"  // for a saving: more is saved than documented
	Below         Position = "below"
	NotComparable Position = "not comparable"
)

// ComparableFact is the fact of an environment that tells, with the value
// "true", that documented absolute times hold for this machine. No program can
// find that out: the user says so.
const ComparableFact = "targets.comparable"

// Comparable tells whether documented absolute times hold for the run's machine.
func Comparable(run results.Run) bool { return run.Environment[ComparableFact] == "true" }

// A Comparison holds a median against one documented range.
type Comparison struct {
	Target   results.Target `json:"target"`
	Position Position       `json:"position"`
	Reason   string         `json:"reason,omitempty"` // why it is NotComparable; else empty
}

// absolute compares seconds with the times documented for the cell's phase.
func absolute(run results.Run, cell results.Cell, phase string, seconds Spread) []Comparison {
	reason := ""
	switch {
	case run.Simulated:
		reason = "the time is simulated"
	case !Comparable(run):
		reason = "the documented time was measured on another machine"
	}
	var all []Comparison
	for _, t := range run.Targets {
		// With a baseline the figure is what is saved, not what it takes.
		if t.Baseline == "" && Applies(run, t, results.Seconds, cell, phase) {
			all = append(all, compare(t, seconds, reason))
		}
	}
	return all
}

// relative compares the saving with the savings documented for it.
func relative(run results.Run, s Saving) []Comparison {
	var all []Comparison
	for _, t := range run.Targets {
		if !Applies(run, t, results.Ratio, s.Cell, s.Phase) {
			continue
		}
		reason := ""
		switch {
		case t.Baseline != "" && t.Baseline != run.DocumentedAs(s.Cell.Job, s.Baseline):
			reason = fmt.Sprintf("documented against %s, measured against %s", t.Baseline, s.Baseline)
		case s.N == 0:
			reason = s.Reason
		}
		all = append(all, compare(t, s.Spread, reason))
	}
	return all
}

// Applies tells whether a target of that unit speaks of a phase of a cell.
func Applies(run results.Run, t results.Target, unit results.Unit, cell results.Cell, phase string) bool {
	return t.Unit == unit && t.Job == cell.Job && t.Variant == run.DocumentedAs(cell.Job, cell.Variant) && t.Phase == phase &&
		slices.Contains(t.States, cell.State)
}

// compare places the median, unless there is a reason not to.
func compare(t results.Target, measured Spread, reason string) Comparison {
	c := Comparison{Target: t, Reason: reason}
	switch {
	case reason != "":
		c.Position = NotComparable
	case t.Low == t.High && measured.Min <= t.Low && t.Low <= measured.Max:
		c.Position = Around
	case measured.Median < t.Low:
		c.Position = Below
	case measured.Median > t.High:
		c.Position = Above
	default:
		c.Position = Inside
	}
	return c
}
