package stats_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/cibench/cibench/results/stats"
)

// TestSignedRankInterval has the intervals of the definition: the means of
// pairs w[k] and w[-1-k], with the largest k for which 1-2*cumsum(p)[k] >= level,
// where p is the null distribution, by numpy from 2**-n times the polynomial
// product of 1 + z**i for i from 1 to n.
func TestSignedRankInterval(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		x     []float64
		level float64
		want  stats.Interval
	}{
		{"depression", depression, 0.5, stats.Interval{Low: -0.525, High: -0.3, Level: 0.50390625}},
		{"depression", depression, 0.9, stats.Interval{Low: -0.726, High: -0.175, Level: 0.90234375}},
		{"depression", depression, 0.95, stats.Interval{Low: -0.786, High: -0.01, Level: 0.9609375}},
		{"depression", depression, 0.99, stats.Interval{Low: -0.987, High: 0.1135, Level: 0.9921875}},
		{"exactly the level", []float64{1, 2, 3, 4, 5, 6}, 0.9375, stats.Interval{Low: 1.5, High: 5.5, Level: 0.9375}},
		{"seven", seven, 0.9, stats.Interval{Low: -0.125, High: 4.625, Level: 0.921875}},
		{"seven", seven, 0.95, stats.Interval{Low: -0.625, High: 5.375, Level: 0.953125}},
		{"seven", seven, 0.99, stats.Interval{Low: -1.5, High: 7, Level: 0.984375}},
		{"thirty", thirty, 0.5, stats.Interval{Low: 4.51123046875, High: 5.5146484375, Level: 0.5101539120078087}},
		{"thirty", thirty, 0.9, stats.Interval{Low: 3.640625, High: 6.1376953125, Level: 0.9038984272629023}},
		{"thirty", thirty, 0.95, stats.Interval{Low: 3.44921875, High: 6.32958984375, Level: 0.9502898789942265}},
		{"thirty", thirty, 0.99, stats.Interval{Low: 2.884765625, High: 6.88427734375, Level: 0.9900684896856546}},
	}
	for _, tt := range tests {
		if got := stats.SignedRankInterval(tt.x, tt.level); !same(got, tt.want) {
			t.Errorf("%s: SignedRankInterval(x, %v): got %v, want %v", tt.name, tt.level, got, tt.want)
		}
	}
}

func TestSignedRankMinN(t *testing.T) {
	t.Parallel()
	for level, want := range map[float64]int{
		-1: 1, 0: 1, 0.5: 2, 0.9: 5, 0.9375: 5, 0.95: 6, 0.96875: 6, 0.98: 7, 0.99: 8, 0.999: 11,
		math.Nextafter(1, 0): 54, 1: math.MaxInt, 95: math.MaxInt, math.NaN(): math.MaxInt,
	} {
		got := stats.SignedRankMinN(level)
		if got != want {
			t.Errorf("SignedRankMinN(%v): got %v, want %v", level, got, want)
		}
		if got == math.MaxInt {
			continue
		}
		for _, f := range intervals {
			if iv := f.interval(make([]float64, got), level); !(iv.Level >= level) {
				t.Errorf("%s of %d values: got the level %v, want %v", f.name, got, iv.Level, level)
			}
			if iv := f.interval(make([]float64, got-1), level); iv.Level >= level && iv.Level > 0 {
				t.Errorf("%s of %d values: got the level %v, want less than %v", f.name, got-1, iv.Level, level)
			}
		}
	}
}

