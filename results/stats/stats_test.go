package stats_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/cibench/cibench/results/stats"
)

func TestFigures(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	tests := []struct {
		name             string
		x                []float64
		median, min, max float64
	}{
		{"empty", nil, nan, nan, nan},
		{"one", []float64{3}, 3, 3, 3},
		{"two", []float64{3, 1}, 2, 1, 3},
		{"odd", []float64{9, 1, 5}, 5, 1, 9},
		{"even", []float64{4, 3, 2, 1}, 2.5, 1, 4},
		{"ties", []float64{2, 2, 7, 2}, 2, 2, 7},
		{"negative", []float64{-1, -3}, -2, -3, -1},
		{"a NaN first", []float64{nan, 1, 2}, nan, nan, nan},
		{"a NaN last", []float64{1, 2, nan}, nan, nan, nan},
		{"infinite", []float64{1, inf, 2}, 2, 1, inf},
		{"near the limit", []float64{math.MaxFloat64, math.MaxFloat64}, math.MaxFloat64, math.MaxFloat64, math.MaxFloat64},
	}
	for _, tt := range tests {
		before := slices.Clone(tt.x)
		for _, f := range []struct {
			name string
			got  float64
			want float64
		}{
			{"Median", stats.Median(tt.x), tt.median},
			{"Min", stats.Min(tt.x), tt.min},
			{"Max", stats.Max(tt.x), tt.max},
		} {
			if f.got != f.want && !(math.IsNaN(f.got) && math.IsNaN(f.want)) {
				t.Errorf("%s: %s(%v): got %v, want %v", tt.name, f.name, tt.x, f.got, f.want)
			}
		}
		if !slices.EqualFunc(tt.x, before, func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }) {
			t.Errorf("%s: the argument became %v, want %v", tt.name, tt.x, before)
		}
	}
}

// TestMedianSplits holds the median to its definition: at most half of the
// values lie on either side.
func TestMedianSplits(t *testing.T) {
	t.Parallel()
	const seed = 7
	rng := rand.New(rand.NewPCG(seed, 0))
	for range 500 {
		x := make([]float64, 1+rng.IntN(20))
		for i := range x {
			x[i] = float64(rng.IntN(10))
		}
		m, below, above := stats.Median(x), 0, 0
		for _, v := range x {
			if v < m {
				below++
			}
			if v > m {
				above++
			}
		}
		if 2*below > len(x) || 2*above > len(x) {
			t.Fatalf("seed %d: Median(%v): got %v with %d below and %d above, want at most half each", seed, x, m, below, above)
		}
	}
}
