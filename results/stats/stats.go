// Package stats computes figures of samples, and how sure they are.
//
// Every function is pure and leaves its argument as it is. A result is in the
// unit of x, and NaN when x is empty or holds a NaN: there is no number to
// report then, and 0 would be one. No argument is an error: what a sample does
// not give, the result says. Which samples may be put together, and what a
// figure means, is for package verdict.
package stats

import (
	"math"
	"slices"
)

// Median returns the middle value of x, for an even length the mean of the two
// middle ones. O(n log n).
//
// gonum's stat.Quantile is not it: at p = 0.5 it gives 2 for 1, 2, 3, 4.
func Median(x []float64) float64 {
	if !ordered(x) {
		return math.NaN()
	}
	s := slices.Sorted(slices.Values(x))
	mid := len(s) / 2
	if len(s)%2 == 1 {
		return s[mid]
	}
	return s[mid-1]/2 + s[mid]/2 // the sum of two large values could overflow
}

// Min returns the smallest value of x.
func Min(x []float64) float64 {
	if !ordered(x) {
		return math.NaN()
	}
	return slices.Min(x)
}

// Max returns the largest value of x.
func Max(x []float64) float64 {
	if !ordered(x) {
		return math.NaN()
	}
	return slices.Max(x)
}

// ordered tells whether x has values and all of them compare.
func ordered(x []float64) bool {
	return len(x) > 0 && !slices.ContainsFunc(x, math.IsNaN)
}
