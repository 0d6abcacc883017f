package stats_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/cibench/cibench/results/stats"
)

// TestMedianInterval has the ordered values s[k] and s[-1-k], with the largest
// k for which 1-2*scipy.stats.binom.cdf(k, len(s), 0.5) >= level.
func TestMedianInterval(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		x     []float64
		level float64
		want  stats.Interval
	}{
		{"depression", depression, 0.5, stats.Interval{Low: -0.62, High: -0.01, Level: 0.8203125}},
		{"depression", depression, 0.95, stats.Interval{Low: -0.952, High: 0.08, Level: 0.9609375}},
		{"depression", depression, 0.99, stats.Interval{Low: -1.022, High: 0.147, Level: 0.99609375}},
		{"seven", seven, 0.5, stats.Interval{Low: 0.25, High: 3.75, Level: 0.546875}},
		{"seven", seven, 0.9, stats.Interval{Low: -1.5, High: 7, Level: 0.984375}},
		{"thirty", thirty, 0.5, stats.Interval{Low: 3.404296875, High: 4.3974609375, Level: 0.6384053919464349}},
		{"thirty", thirty, 0.9, stats.Interval{Low: 2.87890625, High: 7.3935546875, Level: 0.901262853294611}},
		{"thirty", thirty, 0.95, stats.Interval{Low: 2.765625, High: 7.6318359375, Level: 0.9572260547429323}},
		{"thirty", thirty, 0.99, stats.Interval{Low: 2.3955078125, High: 8.0234375, Level: 0.9947771206498146}},
	}
	for _, tt := range tests {
		if got := stats.MedianInterval(tt.x, tt.level); !same(got, tt.want) {
			t.Errorf("%s: MedianInterval(x, %v): got %v, want %v", tt.name, tt.level, got, tt.want)
		}
	}
}

// TestMedianIntervalIsExact has levels with the whole numbers of Pascal's
// triangle, to be met to the last bit: 0.9375 is 5 values' level.
func TestMedianIntervalIsExact(t *testing.T) {
	t.Parallel()
	row := []int{1}
	for n := 1; n <= 48; n++ {
		next := make([]int, n+1)
		for i, v := range row {
			next[i] += v
			next[i+1] += v
		}
		row = next
		x, below := generate(n, func(i int) float64 { return float64(i) }), 0
		for k := range (n + 1) / 2 {
			below += row[k]
			level := 1 - 2*math.Ldexp(float64(below), -n)
			want := stats.Interval{Low: float64(k + 1), High: float64(n - k), Level: level}
			if got := stats.MedianInterval(x, level); got != want {
				t.Errorf("MedianInterval of 1 to %d at %v: got %v, want %v", n, level, got, want)
			}
		}
	}
}

func TestBinomialInterval(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	tests := []struct {
		k, n  int
		level float64
		want  stats.Interval
	}{
		{0, 0, 0.95, stats.Interval{Low: 0, High: 1, Level: 0.95}},
		{-1, 3, 0.95, stats.Interval{Low: nan, High: nan}},
		{4, 3, 0.95, stats.Interval{Low: nan, High: nan}},
		{0, -1, 0.95, stats.Interval{Low: nan, High: nan}},
		{2, 3, 1, stats.Interval{Low: 0, High: 1, Level: 1}},
		{2, 3, 95, stats.Interval{Low: 0, High: 1, Level: 1}},
		{2, 3, nan, stats.Interval{Low: 0, High: 1, Level: 1}},
		{1, 1, -3, stats.Interval{Low: 0.5, High: 1}},
		// scipy.stats.binomtest(k, n).proportion_ci(confidence_level=level, method="exact")
		{0, 1, 0.95, stats.Interval{Low: 0, High: 0.975, Level: 0.95}},
		{0, 10, 0.95, stats.Interval{Low: 0, High: 0.30849710781876294, Level: 0.95}},
		{10, 10, 0.95, stats.Interval{Low: 0.6915028921812371, High: 1, Level: 0.95}},
		{3, 10, 0.95, stats.Interval{Low: 0.06673951117773447, High: 0.652452850060008, Level: 0.95}},
		{3, 10, 0.9, stats.Interval{Low: 0.08726443391415029, High: 0.6066242161055765, Level: 0.9}},
		{3, 10, 0.99, stats.Interval{Low: 0.03700722109620741, High: 0.7351139852871308, Level: 0.99}},
		{15, 30, 0.95, stats.Interval{Low: 0.3129702858679498, High: 0.6870297141320502, Level: 0.95}},
		{29, 30, 0.99, stats.Interval{Low: 0.7772489349755662, High: 0.9998329292304408, Level: 0.99}},
		{1, 1000, 0.95, stats.Interval{Low: 2.5317487491674634e-05, High: 0.0055589242798499, Level: 0.95}},
		{500, 1000, 0.95, stats.Interval{Low: 0.46854917297179194, High: 0.531450827028208, Level: 0.95}},
		{7, 100000, 0.95, stats.Interval{Low: 2.8144079025196645e-05, High: 0.00014422140092245166, Level: 0.95}},
		{0, 57, 0.999999, stats.Interval{Low: 0, High: 0.22472529553598616, Level: 0.999999}}, // where mathext's inverse fails
	}
	for _, tt := range tests {
		got := stats.BinomialInterval(tt.k, tt.n, tt.level)
		// RegIncBeta is good to eleven digits at n = 100000.
		if math.Abs(got.Low-tt.want.Low) > 1e-11 || math.Abs(got.High-tt.want.High) > 1e-11 ||
			math.IsNaN(got.Low) != math.IsNaN(tt.want.Low) || !near(got.Level, tt.want.Level) {
			t.Errorf("BinomialInterval(%d, %d, %v): got %v, want %v", tt.k, tt.n, tt.level, got, tt.want)
		}
	}
}

// TestBinomialIntervalCovers sums the probabilities of the k whose interval
// holds p: never less than the level.
func TestBinomialIntervalCovers(t *testing.T) {
	t.Parallel()
	const seed = 31
	rng := rand.New(rand.NewPCG(seed, 0))
	for _, n := range []int{1, 2, 5, 12, 40} {
		for _, level := range []float64{0.5, 0.9, 0.95} {
			ivs := make([]stats.Interval, n+1)
			for k := range ivs {
				ivs[k] = stats.BinomialInterval(k, n, level)
			}
			for k, iv := range ivs {
				if o := ivs[n-k]; !near(iv.Low, 1-o.High) || iv.Low > float64(k)/float64(n) || iv.High < float64(k)/float64(n) {
					t.Errorf("BinomialInterval(%d, %d, %v): got %v, want it around k/n and the mirror image of %v", k, n, level, iv, o)
				}
			}
			for range 200 {
				p, covered := rng.Float64(), 0.0
				mass := math.Pow(1-p, float64(n))
				for k, iv := range ivs {
					if iv.Low <= p && p <= iv.High {
						covered += mass
					}
					mass *= p / (1 - p) * float64(n-k) / float64(k+1)
				}
				if covered < level {
					t.Errorf("seed %d: n = %d, p = %v: got %v covered, want %v or more", seed, n, p, covered, level)
				}
			}
		}
	}
}
