package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
)

// MedianInterval returns the interval of the median from two of the ordered
// values of x, whatever their distribution (David and Nagaraja, Order
// Statistics, 2003, section 7.1). As many are left out below as above, and
// the widest interval is from the smallest to the largest. O(n log n).
//
// go-moremath's QuantileCI, which benchstat uses, is not it: it leaves out one
// more on the right where it can, so -x would give another interval, and from
// 31 values its level is the normal distribution's.
func MedianInterval(x []float64, level float64) Interval {
	if !ordered(x) {
		return none
	}
	s := slices.Sorted(slices.Values(x))
	k, achieved := trim(len(s), level, func(k int) float64 { return signTail(len(s), k) })
	return Interval{s[k], s[len(s)-1-k], achieved}
}

// signTail returns P(K <= k) of the heads K of n fair coins, for k of at most
// half of n.
//
// The sum is exact up to n = 48, so that levels such as 1-2/32 compare as
// equal; RegIncBeta is a bit off there. From n = 1000 its terms get too small.
func signTail(n, k int) float64 {
	if n > 1000 {
		return mathext.RegIncBeta(float64(n-k), float64(k+1), 0.5)
	}
	p := math.Ldexp(1, -n)
	sum := p
	for i := range k {
		p = p * float64(n-i) / float64(i+1)
		sum += p
	}
	return sum
}

// BinomialInterval returns the interval of the probability of which k of n
// independent tries are hits (Clopper and Pearson, Biometrika 26, 1934,
// p. 404). It achieves its Level, the one asked for, at every probability, and
// at most of them more. Of n = 0 it is 0 to 1, as is every interval of level 1;
// of a k that is not in 0 to n there is none.
func BinomialInterval(k, n int, level float64) Interval {
	if k < 0 || k > n {
		return none
	}
	if !(level < 1) {
		return Interval{0, 1, 1}
	}
	level = max(level, 0)
	return Interval{
		Low:   leastP(k, n, (1-level)/2),
		High:  1 - leastP(n-k, n, (1-level)/2),
		Level: level,
	}
}

// leastP returns the probability p at which k hits or more of n have the
// probability tail.
//
// mathext.InvRegIncBeta is not used: for tails of 5e-7 and n >= 57 it returns
// 1-1e-6 in place of numbers near 0.
func leastP(k, n int, tail float64) float64 {
	if k == 0 {
		return 0
	}
	low, high := 0.0, 1.0
	for {
		mid := low/2 + high/2
		if mid == low || mid == high {
			return mid
		}
		if mathext.RegIncBeta(float64(k), float64(n-k+1), mid) < tail {
			low = mid
		} else {
			high = mid
		}
	}
}
