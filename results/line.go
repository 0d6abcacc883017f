package results

import (
	"fmt"
	"iter"
	"math"
	"strconv"
	"strings"
)

// A Line is one sample with everything needed to read it on its own: a row of
// an export. Its JSON names, in this order, are the columns of every format.
type Line struct {
	Run     string   `json:"run"`
	Study   string   `json:"study"`
	Job     string   `json:"job"`
	Variant string   `json:"variant"`
	State   string   `json:"state"`
	Block   int      `json:"block"` // from 1; 0 for a warm-up, which is never compared
	Trial   string   `json:"trial"`
	Phase   string   `json:"phase"` // the sample's name, be it a phase or a counter; "" without a sample
	Unit    Unit     `json:"unit"`  // "" without a sample
	Value   *Decimal `json:"value"` // nil without a sample
	Outcome Outcome  `json:"outcome"`
	Reason  string   `json:"reason"`
}

// Lines turns the trials of a run into lines, one per sample, in the given
// order, and after them those of the run's pipelines, whose trial is the sum of
// several: "b01-lint-cold + b01-build-cold". A trial that failed before it had a sample yields one line without
// phase, unit and value: it stays in the export and adds to no phase. Text
// that is not valid UTF-8 is repaired with U+FFFD. An error of trials is
// passed on and ends the sequence.
func Lines(run Run, trials iter.Seq2[Trial, error]) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		for t, err := range run.WithDerived(trials) {
			if err != nil {
				yield(Line{}, err)
				return
			}
			for _, l := range t.lines(run) {
				if !yield(l, nil) {
					return
				}
			}
		}
	}
}

func (t *Trial) lines(run Run) []Line {
	base := Line{
		Run:     run.ID,
		Study:   clean(run.Study),
		Job:     clean(t.Cell.Job),
		Variant: clean(t.Cell.Variant),
		State:   clean(t.Cell.State),
		Block:   t.Block,
		Trial:   clean(t.ID),
		Outcome: t.Outcome,
		Reason:  clean(t.Reason),
	}
	if t.Warmup {
		base.Block = 0
	}
	if len(t.Samples) == 0 {
		return []Line{base}
	}
	lines := make([]Line, len(t.Samples))
	for i, s := range t.Samples {
		v := Decimal(s.Value)
		lines[i] = base
		lines[i].Phase, lines[i].Unit, lines[i].Value = clean(s.Name), s.Unit, &v
	}
	return lines
}

func clean(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// A Decimal is a number that is written with as many digits as it takes to
// read the same float64 again, and never with an exponent.
type Decimal float64

// String returns d in decimal notation, "1234567.25".
func (d Decimal) String() string { return strconv.FormatFloat(float64(d), 'f', -1, 64) }

// MarshalJSON returns d as a JSON number; NaN and infinities are errors.
func (d Decimal) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(d)) || math.IsInf(float64(d), 0) {
		return nil, fmt.Errorf("write %v as JSON: not a finite number", float64(d))
	}
	return []byte(d.String()), nil
}