func TestSignedRankP(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	// [(i*i*37+11*i)%1009/4 - 120 + i/4096 for i in range(1, n+1)]
	large := func(n int) []float64 {
		return generate(n, func(i int) float64 { return float64((i*i*37+11*i)%1009)/4 - 120 + float64(i)/4096 })
	}
	// [(i*i*37+11*i)%41 - 15 for i in range(1, 251)]
	tied := generate(250, func(i int) float64 { return float64((i*i*37+11*i)%41 - 15) })
	tests := []struct {
		name  string
		x     []float64
		mu, p float64
	}{
		{"empty", nil, 0, nan},
		{"NaN", []float64{1, nan}, 0, nan},
		{"mu is NaN", seven, nan, nan},
		{"infinite without a distance", []float64{inf, 1}, inf, nan},
		{"infinite", []float64{1, -2, 3, inf, inf, -inf}, 0, 0.53125}, // SciPy's with 100 for inf, as below
		{"one", []float64{1}, 0, 1},
		{"one zero", []float64{1}, 1, 1},
		{"all equal", []float64{2, 2, 2, 2, 2, 2}, 0, 0.03125},
		{"all zero", []float64{2, 2, 2, 2, 2, 2}, 2, 1},
		{"all zero and many", make([]float64, 201), 0, 1},
		// scipy.stats.wilcoxon(x - mu, method="exact").pvalue
		{"depression", depression, 0, 0.0390625},
		{"seven", seven, 0, 0.109375},
		{"seven", seven, 1, 0.296875},
		{"seven", seven, -2, 0.015625},
		{"seven", seven, 10, 0.015625},
		{"thirty", thirty, 4, 0.15794767439365387},
		{"thirty", thirty, 5, 0.9192965272814035},
		{"thirty", thirty, 6.5, 0.036434996873140335},
		{"thirty", thirty, 7.5, 0.0029870010912418365},
		{"thirty", thirty, 9, 6.917864084243774e-06},
		{"hundred", large(100), 0, 0.9141360316688744},
		{"hundred", large(100), 10, 0.14116408105773096},
		{"hundred", large(100), 20, 0.0051601033495528165},
		// scipy.stats.wilcoxon(x, zero_method="pratt",
		//   method=scipy.stats.PermutationMethod(n_resamples=np.inf)).pvalue
		{"ties", []float64{1, 1, -1, 2, 3, -3, 4}, 0, 0.328125},
		{"zeros", []float64{0, 0, -1, 2, 3, -4, 5, 6}, 0, 0.34375},
		{"one zero", []float64{0, -1, 2, 3, -4, 5, 6, 7}, 0, 0.171875},
		{"zeros and ties", []float64{0, 0, 0, 1, -2, -2, 3, 4, 4, 5}, 0, 0.1875},
		// scipy.stats.wilcoxon(x - mu, zero_method="pratt", method="asymptotic",
		//   correction=True).pvalue
		{"many", large(250), 0, 0.9923315789026877},
		{"many", large(250), 5, 0.2960287723801295},
		{"many", large(250), 10, 0.03553513080258684},
		{"many", large(250), 20, 4.599427362814344e-05},
		{"many with ties and zeros", tied, 0, 0.03743496709296426},
	}
	for _, tt := range tests {
		before := slices.Clone(tt.x)
		if got := stats.SignedRankP(tt.x, tt.mu); !near(got, tt.p) {
			t.Errorf("%s: SignedRankP(%v, %v): got %v, want %v", tt.name, tt.x, tt.mu, got, tt.p)
		}
		if !slices.EqualFunc(tt.x, before, near) {
			t.Errorf("%s: the argument became %v, want %v", tt.name, tt.x, before)
		}
	}
}

// TestSignedRankPOfZeros lifts samples with a zero by less than their other
// values differ. What was more positive than not is then no less significant,
// for which the zero needs its rank.
func TestSignedRankPOfZeros(t *testing.T) {
	t.Parallel()
	const seed = 23
	rng := rand.New(rand.NewPCG(seed, 0))
	for range 500 {
		x := generate(2+rng.IntN(12), func(i int) float64 { return float64(i-1) * float64(2*rng.IntN(2)-1) })
		negated := generate(len(x), func(i int) float64 { return -x[i-1] })
		p := stats.SignedRankP(x, 0)
		if got := stats.SignedRankP(negated, 0); got != p {
			t.Fatalf("seed %d: SignedRankP(%v, 0): got %v, want %v as of the negative values", seed, negated, got, p)
		}
		if stats.HodgesLehmann(x) < 0 {
			x = negated
		}
		lifted := generate(len(x), func(i int) float64 { return x[i-1] + 0.25 })
		if got := stats.SignedRankP(lifted, 0); got > p {
			t.Fatalf("seed %d: SignedRankP(%v, 0): got %v, want at most %v", seed, lifted, got, p)
		}
	}
}

