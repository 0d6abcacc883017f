package stats

import (
	"math"
	"slices"
	"sort"

	"gonum.org/v1/gonum/mathext"
)

// Quantile returns the smallest value of x that at least the share q of them does
// not exceed: the inverse of the empirical distribution, type 1 of Hyndman and
// Fan (Am. Stat. 50, 1996, p. 361). It is always one of the values. q is in (0, 1).
func Quantile(x []float64, q float64) float64 {
	if !ordered(x) || !(q > 0 && q < 1) {
		return math.NaN()
	}
	s := slices.Sorted(slices.Values(x))
	return s[min(max(int(math.Ceil(q*float64(len(s)))), 1), len(s))-1]
}

// QuantileInterval returns the interval of the q-quantile of the distribution
// that x is of, whatever that is, from two of the ordered values of x (David and
// Nagaraja, Order Statistics, 2003, section 7.1). Either end errs with at most
// half of what the level leaves; where even the largest or smallest value errs
// with more, the other end has the rest. A far quantile needs many values: of
// fewer than QuantileMinN the interval is the widest one. q is in (0, 1).
func QuantileInterval(x []float64, q, level float64) Interval {
	if !ordered(x) || !(q > 0 && q < 1) {
		return none
	}
	s, n := slices.Sorted(slices.Values(x)), len(x)
	low, high := 0, n-1 // the ends, by their places in s
	below := func(i int) float64 { return atMost(n, i, q) }
	above := func(i int) float64 { return atMost(n, n-1-i, 1-q) }
	if n >= QuantileMinN(q, level) {
		errs := 1 - max(level, 0)
		for low+1 < n && below(low+1) <= errs-max(errs/2, above(n-1)) {
			low++
		}
		for high > low && above(high-1) <= errs-max(errs/2, below(0)) {
			high--
		}
	}
	return Interval{s[low], s[high], max(0, 1-below(low)-above(high))}
}

// QuantileMinN returns the size of the smallest sample for which
// QuantileInterval achieves level: 27 for the 0.9-quantile and 0.9375. Where none
// does it is the largest int.
func QuantileMinN(q, level float64) int {
	if !(level < 1) || !(q > 0 && q < 1) {
		return math.MaxInt
	}
	const most = 1 << 40
	n := 1 + sort.Search(most, func(i int) bool {
		n := float64(i + 1)
		return 1-math.Pow(q, n)-math.Pow(1-q, n) >= level
	})
	if n > most {
		return math.MaxInt
	}
	return n
}

// atMost returns the probability that at most k of n tries are hits, each with
// probability q.
func atMost(n, k int, q float64) float64 {
	switch {
	case k < 0:
		return 0
	case k >= n:
		return 1
	}
	return mathext.RegIncBeta(float64(n-k), float64(k+1), 1-q)
}
