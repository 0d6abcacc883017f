package runnertest

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cibench/cibench/results"
)

// wantProblems expects one problem per text, each holding it.
func wantProblems(t *testing.T, got []string, want ...string) {
	t.Helper()
	same := slices.EqualFunc(got, want, strings.Contains)
	if !same {
		t.Errorf("got problems %q, want %q", got, want)
	}
}

func TestSpanProblems(t *testing.T) {
	t.Parallel()
	span := func(edit func(*results.Span)) []results.Span {
		s := results.Span{Phase: "export", Step: "sha256:1", Name: "exporting", Start: 1, Stop: 2}
		edit(&s)
		return []results.Span{s}
	}
	for _, tt := range []struct {
		name  string
		spans []results.Span
		want  []string
	}{
		{"good", span(func(*results.Span) {}), nil},
		{"whole window", span(func(s *results.Span) { s.Start, s.Stop = 0, 3 }), nil},
		{"none", nil, []string{"there are none"}},
		{"open", span(func(s *results.Span) { s.Open = true }), []string{"no stop"}},
		{"backwards", span(func(s *results.Span) { s.Start = 2.5 }), []string{"not an interval"}},
		{"early", span(func(s *results.Span) { s.Start = -0.5 }), []string{"reaches out"}},
		{"late", span(func(s *results.Span) { s.Stop = 3.5 }), []string{"reaches out"}},
		{"nameless", span(func(s *results.Span) { s.Step = "" }), []string{"want a phase, a step and a name"}},
		{"total", span(func(s *results.Span) { s.Phase = "total" }), []string{"the runner's"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			wantProblems(t, spanProblems(tt.spans, 3*time.Second), tt.want...)
		})
	}
}

func TestCheckProblems(t *testing.T) {
	t.Parallel()
	wantProblems(t, checkProblems(nil), "there are none")
	wantProblems(t, checkProblems([]results.Check{
		{Name: "a", Want: "0", Got: "0", OK: true},
		{Name: "b", Want: "0", Got: "7"},
		{Name: "c", Want: "0", OK: true},
	}), "check b: got 7, want 0", "both sides")
}

func TestCounterProblems(t *testing.T) {
	t.Parallel()
	counter := func(name string, unit results.Unit, value float64) results.Sample {
		return results.Sample{Name: name, Kind: results.Counter, Unit: unit, Value: value}
	}
	good := []results.Sample{counter("a", results.Count, 3), counter("b", results.Bytes, 0)}
	wantProblems(t, counterProblems(good, []string{"a", "b"}))
	wantProblems(t, counterProblems(good, []string{"a", "c"}), "c: missing")
	wantProblems(t, counterProblems([]results.Sample{
		counter("a", results.Count, -1),
		counter("a", results.Count, 1),
		counter("b", results.Bytes, 0.5),
		counter("c", results.Bytes, math.NaN()),
		counter("d", results.Seconds, 1),
		{Name: "e", Kind: results.Phase, Unit: results.Count},
	}, nil), "-1 is no count", "twice", "0.5 is no count", "NaN is no count", "counter in seconds", "is a phase")
	wantProblems(t, drift(good, []results.Sample{counter("a", results.Count, 4)}, []string{"a", "b"}), "was 3 in the state's first trial, now 4")
}
