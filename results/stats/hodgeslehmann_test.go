package stats_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/cibench/cibench/results/stats"
)

func TestHodgesLehmann(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	tests := []struct {
		name string
		x    []float64
		want float64
	}{
		{"empty", nil, nan},
		{"one", []float64{3}, 3},
		{"two", []float64{3, 1}, 2},
		{"three", []float64{1, 2, 9}, 3.5}, // of 1, 1.5, 2, 5, 5.5, 9
		{"all equal", []float64{0.1, 0.1, 0.1, 0.1}, 0.1},
		{"around zero", []float64{-1, 1}, 0},
		{"neighbours", []float64{1, math.Nextafter(1, 2)}, 1}, // ties round to even
		{"NaN", []float64{1, nan}, nan},
		{"infinite", []float64{1, 2, inf}, inf}, // of the six means three are
		{"infinite, but few", []float64{1, 2, 3, 4, inf}, 3},
		{"both infinities", []float64{-inf, 1, 2, 3, inf}, nan},
		{"near the limit", []float64{math.MaxFloat64, math.MaxFloat64}, math.MaxFloat64},
		// By definition: i, j = np.triu_indices(len(x)); np.median((x[i]+x[j])/2)
		{"depression", depression, -0.46},
		{"seven", seven, 2.21875},
		{"thirty", thirty, 5.087890625},
	}
	for _, tt := range tests {
		got := stats.HodgesLehmann(tt.x)
		if !near(got, tt.want) || got == 0 && math.Signbit(got) {
			t.Errorf("%s: HodgesLehmann(%v): got %v, want %v", tt.name, tt.x, got, tt.want)
		}
	}
}

// TestHodgesLehmannOfPairs compares with the median of all means of pairs.
func TestHodgesLehmannOfPairs(t *testing.T) {
	t.Parallel()
	const seed = 19
	rng := rand.New(rand.NewPCG(seed, 0))
	for range 300 {
		scale := math.Ldexp(1, rng.IntN(2000)-1000)
		x := generate(1+rng.IntN(25), func(int) float64 { return rng.NormFloat64() * scale })
		before := slices.Clone(x)
		if got, want := stats.HodgesLehmann(x), stats.Median(means(x)); got != want {
			t.Fatalf("seed %d: HodgesLehmann(%v): got %v, want %v", seed, x, got, want)
		}
		if !slices.Equal(x, before) {
			t.Fatalf("seed %d: the argument became %v, want %v", seed, x, before)
		}
	}
}

// means returns the means of all pairs of x in order.
func means(x []float64) []float64 {
	var m []float64
	for i, a := range x {
		for _, b := range x[:i+1] {
			m = append(m, a/2+b/2)
		}
	}
	slices.Sort(m)
	return m
}
