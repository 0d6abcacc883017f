package stats

import (
	"cmp"
	"math"
	"slices"
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

// SignedRankP returns the two-sided p-value of Wilcoxon's signed-rank test that
// the pseudomedian of x is mu (Wilcoxon, Biometrics Bull. 1, 1945, p. 80). Where
// no distance from mu is zero or occurs twice, p <= 1-level exactly if mu lies
// outside SignedRankInterval(x, level), provided that this achieves level. p is
// exact up to 200 values and the normal distribution's beyond.
//
// Equal distances get the mean of their ranks, and the distribution is that of
// these ranks with all signs equally likely, given the distances. Zeros are
// ranked but have no sign (Pratt, J. Am. Stat. Assoc. 54, 1959, p. 655): if
// they were dropped first, as by Wilcoxon, a sample that is moved away from mu
// could become less significant. With nothing but zeros p is 1.
//
// Distances are compared as the floats x-mu; to treat 0.3-0.2 and 0.2-0.1 as
// equal is for the caller, who knows how the data were rounded. p is NaN too
// when one of them is no number. O(n log n), with zeros or ties O(n³).
func SignedRankP(x []float64, mu float64) float64 {
	d := make([]float64, len(x))
	for i, v := range x {
		d[i] = v - mu
	}
	if !ordered(d) {
		return math.NaN()
	}
	ranks, plus, tied := signedRanks(d)
	total := 0
	for _, r := range ranks {
		total += r
	}
	least := min(plus, total-plus)
	switch {
	case !tied:
		return twoSided(signedRankTail(len(d), least/2))
	case len(d) > exactN:
		var squares float64
		for _, r := range ranks {
			squares += float64(r) * float64(r)
		}
		return twoSided(normalTail(float64(least)/2, float64(total)/4, math.Sqrt(squares)/4))
	default:
		return twoSided(coins(ranks)[least])
	}
}

func twoSided(tail float64) float64 { return min(1, 2*tail) }

// signedRanks returns twice the ranks of |d| without those of zeros, the part
// of their sum that is of positive d, and whether there are zeros or ties. It
// sorts d.
func signedRanks(d []float64) (ranks []int, plus int, tied bool) {
	slices.SortFunc(d, func(a, b float64) int { return cmp.Compare(math.Abs(a), math.Abs(b)) })
	for i, j := 0, 0; i < len(d); i = j {
		for j = i; j < len(d) && math.Abs(d[j]) == math.Abs(d[i]); j++ {
		}
		if tied = tied || j-i > 1 || d[i] == 0; d[i] == 0 {
			continue
		}
		for _, v := range d[i:j] {
			ranks = append(ranks, i+1+j) // twice the mean of i+1 to j
			if v > 0 {
				plus += i + 1 + j
			}
		}
	}
	return ranks, plus, tied
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
	table.once.Do(func() {
		ranks := make([]int, n)
		for i := range ranks {
			ranks[i] = i + 1
		}
		table.tail = coins(ranks)
	})
	return table.tail[k]
}

// normalTail returns P(T <= t) of a T with steps of 1 that is about normal. With
// an sd of 0 it is 1 at the mean.
func normalTail(t, mean, sd float64) float64 {
	return math.Erfc((mean-t-0.5)/(sd*math.Sqrt2)) / 2
}

// coins returns the probabilities that the weights of those of some fair coins
// that show heads sum to at most 0, 1, and so on, up to half of all weights;
// the rest is symmetric. Up to 53 coins they are exact, so that levels such as
// 1-2/32 compare as equal. O(n · sum of weights).
func coins(weights []int) []float64 {
	total := 0
	for _, w := range weights {
		total += w
	}
	p := make([]float64, total/2+1)
	p[0] = 1
	for _, w := range weights {
		for sum := len(p) - 1; sum >= 0; sum-- {
			if sum >= w {
				p[sum] += p[sum-w]
			}
			p[sum] /= 2
		}
	}
	for sum := range p[1:] {
		p[sum+1] += p[sum]
	}
	return p
}
