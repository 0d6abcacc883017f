package stats

import (
	"math"
	"sync"
)

// exactN is the largest sample for which the distribution of the signed-rank
// statistic is exact. Above it is the normal one with a continuity correction,
// with which a two-sided p-value is off by less than 0.001.
const exactN = 200

// SignedRankInterval returns the interval of x's pseudomedian that inverts
// Wilcoxon's signed-rank test: two of the ordered means of pairs (Hollander,
// Wolfe and Chicken, Nonparametric Statistical Methods, 2014, section 3.3).
//
// It needs independent values from distributions that are symmetric about one
// centre, and nothing else of their shape. Where these have ties it achieves its
// Level or more (Noether, J. Am. Stat. Assoc. 62, 1967, p. 184). Level is exact
// up to 200 values and the normal distribution's beyond. The widest interval is
// from the smallest value to the largest. There is none when x holds both
// infinities, which have no mean. O(n log n).
func SignedRankInterval(x []float64, level float64) Interval {
	h, ok := halves(x)
	if !ok {
		return none
	}
	n := pairs(len(h))
	k, achieved := trim(n, level, func(k int) float64 { return signedRankTail(len(h), k) })
	return Interval{pairMean(h, k+1), pairMean(h, n-k), achieved}
}

// SignedRankMinN returns the size of the smallest sample for which
// SignedRankInterval, and MedianInterval, achieve level: 6 for 0.95. A level of
// 1 is beyond every sample, and then it is the largest int.
func SignedRankMinN(level float64) int {
	if !(level < 1) {
		return math.MaxInt
	}
	n := 1
	for 1-math.Ldexp(1, 1-n) < level { // both signs of all n values alike
		n++
	}
	return n
}

// SignedRank returns the two-sided p-value of Wilcoxon's signed-rank test
// (Biometrics Bull. 1, 1945) of whether x's pseudomedian is other than 0, by the
// pairs whose mean is on one side of it; a mean of 0 counts against either. It
// needs what SignedRankInterval needs and is as exact. It is NaN for an empty x,
// and where there is no interval. O(n log n).
func SignedRank(x []float64) float64 {
	h, ok := halves(x)
	if !ok {
		return math.NaN()
	}
	all := pairs(len(h))
	notAbove, _, _ := pairsUpTo(h, 0)
	below, _, _ := pairsUpTo(h, -math.SmallestNonzeroFloat64)
	k := all - max(below, all-notAbove)
	if 2*k >= all {
		return 1
	}
	return min(1, 2*signedRankTail(len(h), k))
}

// signedRankTables holds P(T <= k) by n once it is asked for: a simulation
// asks for the same ones many times.
var signedRankTables [exactN + 1]struct {
	once sync.Once
	tail []float64
}

// signedRankTail returns P(T <= k) of the sum T of those of the ranks 1 to n
// that are of positive values, for k of at most half of all.
func signedRankTail(n, k int) float64 {
	if n > exactN {
		m := float64(n)
		return normalTail(float64(k), m*(m+1)/4, math.Sqrt(m*(m+1)*(2*m+1)/24))
	}
	table := &signedRankTables[n]
	table.once.Do(func() { table.tail = signedRankTails(n) })
	return table.tail[k]
}

// signedRankTails returns P(T <= 0), P(T <= 1), and so on, up to half of all
// ranks; the rest is symmetric. Up to 53 ranks they are exact, so that levels
// such as 1-2/32 compare as equal. O(n³).
func signedRankTails(n int) []float64 {
	p := make([]float64, n*(n+1)/4+1)
	p[0] = 1
	for rank := 1; rank <= n; rank++ {
		for sum := len(p) - 1; sum >= 0; sum-- {
			if sum >= rank {
				p[sum] += p[sum-rank]
			}
			p[sum] /= 2
		}
	}
	for sum := range p[1:] {
		p[sum+1] += p[sum]
	}
	return p
}

// normalTail returns P(T <= t) of a T with steps of 1 that is about normal. With
// an sd of 0 it is 1 at the mean.
func normalTail(t, mean, sd float64) float64 {
	return math.Erfc((mean-t-0.5)/(sd*math.Sqrt2)) / 2
}
