package stats

import (
	"math"
	"sort"
)

// An Interval is a confidence interval; both ends belong to it.
//
// Level is the confidence that it achieves, in [0, 1]. Statistics of ranks
// have steps, so that is mostly more than was asked. It is less where the
// sample is too small: the interval is then the widest there is, and for the
// caller to refuse. Where there is no number, the ends are NaN and Level is 0,
// so Level >= level holds of the good ones alone.
type Interval struct{ Low, High, Level float64 }

// none is the interval of no number.
var none = Interval{math.NaN(), math.NaN(), 0}

// trim returns how many of n ordered values an interval leaves out at each
// end to be as short as level allows, and the level that it achieves. tail(k)
// is the probability that k values or fewer lie below what is estimated, and
// the same above. Where no interval achieves level, which includes a level
// that is no number, none are left out.
func trim(n int, level float64, tail func(k int) float64) (k int, achieved float64) {
	over := sort.Search((n+1)/2, func(k int) bool { return !(1-2*tail(k) >= level) })
	k = max(over-1, 0)
	return k, 1 - 2*tail(k)
}
