package stats_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/cibench/cibench/results/stats"
)

// TestSignedRankInterval has the intervals of the definition: the means of
// pairs w[k] and w[-1-k], with the largest k for which 1-2*cumsum(p)[k] >= level,
// where p is the null distribution, by numpy from 2**-n times the polynomial
// product of 1 + z**i for i from 1 to n.
//
// Of many values p is the normal distribution's, by Python's math.erfc.
func TestSignedRankInterval(t *testing.T) {
	t.Parallel()
	// [(i*i*37+11*i)%1009/4 - 120 + i/4096 for i in range(1, 251)]
	many := generate(250, func(i int) float64 { return float64((i*i*37+11*i)%1009)/4 - 120 + float64(i)/4096 })
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
		{"many", many, 0.9, stats.Interval{Low: -8.09228515625, High: 7.6712646484375, Level: 0.9000804166257443}},
		{"many", many, 0.95, stats.Interval{Low: -9.724365234375, High: 9.1749267578125, Level: 0.9500815425315768}},
	}
	for _, tt := range tests {
		if got := stats.SignedRankInterval(tt.x, tt.level); !same(got, tt.want) {
			t.Errorf("%s: SignedRankInterval(x, %v): got %v, want %v", tt.name, tt.level, got, tt.want)
		}
	}
}

// TestSignedRank has the p-values of SciPy 1.17, wilcoxon(x, method="exact").pvalue,
// where x has neither ties nor zeros, for which it has another rule.
func TestSignedRank(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		x    []float64
		want float64
	}{
		"one":           {[]float64{3}, 1},
		"five alike":    {[]float64{1, 2, 3, 4, 5}, 0.0625},
		"one against":   {[]float64{-1, 2, 3, 4, 5, 6, 7, 8}, 0.015625},
		"mixed":         {[]float64{0.3, -0.2, 0.5, 0.9, 1.1, -0.05, 0.7}, 0.078125},
		"mixed, turned": {[]float64{-0.3, 0.2, -0.5, -0.9, -1.1, 0.05, -0.7}, 0.078125},
		"nothing":       {generate(12, func(i int) float64 { return float64(i)/10 - 0.62 }), 0.85009765625},
		"zeros":         {make([]float64, 6), 1},
		"empty":         {nil, math.NaN()},
		"no mean":       {[]float64{math.Inf(-1), math.Inf(1)}, math.NaN()},
	} {
		if got := stats.SignedRank(tt.x); math.Abs(got-tt.want) > 1e-12 || math.IsNaN(got) != math.IsNaN(tt.want) {
			t.Errorf("%s: got %v, want %v", name, got, tt.want)
		}
	}
}

// TestSignedRankAgrees has the test reject 0 at a level just when the interval
// leaves 0 out.
func TestSignedRankAgrees(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 2026))
	for range 2000 {
		x := make([]float64, 5+random.IntN(30))
		for i := range x {
			x[i] = 0.4 + random.NormFloat64()
		}
		p, i := stats.SignedRank(x), stats.SignedRankInterval(x, 0.9375)
		if left := i.Low > 0 || i.High < 0; i.Level >= 0.9375 && left != (p <= 1-0.9375) {
			t.Fatalf("of %v: p is %v and the interval %v", x, p, i)
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

// FuzzSignedRank compares with the definition: all means of pairs.
func FuzzSignedRank(f *testing.F) {
	f.Add([]byte{3, 130, 7, 9, 250}, 0.9)
	f.Add([]byte{1, 1, 255, 2, 3, 253, 4}, 0.5)
	f.Add([]byte{0, 0, 0, 5}, 0.95)
	f.Add([]byte{128}, math.NaN())
	f.Fuzz(func(t *testing.T, data []byte, level float64) {
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
	})
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
