package stats

import (
	"math"
	"slices"
)

// HodgesLehmann returns the median of the n(n+1)/2 means of two values of x, a
// value and itself included (Hodges and Lehmann, Ann. Math. Stat. 34, 1963,
// p. 598). It estimates the pseudomedian of x, which is the median if x is
// symmetric. It is NaN too when x holds both infinities, which have no mean.
// O(n log n).
func HodgesLehmann(x []float64) float64 {
	h, ok := halves(x)
	if !ok {
		return math.NaN()
	}
	n := pairs(len(h))
	low, high := pairMean(h, (n+1)/2), pairMean(h, n/2+1)
	return low/2 + high/2
}

// pairs counts the pairs of n values, a value and itself included.
func pairs(n int) int { return n * (n + 1) / 2 }

// halves returns the halves of x in order, whose sums in pairs are the means
// of x and cannot overflow. It is false when not all of these are numbers.
func halves(x []float64) (h []float64, ok bool) {
	if !ordered(x) {
		return nil, false
	}
	h = slices.Clone(x)
	slices.Sort(h)
	if math.IsInf(h[0], -1) && math.IsInf(h[len(h)-1], 1) {
		return nil, false
	}
	for i := range h {
		h[i] /= 2
	}
	return h, true
}

// pairMean returns the k-th smallest mean of pairs, from 1, given the halves.
//
// It halves the range of floats that has that mean, and shrinks it to the means
// in it: at most 64 times O(n), for well-spread means about log n times. Sorting
// all n(n+1)/2 means takes ten times as long for 30 values, for 100 fifty.
func pairMean(h []float64, k int) float64 {
	low, high := ordinal(2*h[0]), ordinal(2*h[len(h)-1])
	for low < high {
		mid := low + int64(uint64(high-low)/2) // the difference may be above MaxInt64
		if count, last, next := pairsUpTo(h, float(mid)); count >= k {
			high = ordinal(last)
		} else {
			low = ordinal(next)
		}
	}
	return float(low)
}

// pairsUpTo counts the pairs whose mean is v or less. It returns the largest of
// these means, and the smallest of the others. O(n).
func pairsUpTo(h []float64, v float64) (count int, last, next float64) {
	last, next = math.Inf(-1), math.Inf(1)
	j := len(h) - 1 // the last partner of h[i], and where there is none below i
	for i, a := range h {
		for j >= i && a+h[j] > v {
			next = min(next, a+h[j])
			j--
		}
		if j < i {
			break
		}
		count += j - i + 1
		last = max(last, a+h[j])
	}
	return count, last, next
}

// ordinal numbers the floats in their order, without gaps and with one zero.
func ordinal(f float64) int64 {
	if f < 0 {
		return -int64(math.Float64bits(-f))
	}
	return int64(math.Float64bits(f + 0)) // -0 + 0 is 0
}

// float is the inverse of ordinal.
func float(i int64) float64 {
	if i < 0 {
		return -math.Float64frombits(uint64(-i))
	}
	return math.Float64frombits(uint64(i))
}
