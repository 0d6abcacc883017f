package stats

import (
	"math"
	"slices"
)

// exactRankSums is the number of pairs of two values up to which the distribution
// of the rank-sum statistic is exact. Above it is the normal one with a continuity
// correction, with which a two-sided p-value is off by at most 0.001 with 100 values
// in the smaller sample, 0.003 with 20 and 0.008 with 8.
const exactRankSums = 100 * 100

// Shift returns by how much y lies above x: the median of the differences of
// every value of y and every value of x (Hodges and Lehmann, Ann. Math. Stat.
// 34, 1963, p. 602). It is not the difference of the medians. It is NaN too when
// both hold the same infinity. O(mn log mn).
func Shift(x, y []float64) float64 { return Median(differences(x, y)) }

// ShiftInterval returns the interval of the shift of y against x that inverts
// the rank-sum test of Wilcoxon, Mann and Whitney: two of the ordered
// differences (Hollander, Wolfe and Chicken, Nonparametric Statistical Methods,
// 2014, section 4.3).
//
// It needs two independent samples from distributions of one shape, whatever
// that is, of which one is shifted. Where these have ties it achieves its Level
// or more. Level is exact up to 10000 pairs, as of 100 values and 100, and the
// normal distribution's beyond. The widest interval is from the smallest
// difference to the largest. There is none where Shift is NaN. O(mn log mn), and
// where it is exact O(m²n²). (go-moremath has the test, and no interval.)
func ShiftInterval(x, y []float64, level float64) Interval {
	d := differences(x, y)
	if !ordered(d) {
		return none
	}
	slices.Sort(d)
	k, achieved := trim(len(d), level, rankSumTail(len(x), len(y)))
	return Interval{d[k], d[len(d)-1-k], achieved}
}

// RankSumMinN returns the size of the smallest two samples of one size for which
// ShiftInterval achieves level: 4 for 0.95. A larger sample makes up for a smaller
// one to some extent. A level of 1 is beyond all samples, and then it is the
// largest int.
func RankSumMinN(level float64) int {
	if !(level < 1) {
		return math.MaxInt
	}
	n := 1
	for 1-2*rankSumTail(n, n)(0) < level { // all of one sample lie on one side of the other
		n++
	}
	return n
}

// differences returns those of every value of y and every value of x.
func differences(x, y []float64) []float64 {
	d := make([]float64, 0, len(x)*len(y))
	for _, v := range x {
		for _, w := range y {
			d = append(d, w-v)
		}
	}
	return d
}

// rankSumTail returns P(U <= k) of the number U of pairs of m and n values in
// which the first is the larger one, when all are from one distribution, for k
// of at most half of all pairs.
func rankSumTail(m, n int) func(k int) float64 {
	if m*n > exactRankSums {
		pairs, all := float64(m)*float64(n), float64(m+n+1)
		return func(k int) float64 { return normalTail(float64(k), pairs/2, math.Sqrt(pairs*all/12)) }
	}
	p := rankSums(max(m, n), min(m, n))
	return func(k int) float64 { return p[k] }
}

// rankSums returns P(U <= k) for k up to half of all pairs. The largest value is
// one of the m with probability m/(m+n), and then above all n others: Mann and
// Whitney's recursion (Ann. Math. Stat. 18, 1947, p. 51), on probabilities. All
// its terms are positive, so no digits cancel. It keeps n of them: the fewer the
// better.
func rankSums(m, n int) []float64 {
	size := m*n/2 + 1
	// rows[j] is the distribution for i and j values, of the present i.
	rows := make([][]float64, n+1)
	for j := range rows {
		rows[j] = make([]float64, size)
		rows[j][0] = 1 // of none and j values
	}
	for i := 1; i <= m; i++ {
		for j := 1; j <= n; j++ {
			first, second := float64(i)/float64(i+j), float64(j)/float64(i+j)
			for u := size - 1; u >= 0; u-- { // downwards, as it is replaced in place
				p := second * rows[j-1][u]
				if u >= j {
					p += first * rows[j][u-j]
				}
				rows[j][u] = p
			}
		}
	}
	p := rows[n]
	for u := range size - 1 {
		p[u+1] += p[u]
	}
	return p
}
