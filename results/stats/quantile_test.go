package stats_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/cibench/cibench/results/stats"
)

func TestQuantile(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	ten := []float64{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}
	for _, tt := range []struct {
		name    string
		x       []float64
		q, want float64
	}{
		{"empty", nil, 0.9, nan},
		{"NaN", []float64{1, nan}, 0.9, nan},
		{"q is 0", ten, 0, nan},
		{"q is 1", ten, 1, nan},
		{"q is NaN", ten, nan, nan},
		{"one", []float64{3}, 0.9, 3},
		{"ten", ten, 0.9, 9},
		{"ten, above", ten, 0.91, 10},
		{"ten, least", ten, 1e-9, 1},
		{"ten, middle", ten, 0.5, 5},
	} {
		if got := stats.Quantile(tt.x, tt.q); !near(got, tt.want) {
			t.Errorf("%s: Quantile(%v, %v): got %v, want %v", tt.name, tt.x, tt.q, got, tt.want)
		}
	}
}

// TestQuantileInterval has the places and levels of the definition with SciPy:
// with below(i) = binom.cdf(i, n, q) and above(i) = binom.sf(i, n, q) the ends
// are the highest low and the lowest high with below(low) and above(high) of at
// most half of 1-level, or what the other end leaves of it, and the level is
// 1-below(low)-above(high).
func TestQuantileInterval(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	for _, tt := range []struct {
		n        int
		q, level float64
		want     stats.Interval // of the values 0 to n-1
	}{
		{0, 0.9, 0.9, stats.Interval{Low: nan, High: nan}},
		{1, 0.9, 0.9, stats.Interval{}},
		{5, 1, 0.9, stats.Interval{Low: nan, High: nan}},
		{26, 0.9, 0.9375, stats.Interval{Low: 0, High: 25, Level: 0.9353891811077333}},
		{27, 0.9, 0.9375, stats.Interval{Low: 19, High: 26, Level: 0.9379788562524222}},
		{30, 0.9, 0.9375, stats.Interval{Low: 22, High: 29, Level: 0.9498252224868625}},
		{30, 0.9, 0.95, stats.Interval{Low: 21, High: 29, Level: 0.9555890127195255}},
		{30, 0.5, 0.95, stats.Interval{Low: 9, High: 20, Level: 0.9572260547429323}},
		{30, 0.25, 0.9, stats.Interval{Low: 3, High: 12, Level: 0.9409570333963436}},
		{30, 0.75, 0.9, stats.Interval{Low: 17, High: 26, Level: 0.9409570333963436}},
		{30, 0.1, 0.9375, stats.Interval{Low: 0, High: 7, Level: 0.9498252224868624}},
		{30, 0.9, nan, stats.Interval{Low: 0, High: 29, Level: 1 - math.Pow(0.9, 30) - 1e-30}},
	} {
		x := generate(tt.n, func(i int) float64 { return float64(i - 1) })
		if got := stats.QuantileInterval(x, tt.q, tt.level); !same(got, tt.want) {
			t.Errorf("QuantileInterval of %d values, %v, %v: got %v, want %v", tt.n, tt.q, tt.level, got, tt.want)
		}
	}
	const seed = 41
	rng := rand.New(rand.NewPCG(seed, 0))
	for n := 1; n < 60; n++ { // the median has an interval already
		x, level := generate(n, func(int) float64 { return rng.NormFloat64() }), rng.Float64()
		if got, want := stats.QuantileInterval(x, 0.5, level), stats.MedianInterval(x, level); !same(got, want) && math.Abs(got.Level-want.Level) > 1e-11 {
			t.Errorf("seed %d: QuantileInterval(%v, 0.5, %v): got %v, want %v", seed, x, level, got, want)
		}
	}
}

func TestQuantileMinN(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		q, level float64
		want     int
	}{
		{0.9, 0.9375, 27}, {0.1, 0.9375, 27}, {0.5, 0.9375, 5}, {0.9, 0.95, 29}, {0.9, 0, 1},
		{0.9, 1, math.MaxInt}, {0.9, math.NaN(), math.MaxInt}, {1, 0.9, math.MaxInt}, {0, 0.9, math.MaxInt},
	} {
		if got := stats.QuantileMinN(tt.q, tt.level); got != tt.want {
			t.Errorf("QuantileMinN(%v, %v): got %d, want %d", tt.q, tt.level, got, tt.want)
		}
	}
}

// TestQuantileCovers counts how often the interval holds the quantile.
func TestQuantileCovers(t *testing.T) {
	t.Parallel()
	const seed, trials, q = 43, 3000, 0.9
	rng := rand.New(rand.NewPCG(seed, 0))
	for _, n := range []int{28, 45, 80} {
		var hits, achieved float64
		for range trials {
			got := stats.QuantileInterval(generate(n, func(int) float64 { return rng.ExpFloat64() }), q, 0.9)
			if want := -math.Log(1 - q); got.Low <= want && want <= got.High {
				hits++
			}
			achieved = got.Level
		}
		bound := 4 * math.Sqrt(achieved*(1-achieved)/trials)
		if share := hits / trials; math.Abs(share-achieved) > bound || achieved < 0.9 {
			t.Errorf("seed %d: %d values: got %v hits, want %v, give or take %v", seed, n, share, achieved, bound)
		}
	}
}
