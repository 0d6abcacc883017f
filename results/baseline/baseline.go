// Package baseline keeps what one run measured as a text that people review:
// sorted, a fact or a series a line, so that a figure that changed is a line
// that changed.
//
// A Baseline of Of or Parse has its series sorted, each once, and its numbers
// as the text has them: writing and reading it changes nothing. Diff says what
// differs and decides nothing; where the text is kept is for others.
package baseline

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cibench/cibench/results"
)

// ErrNothing is the error of a run that has no number to keep.
var ErrNothing = errors.New("no ok trial")

// A Baseline is what one run measured, and where.
type Baseline struct {
	Study       string
	StudyDigest string
	Run         string
	Simulated   bool      // measured by the cost model, not on a machine
	Started     time.Time // UTC, in seconds
	Policy      results.Policy
	Environment results.Environment
	Series      []results.Series // sorted; a time is in steps of 0.1 ms
}

// Of returns the baseline that the trials of the run make, in any order, with the
// sums of its pipelines. What measures chance is no figure to hold others against
// and is not in it. Without an OK trial the error wraps ErrNothing.
func Of(run results.Run, trials []results.Trial) (Baseline, error) {
	trials = slices.Clone(trials)
	trials = slices.DeleteFunc(trials, func(t results.Trial) bool { return run.IsNull(t.Cell.Job, t.Cell.Variant) })
	slices.SortStableFunc(trials, func(a, b results.Trial) int { return cmp.Compare(a.Slot, b.Slot) })
	b := Baseline{
		Study: run.Study, StudyDigest: run.StudyDigest, Run: run.ID, Simulated: run.Simulated,
		Started: run.Started.UTC().Truncate(time.Second), Policy: run.Policy, Environment: results.Environment{},
		Series: results.SeriesOf(run.AllTrials(trials)),
	}
	b.Policy.Interval = "" // of pairs, of which there are none with another run
	if b.Policy.Decider() == results.PhaseTotal {
		b.Policy.Phase = "" // as the text has it
	}
	maps.Copy(b.Environment, run.Environment)
	if len(b.Series) == 0 {
		return Baseline{}, &hinted{
			fmt.Errorf("baseline of run %s: %w among its %d trials", run.ID, ErrNothing, len(trials)),
			"`cibench show " + run.ID + "` says why each was left out; take a run that measured something",
		}
	}
	for _, s := range b.Series {
		if err := check(s); err != nil {
			return Baseline{}, fmt.Errorf("baseline of run %s: %s %s: %w", run.ID, s.Cell, s.Name, err)
		}
		for i, v := range s.Values {
			s.Values[i] = round(s.Unit, v)
		}
	}
	return b, nil
}

// Cells returns the cells that were measured, sorted.
func (b Baseline) Cells() []results.Cell { return results.CellsOf(b.Series) }

// check refuses a series that the text could not be read with.
func check(s results.Series) error {
	_, kind := results.ParseKind(string(s.Kind))
	_, unit := results.ParseUnit(string(s.Unit))
	return errors.Join(kind, unit)
}

// hinted is an error that the user can mend.
type hinted struct {
	err  error
	hint string
}

func (e *hinted) Error() string { return e.err.Error() }
func (e *hinted) Unwrap() error { return e.err }

// Hint says what to do.
func (e *hinted) Hint() string { return e.hint }

// decimals is how many of a second's the text has. More are noise that would
// change with every run.
const decimals = 4

// Number returns v as the text has it: seconds in steps of 0.1 ms, all else
// exactly, and never with an exponent.
func Number(unit results.Unit, v float64) string {
	s := results.Decimal(v).String()
	if unit == results.Seconds {
		s = strconv.FormatFloat(v, 'f', decimals, 64)
	}
	if digits, negative := strings.CutPrefix(s, "-"); negative && strings.Trim(digits, "0.") == "" {
		return digits // no negative zero
	}
	return s
}

// round returns the number that is read where v was written.
func round(unit results.Unit, v float64) float64 {
	r, err := strconv.ParseFloat(Number(unit, v), 64)
	if err != nil {
		panic(err) // a finite number in decimal notation is one
	}
	return r
}
