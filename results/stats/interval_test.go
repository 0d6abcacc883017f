package stats_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/cibench/cibench/results/stats"
)

// Samples with which SciPy made the expected values.
var (
	// depression is the change of nine patients (Hollander and Wolfe, 1973,
	// p. 29), the example of R's wilcox.test.
	depression = []float64{-0.952, 0.147, -1.022, -0.43, -0.62, -0.59, -0.49, 0.08, -0.01}
	seven      = []float64{0.25, -1.5, 2.25, 3.75, -0.125, 4.5, 7}
	// thirty is [(i*i*7+3*i)%101/8 + i/1024 for i in range(1, 31)].
	thirty = generate(30, func(i int) float64 { return float64((i*i*7+3*i)%101)/8 + float64(i)/1024 })
)

func generate(n int, f func(i int) float64) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = f(i + 1)
	}
	return x
}

// near tells whether two figures are the same but for rounding, of which
// RegIncBeta has most. NaN is NaN.
func near(a, b float64) bool {
	return a == b || math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-11*max(math.Abs(a), math.Abs(b))
}

func same(a, b stats.Interval) bool {
	return near(a.Low, b.Low) && near(a.High, b.High) && near(a.Level, b.Level)
}

// intervals are the functions that bound the centre of one sample, and the
// two-sided p-value of the test that each of them inverts, of a sample without
// ties: few enough of all ways to sign the values are as extreme.
var intervals = []struct {
	name     string
	interval func(x []float64, level float64) stats.Interval
	p        func(x []float64, mu float64) float64
}{
	{"SignedRankInterval", stats.SignedRankInterval, func(x []float64, mu float64) float64 { return signings(x, mu, rank) }},
	{"MedianInterval", stats.MedianInterval, func(x []float64, mu float64) float64 { return signings(x, mu, one) }},
}

// signings returns the share of all ways to sign the distances of x from mu
// whose positive part, weighted, is as far from its mean as that of x, or
// farther.
func signings(x []float64, mu float64, weight func(x []float64, mu, v float64) int) float64 {
	ways := map[int]float64{0: 1} // by the sum of weights of positive values
	var observed, total int
	for _, v := range x {
		w := weight(x, mu, v)
		if total += w; v > mu {
			observed += w
		}
		next := map[int]float64{}
		for sum, share := range ways {
			next[sum] += share / 2
			next[sum+w] += share / 2
		}
		ways = next
	}
	var p float64
	for sum, share := range ways {
		if abs(2*sum-total) >= abs(2*observed-total) {
			p += share
		}
	}
	return p
}

func one([]float64, float64, float64) int { return 1 }

// rank returns the rank of the distance of v from mu among those of x.
func rank(x []float64, mu, v float64) int {
	r := 0
	for _, w := range x {
		if math.Abs(w-mu) <= math.Abs(v-mu) {
			r++
		}
	}
	return r
}

func abs(n int) int { return max(n, -n) }

func TestIntervalsAtTheEdges(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	largest := math.MaxFloat64
	tests := []struct {
		name  string
		x     []float64
		level float64
		want  stats.Interval
	}{
		{"empty", nil, 0.95, stats.Interval{Low: nan, High: nan}},
		{"NaN", []float64{1, nan, 3, 4, 5, 6, 7}, 0.95, stats.Interval{Low: nan, High: nan}},
		{"one", []float64{3}, 0.95, stats.Interval{Low: 3, High: 3}},
		{"two", []float64{3, 1}, 0.95, stats.Interval{Low: 1, High: 3, Level: 0.5}},
		{"too few", []float64{5, 4, 3, 2, 1}, 0.95, stats.Interval{Low: 1, High: 5, Level: 0.9375}},
		{"just enough", []float64{5, 4, 3, 2, 1}, 0.9375, stats.Interval{Low: 1, High: 5, Level: 0.9375}},
		{"all equal", []float64{2, 2, 2, 2, 2, 2}, 0.95, stats.Interval{Low: 2, High: 2, Level: 0.96875}},
		{"infinite", []float64{1, 2, inf, 4, 5, inf}, 0.95, stats.Interval{Low: 1, High: inf, Level: 0.96875}},
		{"near the limit", []float64{largest, -largest}, 0.5, stats.Interval{Low: -largest, High: largest, Level: 0.5}},
		{"level 1", []float64{1, 2, 3}, 1, stats.Interval{Low: 1, High: 3, Level: 0.75}},
		{"a percentage", []float64{1, 2, 3}, 95, stats.Interval{Low: 1, High: 3, Level: 0.75}},
		{"level NaN", []float64{1, 2, 3}, nan, stats.Interval{Low: 1, High: 3, Level: 0.75}},
		{"level 0", []float64{1, 2, 9}, -1, stats.Interval{Low: 2, High: 2}},
	}
	for _, f := range intervals {
		for _, tt := range tests {
			if f.name == "SignedRankInterval" && tt.name == "level 0" {
				tt.want = stats.Interval{Low: 2, High: 5, Level: 0.25} // six means: 1, 1.5, 2, 5, 5.5, 9
			}
			before := slices.Clone(tt.x)
			if got := f.interval(tt.x, tt.level); !same(got, tt.want) {
				t.Errorf("%s: %s(%v, %v): got %v, want %v", tt.name, f.name, tt.x, tt.level, got, tt.want)
			}
			if !slices.EqualFunc(tt.x, before, near) {
				t.Errorf("%s: %s: the argument became %v, want %v", tt.name, f.name, tt.x, before)
			}
		}
	}
}

