package stats_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/cibench/cibench/results/stats"
)

// The permeability of membranes (Hollander and Wolfe, 1973, p. 69), the example
// of R's wilcox.test, which has 0.305 and -0.15 to 0.76 for it.
var (
	term    = []float64{1.15, 0.88, 0.90, 0.74, 1.21}
	control = []float64{0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46}
)

// TestShiftInterval has the intervals of the definition, with numpy and SciPy:
// w = sort(subtract.outer(y, x).ravel()), the ends w[k] and w[-1-k], with the
// largest k for which p(k) = mannwhitneyu(y - (w[k-1]+w[k])/2, x,
// method="exact").pvalue is at most 1-level, and the level 1-p(k).
func TestShiftInterval(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		x, y  []float64
		level float64
		want  stats.Interval
	}{
		{"permeability", term, control, 0.5, stats.Interval{Low: 0.16, High: 0.56, Level: 0.5604395604395604}},
		{"permeability", term, control, 0.9, stats.Interval{Low: -0.08, High: 0.72, Level: 0.9007659007659008}},
		{"permeability", term, control, 0.95, stats.Interval{Low: -0.15, High: 0.76, Level: 0.9600399600399601}},
		{"permeability", term, control, 0.99, stats.Interval{Low: -0.35, High: 1.01, Level: 0.9920079920079921}},
		{"depression and seven", depression, seven, 0.5, stats.Interval{Low: 0.897, High: 3.76, Level: 0.5302447552447552}},
		{"depression and seven", depression, seven, 0.9375, stats.Interval{Low: 0.17, High: 4.99, Level: 0.9451048951048951}},
		{"depression and seven", depression, seven, 0.99, stats.Interval{Low: -0.548, High: 6.92, Level: 0.9921328671328671}},
		{"seven and thirty", seven, thirty, 0.9, stats.Interval{Low: 0.26953125, High: 4.904296875, Level: 0.9079379750632123}},
		{"seven and thirty", seven, thirty, 0.9375, stats.Interval{Low: -0.1025390625, High: 5.517578125, Level: 0.9411193581022803}},
		{"seven and thirty", seven, thirty, 0.99, stats.Interval{Low: -1.3544921875, High: 7.1435546875, Level: 0.990018718908662}},
	}
	for _, tt := range tests {
		x, y := slices.Clone(tt.x), slices.Clone(tt.y)
		got := stats.ShiftInterval(tt.x, tt.y, tt.level)
		if !roughly(got.Low, tt.want.Low) || !roughly(got.High, tt.want.High) || !near(got.Level, tt.want.Level) {
			t.Errorf("%s: ShiftInterval(x, y, %v): got %v, want %v", tt.name, tt.level, got, tt.want)
		}
		if !slices.Equal(x, tt.x) || !slices.Equal(y, tt.y) {
			t.Errorf("%s: the arguments became %v and %v, want %v and %v", tt.name, tt.x, tt.y, x, y)
		}
	}
}

// roughly tells whether two differences of decimal fractions are the same.
func roughly(a, b float64) bool { return math.Abs(a-b) < 1e-12 }

