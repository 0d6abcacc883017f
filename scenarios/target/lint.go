package target

import (
	"fmt"
	"math"
	"strings"
)

// A Finding is a figure that others of its document contradict.
type Finding struct {
	Target  Target // what the document says
	Because string // "its rows", "its phases add up"
	Low     float64
	High    float64 // what follows from the others, in the target's unit
}

// Label writes what follows from the others as a document would.
func (f Finding) Label() string {
	if f.Target.Unit == Ratio {
		return percentLabel(f.Low, f.High)
	}
	return timeLabel(f.Low, f.High)
}

// Lint holds a document's figures against each other: savings against the rows
// that they are about, totals against the sums of their phases, and those of
// pipelines, given by name, against the sums of their jobs. A figure may be
// rounded to its last digit.
func Lint(s Set, pipelines map[string][]string) []Finding {
	var found []Finding
	check := func(t Target, because string, low, high float64) {
		if slack := t.rounding(); math.Abs(t.Low-low) > slack || math.Abs(t.High-high) > slack {
			found = append(found, Finding{t, because, low, high})
		}
	}
	for _, t := range s.Targets {
		switch {
		case t.Derived, t.Unit == Bytes:
		case t.Baseline != "":
			before, ok := s.time(t.Job, t.Phase, s.baselineColumn(t))
			after, ok2 := s.time(t.Job, t.Phase, t.Column)
			if !ok || !ok2 {
				continue
			}
			if t.Unit == Ratio {
				d := saving(before, after)
				check(t, "its rows", d.Low, d.High)
			} else {
				a, b := before.Low-after.Low, before.High-after.High
				check(t, "its rows", min(a, b), max(a, b))
			}
		case t.Phase == total && pipelines[t.Job] != nil:
			if low, high, ok := s.sum(pipelines[t.Job], t.Column); ok {
				check(t, "its jobs, one after the other", low, high)
			}
		case t.Phase == total:
			if low, high, ok := s.phases(t.Job, t.Column); ok {
				check(t, "its phases", low, high)
			}
		}
	}
	return found
}

// total is the phase that is the whole of a job.
const total = "total"

// time returns the time that a cell of a table gives.
func (s Set) time(job, phase, column string) (Target, bool) {
	for _, t := range s.Targets {
		if t.Job == job && t.Phase == phase && t.Column == column && t.Baseline == "" {
			return t, true
		}
	}
	return Target{}, false
}

// baselineColumn returns the column of what a saving is saved of.
func (s Set) baselineColumn(saving Target) string {
	for _, t := range s.Targets {
		if t.Job == saving.Job && t.Variant == saving.Baseline && t.Baseline == "" {
			return t.Column
		}
	}
	return ""
}

// phases adds up a column; false when it has fewer than two phases but its
// total. Parts of phases do not count.
func (s Set) phases(job, column string) (low, high float64, ok bool) {
	n := 0
	for _, t := range s.Targets {
		if t.Job == job && t.Column == column && t.Baseline == "" && t.Phase != total && !strings.Contains(t.Phase, ".") {
			low, high, n = low+t.Low, high+t.High, n+1
		}
	}
	return low, high, n > 1
}

// sum adds up the totals of jobs; false when one has none.
func (s Set) sum(jobs []string, column string) (low, high float64, ok bool) {
	for _, job := range jobs {
		t, ok := s.time(job, total, column)
		if !ok {
			return 0, 0, false
		}
		low, high = low+t.Low, high+t.High
	}
	return low, high, true
}

// rounding is half of the last digit of a target's label, in its unit, and what
// computing adds.
func (t Target) rounding() float64 {
	step := 0.01
	if t.Unit == Seconds {
		step, _ = unitSeconds(lastUnit(strings.TrimSpace(t.Label)))
	}
	if m := labelAmount.FindStringSubmatch(labelAbout.ReplaceAllString(t.Label, "")); m != nil {
		_, digits, _ := strings.Cut(m[1], ".")
		step /= math.Pow10(len(digits))
	}
	return step/2 + 1e-9
}

// timeLabel writes a range of seconds as a document would.
func timeLabel(low, high float64) string {
	unit, name := 1.0, "s"
	if high >= 60 {
		unit, name = 60, "min"
	}
	a, b := fmt.Sprintf("%.3g", low/unit), fmt.Sprintf("%.3g", high/unit)
	if a == b {
		return a + " " + name
	}
	return a + "-" + b + " " + name
}
