package gate

import (
	"strings"
)

// A Rule is one condition on a phase or counter.
type Rule struct {
	Name string // of the phase or counter

	// Job, Variant and State are patterns of path.Match that the cell must match,
	// and Baseline, of a saving, one that the variant's baseline must match; an
	// empty one matches all.
	Job, Variant, State, Baseline string

	Aggregate Aggregate
	Of        Measure
	Op        Op
	Bound     Quantity // with Within the lower one
	Upper     Quantity // with Within alone

	Text string // as it was written, without comment
	File string // the name given to Parse; "" for a rule by itself
	Line int    // from 1
}

// Aggregate says which number of several trials is meant.
type Aggregate string

// The aggregates of times. Counters have none: every trial's value must keep the
// rule.
const (
	Each Aggregate = ""
	P50  Aggregate = "p50" // the median
	P90  Aggregate = "p90"
	Min  Aggregate = "min"
	Max  Aggregate = "max"
)

var aggregates = []Aggregate{P50, P90, Min, Max}

// Measure says what of a number is bounded.
type Measure string

// The measures.
const (
	Value  Measure = "value"  // the number itself
	Change Measure = "change" // in per cent of what it was in a baseline run
	Saving Measure = "saving" // in per cent of what the baseline variant takes
	Share  Measure = "share"  // in per cent of the trial's total
)

// Op is how a number must lie to its bound.
type Op string

// The operators. Within, which is written without one, includes both bounds.
const (
	Less         Op = "<"
	LessEqual    Op = "<="
	Greater      Op = ">"
	GreaterEqual Op = ">="
	Equal        Op = "=="
	NotEqual     Op = "!="
	Within       Op = ".."
)

var operators = []Op{LessEqual, GreaterEqual, Equal, NotEqual, Less, Greater} // the longest first

// String returns the rule in canonical form, which parses to the same rule but
// for Text, File and Line.
func (r Rule) String() string {
	return r.Subject() + " " + r.Condition()
}

// Subject returns what the rule is about: "total[after vs before, state=hit]".
func (r Rule) Subject() string {
	var parts []string
	if r.Baseline != "" {
		parts = append(parts, r.Variant+" vs "+r.Baseline)
	}
	if r.Job != "" {
		parts = append(parts, "job="+r.Job)
	}
	if r.Variant != "" && r.Baseline == "" {
		parts = append(parts, "variant="+r.Variant)
	}
	if r.State != "" {
		parts = append(parts, "state="+r.State)
	}
	if len(parts) == 0 {
		return r.Name
	}
	return r.Name + "[" + strings.Join(parts, ", ") + "]"
}

// Condition returns what is wanted: "p50 < 60s", "saves 55%..65%".
func (r Rule) Condition() string {
	var parts []string
	if r.Aggregate != Each {
		parts = append(parts, string(r.Aggregate))
	}
	switch r.Of {
	case Saving:
		parts = append(parts, saves)
	case Share:
		parts = append(parts, takes)
	}
	switch {
	case r.Op == Within:
		parts = append(parts, r.Bound.String()+".."+r.Upper.String())
	case r.Of == Change && r.Bound.Number >= 0:
		parts = append(parts, string(r.Op), "+"+r.Bound.String())
	default:
		parts = append(parts, string(r.Op), r.Bound.String())
	}
	return strings.Join(parts, " ")
}

// MarshalText returns the canonical form.
func (r Rule) MarshalText() ([]byte, error) { return []byte(r.String()), nil }