// TestShiftIntervalOfMany has one level of the normal distribution, with
// SciPy's norm.cdf: 1 - 2*norm.cdf((k + 0.5 - m*n/2) / sqrt(m*n*(m+n+1)/12)), for
// m = 120, n = 90 and the largest k that has 0.95, which is 4545.
func TestShiftIntervalOfMany(t *testing.T) {
	t.Parallel()
	x := generate(120, func(i int) float64 { return float64(90 * i) })
	y := generate(90, func(i int) float64 { return float64(i) }) // differences from -10799 to 0, each once
	got := stats.ShiftInterval(x, y, 0.95)
	if want := (stats.Interval{Low: 4545 - 10799, High: -4545, Level: 0.9501062225453433}); !same(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestShift(t *testing.T) {
	t.Parallel()
	nan, inf, largest := math.NaN(), math.Inf(1), math.MaxFloat64
	tests := []struct {
		name string
		x, y []float64
		want float64
		at   stats.Interval // at the level 0.9
	}{
		{"empty", nil, nil, nan, stats.Interval{Low: nan, High: nan}},
		{"no x", nil, seven, nan, stats.Interval{Low: nan, High: nan}},
		{"no y", seven, nil, nan, stats.Interval{Low: nan, High: nan}},
		{"NaN", []float64{1, nan}, seven, nan, stats.Interval{Low: nan, High: nan}},
		{"the same infinity", []float64{1, inf}, []float64{inf}, nan, stats.Interval{Low: nan, High: nan}},
		{"infinite", []float64{1}, []float64{2, 3, inf}, 2, stats.Interval{Low: 1, High: inf, Level: 0.5}},
		{"one of each", []float64{1}, []float64{3}, 2, stats.Interval{Low: 2, High: 2}},
		{"three of each", []float64{1, 2, 3}, []float64{11, 12, 13}, 10, stats.Interval{Low: 8, High: 12, Level: 0.9}},
		{"two of three", []float64{1, 2}, []float64{11, 12, 13}, 10.5, stats.Interval{Low: 9, High: 12, Level: 0.8}},
		{"all equal", []float64{2, 2, 2, 2}, []float64{5, 5, 5, 5}, 3, stats.Interval{Low: 3, High: 3, Level: 1 - 4.0/70}},
		{"beyond the floats", []float64{-largest}, []float64{largest}, inf, stats.Interval{Low: inf, High: inf}},
	}
	for _, tt := range tests {
		if got := stats.Shift(tt.x, tt.y); !near(got, tt.want) {
			t.Errorf("%s: Shift(%v, %v): got %v, want %v", tt.name, tt.x, tt.y, got, tt.want)
		}
		if got := stats.ShiftInterval(tt.x, tt.y, 0.9); !same(got, tt.at) {
			t.Errorf("%s: ShiftInterval(%v, %v, 0.9): got %v, want %v", tt.name, tt.x, tt.y, got, tt.at)
		}
	}
	for _, level := range []float64{1, 95, nan} { // beyond all: the widest
		if got, want := stats.ShiftInterval(seven, term, level), (stats.Interval{Low: 0.74 - 7, High: 1.21 + 1.5, Level: 1 - 2.0/792}); !same(got, want) {
			t.Errorf("at %v: got %v, want %v", level, got, want)
		}
	}
}

// TestShiftMoves holds shift and interval to the order, shift and scale of the
// samples, and to their exchange.
func TestShiftMoves(t *testing.T) {
	t.Parallel()
	const seed = 31
	rng := rand.New(rand.NewPCG(seed, 0))
	whole := func(int) float64 { return float64(rng.IntN(64)) - 32 }
	for range 300 {
		x, y, level := generate(1+rng.IntN(12), whole), generate(1+rng.IntN(12), whole), rng.Float64()
		center, got := stats.Shift(x, y), stats.ShiftInterval(x, y, level)
		if swapped, want := stats.ShiftInterval(y, x, level), (stats.Interval{Low: -got.High, High: -got.Low, Level: got.Level}); swapped != want {
			t.Fatalf("seed %d: ShiftInterval(%v, %v, %v): got %v, want %v", seed, y, x, level, swapped, want)
		}
		if swapped := stats.Shift(y, x); swapped != -center {
			t.Fatalf("seed %d: Shift(%v, %v): got %v, want %v", seed, y, x, swapped, -center)
		}
		if center < got.Low || center > got.High {
			t.Fatalf("seed %d: Shift(%v, %v): got %v, want it in %v", seed, x, y, center, got)
		}
		moved := generate(len(y), func(i int) float64 { return 4*y[i-1] + 77 })
		from := generate(len(x), func(i int) float64 { return 4 * x[i-1] })
		rng.Shuffle(len(moved), func(i, j int) { moved[i], moved[j] = moved[j], moved[i] })
		if got, want := stats.ShiftInterval(from, moved, level), (stats.Interval{Low: 4*got.Low + 77, High: 4*got.High + 77, Level: got.Level}); got != want {
			t.Fatalf("seed %d: ShiftInterval(%v, %v, %v): got %v, want %v", seed, from, moved, level, got, want)
		}
	}
}

// TestShiftCovers counts how often the interval holds the shift: a hit with the
// probability Level, so 2000 trials stray by 4 standard errors once in 16000.
func TestShiftCovers(t *testing.T) {
	t.Parallel()
	const seed, trials = 37, 2000
	draws := map[string]func(*rand.Rand) float64{
		"normal":      func(r *rand.Rand) float64 { return r.NormFloat64() },
		"Cauchy":      func(r *rand.Rand) float64 { return r.NormFloat64() / r.NormFloat64() },
		"exponential": func(r *rand.Rand) float64 { return r.ExpFloat64() },
	}
	for name, draw := range draws {
		for _, size := range [][2]int{{5, 5}, {4, 11}, {10, 7}} {
			rng := rand.New(rand.NewPCG(seed, 0))
			var hits, achieved float64
			for range trials {
				x := generate(size[0], func(int) float64 { return draw(rng) })
				y := generate(size[1], func(int) float64 { return draw(rng) + 3 })
				got := stats.ShiftInterval(x, y, 0.9)
				if got.Low <= 3 && 3 <= got.High {
					hits++
				}
				achieved = got.Level
			}
			bound := 4 * math.Sqrt(achieved*(1-achieved)/trials)
			if share := hits / trials; math.Abs(share-achieved) > bound || achieved < 0.9 {
				t.Errorf("seed %d: %s, %v values: got %v hits, want %v, give or take %v", seed, name, size, share, achieved, bound)
			}
		}
	}
}

// TestShiftCoversTies counts the same over all samples of a distribution with
// ties, where an interval may hold the shift more often, never less.
func TestShiftCoversTies(t *testing.T) {
	t.Parallel()
	values, weights := []float64{0, 1, 2}, []float64{0.2, 0.5, 0.3}
	const m, n = 4, 4
	var hits, achieved float64
	for c := range int(math.Pow(3, m+n)) {
		all, probability := make([]float64, m+n), 1.0
		for i := range all {
			all[i] = values[c%3]
			probability *= weights[c%3]
			c /= 3
		}
		got := stats.ShiftInterval(all[:m], all[m:], 0.9)
		if got.Low <= 0 && 0 <= got.High {
			hits += probability
		}
		achieved = got.Level
	}
	if hits < achieved || achieved < 0.9 {
		t.Errorf("got %v of the samples with the shift inside, want %v or more", hits, achieved)
	}
}

// FuzzShift compares with the definition: all ways to tell the two samples apart.
func FuzzShift(f *testing.F) {
	f.Add([]byte{3, 130, 7, 9, 250}, byte(2), 0.6)
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8}, byte(4), 0.9)
	f.Add([]byte{0, 0, 0, 5}, byte(1), math.NaN())
	f.Fuzz(func(t *testing.T, data []byte, split byte, level float64) {
		all := make([]float64, min(len(data), 9))
		for i := range all {
			all[i] = float64(int8(data[i])) / 4
		}
		m := min(int(split), len(all))
		if x, y := all[:m], all[m:]; len(x) > 0 && len(y) > 0 {
			got, want := stats.ShiftInterval(x, y, level), labelled(x, y, level+1e-12)
			if !same(got, want) && !same(got, labelled(x, y, level-1e-12)) { // rounding decides of equal levels
				t.Errorf("ShiftInterval(%v, %v, %v): got %v, want %v", x, y, level, got, want)
			}
		}
	})
}

