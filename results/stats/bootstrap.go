package stats

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Bootstrap returns the percentile interval of a statistic of x: two of its
// ordered values for samples of n values that are drawn from x with
// replacement (Efron and Tibshirani, An Introduction to the Bootstrap, 1993,
// section 13.3), the (R+1)·tail-th of R (Davison and Hinkley, Bootstrap Methods
// and their Application, 1997, chapter 5). The seed decides the draws, the
// order of x does not. 999 resamples suffice for a level of 0.95.
//
// Level is nominal: of many values the interval achieves it about, of few it
// achieves less. Prefer an exact interval where there is one. It is less than
// was asked if there are too few resamples, and 0 for one value, from which
// nothing else can be drawn.
//
// The statistic must not keep or change its argument. There is no interval if
// it is NaN for one of the samples.
//
// BCa intervals are not used: their acceleration comes from the jackknife,
// which is inconsistent for medians (Efron and Tibshirani, section 11.6).
func Bootstrap(x []float64, statistic func([]float64) float64, level float64, resamples int, seed uint64) Interval {
	if !ordered(x) || resamples < 1 {
		return none
	}
	from := slices.Sorted(slices.Values(x))
	rng := rand.New(rand.NewPCG(seed, 0))
	sample, got := make([]float64, len(x)), make([]float64, resamples)
	for i := range got {
		for j := range sample {
			sample[j] = from[rng.IntN(len(from))]
		}
		if got[i] = statistic(sample); math.IsNaN(got[i]) {
			return none
		}
	}
	slices.Sort(got)
	k, achieved := trim(resamples, level, func(k int) float64 { return float64(k+1) / float64(resamples+1) })
	if len(x) == 1 {
		achieved = 0
	}
	return Interval{got[k], got[resamples-1-k], achieved}
}
