package stats

import (
	"cmp"
	"math"
	"slices"
)

// Holm returns the p-values of a family of tests, adjusted so that to reject
// those of at most α rejects a true hypothesis with a probability of at most α,
// however the tests depend on each other (Holm, Scand. J. Stat. 6, 1979, p. 65).
// They are in the order of p and at most 1. A NaN stays one and is no member
// of the family: a test that could not be made costs the others nothing.
func Holm(p []float64) []float64 {
	var family []int
	for i, v := range p {
		if !math.IsNaN(v) {
			family = append(family, i)
		}
	}
	slices.SortFunc(family, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	adjusted, least := slices.Clone(p), 0.0
	for rank, i := range family {
		least = max(least, min(1, float64(len(family)-rank)*p[i]))
		adjusted[i] = least
	}
	return adjusted
}