// labelled is ShiftInterval by enumeration.
func labelled(x, y []float64, level float64) stats.Interval {
	m, all := len(x), len(x)+len(y)
	var d []float64
	for _, v := range x {
		for _, w := range y {
			d = append(d, w-v)
		}
	}
	slices.Sort(d)
	counts, total := make([]float64, len(d)+1), 0.0
	for labels := range 1 << all {
		first, above := 0, 0 // of the ranks in order, which are x's
		for i := range all {
			if labels>>i&1 == 1 {
				first++
				above += i + 1 - first // those of y below it
			}
		}
		if first == m {
			counts[above]++
			total++
		}
	}
	achieved := func(k int) float64 {
		tail := 0.0
		for _, c := range counts[:k+1] {
			tail += c
		}
		return 1 - 2*tail/total
	}
	k := 0
	for k+1 < (len(d)+1)/2 && achieved(k+1) >= level {
		k++
	}
	return stats.Interval{Low: d[k], High: d[len(d)-1-k], Level: achieved(k)}
}

func BenchmarkShiftInterval(b *testing.B) {
	for _, n := range []int{5, 30, 100} {
		x := generate(n, func(i int) float64 { return float64(i*i%37) / 7 })
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				stats.ShiftInterval(x, x, 0.9375)
			}
		})
	}
}

// TestRankSumMinN has levels at and beside 1-2/C(2n,n), and holds them to what
// ShiftInterval achieves.
func TestRankSumMinN(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		level float64
		want  int
	}{
		{-1, 1}, {0, 1}, {0.5, 2}, {0.66, 2}, {0.67, 3}, {0.9, 3}, {0.91, 4}, {0.9375, 4}, {0.95, 4}, {0.9714, 4}, {0.98, 5}, {0.99, 5},
		{0.999, 7}, {1 - 1e-15, 27}, {1, math.MaxInt}, {math.NaN(), math.MaxInt},
	} {
		got := stats.RankSumMinN(tt.level)
		if got != tt.want {
			t.Errorf("%v: got %d, want %d", tt.level, got, tt.want)
		}
		if got == math.MaxInt {
			continue
		}
		achieves := func(n int) bool {
			return stats.ShiftInterval(make([]float64, n), make([]float64, n), tt.level).Level >= tt.level
		}
		if !achieves(got) || got > 1 && achieves(got-1) {
			t.Errorf("%v: ShiftInterval does not achieve it first with %d and %d", tt.level, got, got)
		}
	}
}
