package stats_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/cibench/cibench/results/stats"
)

func TestHolm(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	tests := []struct {
		name    string
		p, want []float64
	}{
		{"none", nil, nil},
		{"one", []float64{0.03}, []float64{0.03}},
		// By hand: 4·0.005, 3·0.01, 2·0.03, and 0.04 is not below the one before.
		{"four", []float64{0.01, 0.04, 0.03, 0.005}, []float64{0.03, 0.06, 0.06, 0.02}},
		{"ties", []float64{0.02, 0.02, 0.02}, []float64{0.06, 0.06, 0.06}},
		{"capped", []float64{0.6, 0, 1}, []float64{1, 0, 1}},
		{"NaN is no member", []float64{nan, 0.02, nan, 0.01}, []float64{nan, 0.02, nan, 0.02}},
		{"NaN alone", []float64{nan}, []float64{nan}},
	}
	for _, tt := range tests {
		before := slices.Clone(tt.p)
		if got := stats.Holm(tt.p); !slices.EqualFunc(got, tt.want, near) {
			t.Errorf("%s: Holm(%v): got %v, want %v", tt.name, tt.p, got, tt.want)
		}
		if !slices.EqualFunc(tt.p, before, near) {
			t.Errorf("%s: the argument became %v, want %v", tt.name, tt.p, before)
		}
	}
}

// TestHolmProperties holds the adjusted values to the procedure itself: step
// down from the smallest p, and stop at the first that is above α/(m-rank).
func TestHolmProperties(t *testing.T) {
	t.Parallel()
	const seed = 43
	rng := rand.New(rand.NewPCG(seed, 0))
	for range 500 {
		p := generate(1+rng.IntN(8), func(int) float64 { return math.Pow(rng.Float64(), 3) })
		alpha := rng.Float64()
		got := stats.Holm(p)
		rejecting := true
		for rank, v := range slices.Sorted(slices.Values(p)) {
			i := slices.Index(p, v)
			rejecting = rejecting && v <= alpha/float64(len(p)-rank)
			if rejecting != (got[i] <= alpha) || got[i] < v || got[i] > 1 {
				t.Fatalf("seed %d: Holm(%v): got %v, want %v to be rejected: %v, at %v", seed, p, got, v, rejecting, alpha)
			}
		}
		slices.Reverse(p)
		slices.Reverse(got)
		if reversed := stats.Holm(p); !slices.Equal(got, reversed) {
			t.Fatalf("seed %d: Holm(%v): got %v, want %v in any order", seed, p, reversed, got)
		}
	}
}
