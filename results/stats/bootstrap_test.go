package stats_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/cibench/cibench/results/stats"
)

func mean(x []float64) float64 {
	var sum float64
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

func TestBootstrap(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	few := func(x []float64) float64 { // no number if all values drawn are equal
		if slices.Min(x) == slices.Max(x) {
			return nan
		}
		return mean(x)
	}
	count := func() func([]float64) float64 { // 0, 1, 2, ...
		calls := -1.0
		return func([]float64) float64 { calls++; return calls }
	}
	tests := []struct {
		name      string
		x         []float64
		statistic func([]float64) float64
		level     float64
		resamples int
		want      stats.Interval
	}{
		{"empty", nil, mean, 0.95, 999, stats.Interval{Low: nan, High: nan}},
		{"NaN", []float64{1, nan, 2}, mean, 0.95, 999, stats.Interval{Low: nan, High: nan}},
		{"no resamples", seven, mean, 0.95, 0, stats.Interval{Low: nan, High: nan}},
		{"a statistic without a number", []float64{1, 2}, few, 0.95, 999, stats.Interval{Low: nan, High: nan}},
		{"one", []float64{3}, mean, 0.95, 999, stats.Interval{Low: 3, High: 3}},
		{"all equal", []float64{3, 3, 3}, mean, 0.95, 999, stats.Interval{Low: 3, High: 3, Level: 0.95}},
		{"too few resamples", []float64{3, 3, 3}, mean, 0.95, 19, stats.Interval{Low: 3, High: 3, Level: 0.9}},
		{"just enough", []float64{3, 3, 3}, mean, 0.9, 19, stats.Interval{Low: 3, High: 3, Level: 0.9}},
		{"one left out at each end", seven, count(), 0.8, 19, stats.Interval{Low: 1, High: 17, Level: 0.8}},
		{"infinite", []float64{1, math.Inf(1)}, slices.Max[[]float64], 0.9, 999, stats.Interval{Low: 1, High: math.Inf(1), Level: 0.9}},
	}
	for _, tt := range tests {
		before := slices.Clone(tt.x)
		if got := stats.Bootstrap(tt.x, tt.statistic, tt.level, tt.resamples, 1); !same(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
		if !slices.EqualFunc(tt.x, before, near) {
			t.Errorf("%s: the argument became %v, want %v", tt.name, tt.x, before)
		}
	}
}

// TestBootstrapOfAll compares with the quantiles over all samples that can be
// drawn: 4 values of 4.
func TestBootstrapOfAll(t *testing.T) {
	t.Parallel()
	x := []float64{1, 2, 4, 8}
	var all []float64
	for c := range 4 * 4 * 4 * 4 {
		all = append(all, mean([]float64{x[c&3], x[c>>2&3], x[c>>4&3], x[c>>6&3]}))
	}
	slices.Sort(all)
	// A tail of 0.1 is far enough from the steps of these 256 that draws do
	// not reach the next one.
	want := stats.Interval{Low: all[25], High: all[255-25], Level: 0.8}
	for seed := range uint64(5) {
		if got := stats.Bootstrap(x, mean, 0.8, 9999, seed); !same(got, want) {
			t.Errorf("seed %d: got %v, want %v", seed, got, want)
		}
	}
}

// TestBootstrapIsReproducible has the numbers of one seed, which another
// machine and another order give again. They stray from the 0.32 and 4.39 of
// scipy.stats.bootstrap((x,), np.mean, method="percentile", n_resamples=999999)
// by about 0.06, as 1999 draws do.
func TestBootstrapIsReproducible(t *testing.T) {
	t.Parallel()
	x := slices.Clone(seven)
	want := stats.Interval{Low: 0.35714285714285715, High: 4.464285714285714, Level: 0.95}
	rng := rand.New(rand.NewPCG(37, 0))
	for range 5 {
		if got := stats.Bootstrap(x, mean, 0.95, 1999, 41); got != want {
			t.Errorf("Bootstrap(%v): got %v, want %v", x, got, want)
		}
		rng.Shuffle(len(x), func(i, j int) { x[i], x[j] = x[j], x[i] })
	}
	if got := stats.Bootstrap(x, mean, 0.95, 1999, 42); got == want {
		t.Errorf("seed 42: got %v, as of seed 41", got)
	}
	moved := generate(len(x), func(i int) float64 { return 4*x[i-1] + 16 })
	want = stats.Interval{Low: 4*want.Low + 16, High: 4*want.High + 16, Level: want.Level}
	if got := stats.Bootstrap(moved, mean, 0.95, 1999, 41); !same(got, want) {
		t.Errorf("Bootstrap(4x+16): got %v, want %v", got, want)
	}
}

// TestBootstrapCovers bounds by how much the percentile interval of a median
// covers less, or more, than its level says.
func TestBootstrapCovers(t *testing.T) {
	t.Parallel()
	const seed, trials, level = 17, 400, 0.9375
	for _, tt := range []struct {
		n         int
		low, high float64
	}{
		{5, 0.86, 0.97},
		{20, 0.91, 0.97},
	} {
		rng := rand.New(rand.NewPCG(seed, 0))
		hits := 0.0
		for i := range trials {
			x := generate(tt.n, func(int) float64 { return rng.NormFloat64() })
			got := stats.Bootstrap(x, stats.Median, level, 399, uint64(i))
			if got.Low <= 0 && 0 <= got.High {
				hits++
			}
		}
		if share := hits / trials; share < tt.low || share > tt.high {
			t.Errorf("seed %d: %d values: got the median inside of %v of the intervals, want %v to %v", seed, tt.n, share, tt.low, tt.high)
		}
	}
}
