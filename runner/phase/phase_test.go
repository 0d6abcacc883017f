package phase_test

import (
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/phase"
)

// span returns a span of phase p that covers [start, stop).
func span(p string, start, stop float64) results.Span {
	return results.Span{Phase: p, Step: "sha256:0", Name: "RUN true", Start: start, Stop: stop}
}

// values measures spans and returns the samples' values by phase.
func values(t *testing.T, spans []results.Span) map[string]float64 {
	t.Helper()
	samples, err := phase.Measure(spans)
	if err != nil {
		t.Fatalf("Measure(%v): %v", spans, err)
	}
	got := map[string]float64{}
	for _, s := range samples {
		got[s.Name] = s.Value
	}
	return got
}

func TestMeasure(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		spans []results.Span
		want  []results.Sample
	}{
		"none":       {},
		"one":        {[]results.Span{span("a", 1, 3)}, []results.Sample{seconds("a", 2)}},
		"apart":      {[]results.Span{span("a", 0, 1), span("a", 5, 7)}, []results.Sample{seconds("a", 3)}},
		"touching":   {[]results.Span{span("a", 0, 1), span("a", 1, 2)}, []results.Sample{seconds("a", 2)}},
		"overlap":    {[]results.Span{span("a", 0, 2), span("a", 1, 3)}, []results.Sample{seconds("a", 3)}},
		"nested":     {[]results.Span{span("a", 0, 9), span("a", 1, 2), span("a", 8, 9)}, []results.Sample{seconds("a", 9)}},
		"unsorted":   {[]results.Span{span("a", 5, 7), span("a", 0, 1)}, []results.Sample{seconds("a", 3)}},
		"empty span": {[]results.Span{span("a", 4, 4)}, []results.Sample{seconds("a", 0)}},
		"negative":   {[]results.Span{span("a", -1, 1)}, []results.Sample{seconds("a", 2)}},
		"two phases overlap": {
			[]results.Span{span("b", 0, 2), span("a", 1, 4)},
			[]results.Sample{seconds("a", 3), seconds("b", 2)},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := phase.Measure(tt.spans)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(tt.want) {
				t.Fatalf("Measure(%v) = %v, want %v", tt.spans, got, tt.want)
			}
			for i := range got {
				if got[i] != tt.want[i] {
					t.Errorf("Measure(%v)[%d] = %v, want %v", tt.spans, i, got[i], tt.want[i])
				}
			}
		})
	}
}

func seconds(name string, v float64) results.Sample {
	return results.Sample{Name: name, Kind: results.Phase, Unit: results.Seconds, Value: v}
}

func TestMeasureRefuses(t *testing.T) {
	t.Parallel()
	open := results.Span{Phase: "a", Name: "RUN x", Start: 1, Open: true}
	tests := map[string]struct {
		span results.Span
		want error
	}{
		"open":          {open, phase.ErrOpen},
		"reversed":      {span("a", 2, 1), phase.ErrInvalid},
		"start NaN":     {span("a", math.NaN(), 1), phase.ErrInvalid},
		"stop NaN":      {span("a", 0, math.NaN()), phase.ErrInvalid},
		"stop infinite": {span("a", 0, math.Inf(1)), phase.ErrInvalid},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := phase.Measure([]results.Span{span("a", 0, 1), tt.span, span("b", 0, 1)})
			if !errors.Is(err, tt.want) {
				t.Errorf("error = %v, want %v", err, tt.want)
			}
			var se *phase.SpanError
			if !errors.As(err, &se) || se.Span.Phase != "a" {
				t.Errorf("error = %#v, want a *SpanError of phase a", err)
			}
			if len(got) != 1 || got[0] != seconds("b", 1) {
				t.Errorf("samples = %v, want the one of b", got)
			}
		})
	}
}

// TestMeasureProperties holds Measure against what a union is, on random
// spans.
func TestMeasureProperties(t *testing.T) {
	t.Parallel()
	const seed = 20251016
	rng := rand.New(rand.NewPCG(seed, 0))
	for round := range 2000 {
		spans := make([]results.Span, 1+rng.IntN(12))
		for i := range spans {
			start := rng.Float64() * 20
			spans[i] = span("a", start, start+rng.ExpFloat64())
		}
		want := values(t, spans)["a"]
		checkBounds(t, spans, want)

		shuffled := append([]results.Span(nil), spans...)
		rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if got := values(t, shuffled)["a"]; got != want {
			t.Errorf("seed %d round %d: another order gives %v, want %v", seed, round, got, want)
		}

		k := rng.IntN(len(spans))
		at := spans[k].Start + rng.Float64()*(spans[k].Stop-spans[k].Start)
		split := append([]results.Span(nil), spans...)
		split[k].Stop = at
		split = append(split, span("a", at, spans[k].Stop))
		if got := values(t, split)["a"]; math.Abs(got-want) > 1e-9 {
			t.Errorf("seed %d round %d: split at %v gives %v, want %v", seed, round, at, got, want)
		}
	}
}

// checkBounds fails unless the union is at least its longest span and at most
// the sum and the hull of all.
func checkBounds(t *testing.T, spans []results.Span, got float64) {
	t.Helper()
	longest, sum := 0.0, 0.0
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, s := range spans {
		d := s.Stop - s.Start
		longest, sum = max(longest, d), sum+d
		lo, hi = min(lo, s.Start), max(hi, s.Stop)
	}
	slack := 1e-9 * (1 + math.Abs(lo) + math.Abs(hi))
	if got < longest-slack || got > sum+slack || got > hi-lo+slack {
		t.Errorf("union of %v = %v, want within [%v, min(%v, %v)]", spans, got, longest, sum, hi-lo)
	}
}

func FuzzMeasure(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{1, 0, 0, 2, 0, 0, 1, 0, 1, 3, 0, 0})
	f.Add([]byte{0, 9, 9, 1, 0, 0, 2, 0, 0, 1, 0, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		var spans []results.Span
		for ; len(data) >= 6; data = data[6:] {
			start := float64(binary.LittleEndian.Uint16(data[1:])) / 16
			s := span(string('a'+rune(data[0]%3)), start, float64(binary.LittleEndian.Uint16(data[3:]))/16)
			s.Open = data[5] == 255
			spans = append(spans, s)
		}
		samples, err := phase.Measure(spans)
		byPhase := map[string][]results.Span{}
		bad := false
		for _, s := range spans {
			byPhase[s.Phase] = append(byPhase[s.Phase], s)
			bad = bad || s.Open || s.Stop < s.Start
		}
		if bad != (err != nil) {
			t.Fatalf("Measure(%v) error = %v, want an error: %t", spans, err, bad)
		}
		for _, s := range samples {
			checkBounds(t, byPhase[s.Name], s.Value)
		}
		if !bad && len(samples) != len(byPhase) {
			t.Fatalf("Measure(%v) = %v, want one sample per phase", spans, samples)
		}
	})
}
