package stats

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// StudentAbove returns the one-sided p-value of Student's t-test (Biometrika 6,
// 1908) of whether the mean of x is above mu: the probability of such an x, or
// of one further above, if it were mu. It needs independent values from a normal
// distribution.
//
// Tests of ranks are free of that and know no p below 1/2ⁿ, however far above mu
// x lies: among many comparisons few values then never suffice.
//
// One value alone gives 1, as it tells nothing. Of equal ones p is 0 when they
// are above mu, and else 1. It is NaN when there is an infinity.
func StudentAbove(x []float64, mu float64) float64 {
	if !ordered(x) || math.IsNaN(mu) {
		return math.NaN()
	}
	if len(x) == 1 {
		return 1
	}
	if Min(x) == Max(x) { // what rounding leaves of their deviation is no spread
		if x[0] > mu {
			return 0
		}
		return 1
	}
	mean, sd := stat.MeanStdDev(x, nil)
	n := float64(len(x))
	return distuv.StudentsT{Sigma: 1, Nu: n - 1}.CDF((mu - mean) / (sd / math.Sqrt(n)))
}

// StudentDetects returns a distance from 0 that a two-sided Student's test at the
// level alpha finds with the given power, in values that scatter as x does:
// (t(1−alpha/2) + t(power)) · sd/√n, which for few values is a little more than it
// takes. It is +Inf of fewer than two values, and NaN when there is an infinity.
func StudentDetects(x []float64, alpha, power float64) float64 {
	if len(x) < 2 {
		return math.Inf(1)
	}
	if !ordered(x) {
		return math.NaN()
	}
	n := float64(len(x))
	t := distuv.StudentsT{Sigma: 1, Nu: n - 1}
	return (t.Quantile(1-alpha/2) + t.Quantile(power)) * stat.StdDev(x, nil) / math.Sqrt(n)
}