// TestSignedRankConcurrent reads the same tables at once.
func TestSignedRankConcurrent(t *testing.T) {
	t.Parallel()
	want := stats.SignedRankInterval(thirty[:23], 0.9)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for n := 1; n <= 23; n++ {
				if got := stats.SignedRankInterval(thirty[:n], 0.9); n == 23 && got != want {
					t.Errorf("got %v, want %v", got, want)
				}
			}
		})
	}
	wg.Wait()
}

// FuzzSignedRank compares with the definitions: all means of pairs, and all
// ways to sign the distances.
func FuzzSignedRank(f *testing.F) {
	f.Add([]byte{3, 130, 7, 9, 250}, 0.9, 0.5)
	f.Add([]byte{1, 1, 255, 2, 3, 253, 4}, 0.5, 0.0)
	f.Add([]byte{0, 0, 0, 5}, 0.95, 0.0)
	f.Add([]byte{128}, math.NaN(), math.Inf(1))
	f.Fuzz(func(t *testing.T, data []byte, level, mu float64) {
		x := make([]float64, min(len(data), 10))
		for i := range x {
			x[i] = float64(int8(data[i])) / 4
		}
		if len(x) == 0 {
			return
		}
		m := means(x)
		got := stats.SignedRankInterval(x, level)
		k := 0
		for k < len(m)/2 && (m[k] != got.Low || m[len(m)-1-k] != got.High) {
			k++
		}
		if m[k] != got.Low || m[len(m)-1-k] != got.High {
			t.Errorf("SignedRankInterval(%v, %v): got %v, want two of %v, as far from its ends", x, level, got, m)
		}
		if got.Level < level && (got.Low != m[0] || got.High != m[len(m)-1]) {
			t.Errorf("SignedRankInterval(%v, %v): got %v, want the widest one", x, level, got)
		}
		if got, want := stats.SignedRankP(x, mu), signings(x, mu); !near(got, want) {
			t.Errorf("SignedRankP(%v, %v): got %v, want %v", x, mu, got, want)
		}
	})
}

// signings is SignedRankP by enumeration.
func signings(x []float64, mu float64) float64 {
	if math.IsNaN(mu) {
		return math.NaN()
	}
	var ranks []float64
	var observed, total float64
	for _, v := range x {
		var rank float64
		for _, w := range x {
			switch a, b := math.Abs(w-mu), math.Abs(v-mu); {
			case a < b:
				rank++
			case a == b:
				rank += 0.5
			}
		}
		if v == mu {
			continue
		}
		ranks = append(ranks, rank+0.5)
		total += rank + 0.5
		if v > mu {
			observed += rank + 0.5
		}
	}
	extreme := 0
	for signs := range 1 << len(ranks) {
		var plus float64
		for i, r := range ranks {
			if signs>>i&1 == 1 {
				plus += r
			}
		}
		if plus <= min(observed, total-observed) {
			extreme++
		}
	}
	return min(1, 2*math.Ldexp(float64(extreme), -len(ranks)))
}

func BenchmarkSignedRankInterval(b *testing.B) {
	for _, n := range []int{10, 30, 100} {
		x := make([]float64, n)
		rng := rand.New(rand.NewPCG(29, 0))
		for i := range x {
			x[i] = math.Exp(rng.NormFloat64() / 5)
		}
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				stats.SignedRankInterval(x, 0.95)
			}
		})
	}
}