// TestIntervalsMove holds the intervals to the order, shift, scale and sign of
// their sample. Its numbers are short enough for sums without rounding.
func TestIntervalsMove(t *testing.T) {
	t.Parallel()
	const seed = 11
	rng := rand.New(rand.NewPCG(seed, 0))
	for range 300 {
		x := generate(1+rng.IntN(20), func(int) float64 { return float64(rng.IntN(64)) - 32 })
		level := rng.Float64()
		for _, f := range intervals {
			got := f.interval(x, level)
			for _, m := range []struct {
				name         string
				scale, shift float64
			}{{"order", 1, 0}, {"shift", 1, 77}, {"scale", 8, 0}, {"sign", -1, 0}} {
				moved := generate(len(x), func(i int) float64 { return x[i-1]*m.scale + m.shift })
				rng.Shuffle(len(moved), func(i, j int) { moved[i], moved[j] = moved[j], moved[i] })
				want := stats.Interval{Low: got.Low*m.scale + m.shift, High: got.High*m.scale + m.shift, Level: got.Level}
				if want.Low > want.High {
					want.Low, want.High = want.High, want.Low
				}
				if got := f.interval(moved, level); got != want {
					t.Fatalf("seed %d: %s: %s(%v, %v): got %v, want %v", seed, m.name, f.name, moved, level, got, want)
				}
			}
		}
	}
}

// TestIntervalsInvertTests holds each interval to its test: without ties, a
// value lies outside exactly if the test rejects it.
func TestIntervalsInvertTests(t *testing.T) {
	t.Parallel()
	const seed = 13
	rng := rand.New(rand.NewPCG(seed, 0))
	for _, n := range []int{1, 2, 3, 5, 6, 8, 13, 30} {
		for range 20 {
			x := generate(n, func(int) float64 { return rng.NormFloat64() })
			level := 0.5 + rng.Float64()/2
			for _, f := range intervals {
				got := f.interval(x, level)
				if got.Level < level {
					level = got.Level // too few values for more
				}
				for range 20 {
					mu := 3 * rng.NormFloat64() / math.Sqrt(float64(n))
					outside, p := mu < got.Low || mu > got.High, f.p(x, mu)
					if outside != (p <= 1-level) {
						t.Fatalf("seed %d: %s(%v, %v): got %v and p = %v at %v, want both to reject or none", seed, f.name, x, level, got, p, mu)
					}
				}
			}
		}
	}
}

// TestIntervalsCover counts how often the intervals hold the centre of what
// they estimate. That is a hit with the probability Level, so 3000 trials stray
// by 4 standard errors once in 16000.
func TestIntervalsCover(t *testing.T) {
	t.Parallel()
	const seed, trials, n = 17, 3000, 10
	tests := []struct {
		name   string
		draw   func(*rand.Rand) float64 // of median 0
		skewed bool
	}{
		{name: "normal", draw: func(r *rand.Rand) float64 { return r.NormFloat64() }},
		{name: "Cauchy", draw: func(r *rand.Rand) float64 { return r.NormFloat64() / r.NormFloat64() }},
		{name: "exponential", draw: func(r *rand.Rand) float64 { return r.ExpFloat64() - math.Ln2 }, skewed: true},
	}
	for _, tt := range tests {
		for _, f := range intervals {
			if tt.skewed && f.name == "SignedRankInterval" { // its assumption
				continue
			}
			for _, level := range []float64{0.8, 0.95} {
				rng := rand.New(rand.NewPCG(seed, 0))
				var hits, achieved float64
				for range trials {
					got := f.interval(generate(n, func(int) float64 { return tt.draw(rng) }), level)
					if got.Low <= 0 && 0 <= got.High {
						hits++
					}
					achieved = got.Level
				}
				bound := 4 * math.Sqrt(achieved*(1-achieved)/trials)
				if share := hits / trials; math.Abs(share-achieved) > bound || achieved < level {
					t.Errorf("seed %d: %s, %s: got %v hits, want %v, which is at least %v, give or take %v", seed, tt.name, f.name, share, achieved, level, bound)
				}
			}
		}
	}
}

// TestIntervalsCoverTies counts the same over all samples of a distribution
// with ties, where an interval may hold the centre more often, never less.
func TestIntervalsCoverTies(t *testing.T) {
	t.Parallel()
	const n = 6
	values, weights := []float64{-2, -1, 0, 1, 2}, []float64{0.1, 0.25, 0.3, 0.25, 0.1}
	for _, f := range intervals {
		for _, level := range []float64{0.5, 0.8, 0.95} {
			var hits, achieved float64
			for c := range int(math.Pow(float64(len(values)), n)) {
				x, probability := make([]float64, n), 1.0
				for i := range x {
					x[i] = values[c%len(values)]
					probability *= weights[c%len(values)]
					c /= len(values)
				}
				got := f.interval(x, level)
				if got.Low <= 0 && 0 <= got.High {
					hits += probability
				}
				achieved = got.Level
			}
			if hits < achieved {
				t.Errorf("%s at %v: got %v of the samples with the centre inside, want %v or more", f.name, level, hits, achieved)
			}
		}
	}
}
