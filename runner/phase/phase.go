// Package phase turns spans into phase durations by interval arithmetic.
//
// A phase lasts as long as the union of its spans: a moment that two of its
// spans cover counts once. Phases are measured apart from each other, so they
// may overlap and do not sum to the total; the total is the runner's, taken
// from its own clock. Which span belongs to which phase is decided by whoever
// reported it. In particular "other" is a phase like any other, the union of
// the spans that no rule claimed, and not the time that no span covers.
package phase

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/cibench/cibench/results"
)

// The reasons for which a span cannot be measured.
var (
	ErrOpen    = errors.New("span has no stop")
	ErrInvalid = errors.New("span is not an interval")
)

// A SpanError tells which span cannot be measured. It wraps ErrOpen or
// ErrInvalid.
type SpanError struct {
	Span results.Span
	Err  error
}

// Error names the span's phase and step, and what is wrong.
func (e *SpanError) Error() string {
	return fmt.Sprintf("phase %q: step %q: %v", e.Span.Phase, e.Span.Name, e.Err)
}

// Unwrap returns the reason.
func (e *SpanError) Unwrap() error { return e.Err }

// Measure returns the length of the union of spans, per phase, in seconds,
// sorted by phase. Spans may come in any order; overlapping spans count once;
// a phase whose spans are all empty lasts zero seconds.
//
// A span without a stop, one that stops before it starts and one whose bounds
// are not finite are errors, joined, each a *SpanError. The phases of such
// spans are left out; the samples of the others are returned beside the error,
// so that a failed trial keeps what is known of it.
func Measure(spans []results.Span) ([]results.Sample, error) {
	byPhase := map[string][]results.Span{}
	broken := map[string]bool{}
	var errs []error
	for _, s := range spans {
		if err := check(s); err != nil {
			errs = append(errs, &SpanError{Span: s, Err: err})
			broken[s.Phase] = true
			continue
		}
		byPhase[s.Phase] = append(byPhase[s.Phase], s)
	}
	var samples []results.Sample
	for _, name := range slices.Sorted(maps.Keys(byPhase)) {
		if broken[name] {
			continue
		}
		samples = append(samples, results.Sample{
			Name:  name,
			Kind:  results.Phase,
			Unit:  results.Seconds,
			Value: union(byPhase[name]),
		})
	}
	return samples, errors.Join(errs...)
}

// check returns why s cannot be measured, or nil.
func check(s results.Span) error {
	switch {
	case s.Open:
		return ErrOpen
	case math.IsInf(s.Start, 0), math.IsInf(s.Stop, 0), !(s.Start <= s.Stop): // a NaN compares false
		return ErrInvalid
	}
	return nil
}

// union returns the length of the union of spans, which are valid and not
// empty. It sorts them in place.
func union(spans []results.Span) float64 {
	slices.SortFunc(spans, func(a, b results.Span) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.Stop, b.Stop))
	})
	var sum float64
	start, stop := spans[0].Start, spans[0].Stop
	for _, s := range spans[1:] {
		if s.Start > stop {
			sum += stop - start
			start, stop = s.Start, s.Stop
			continue
		}
		stop = max(stop, s.Stop)
	}
	return sum + stop - start
}
