package stats

import (
	"math"
	"testing"
)

// TestStudentAbove has the p-values of SciPy 1.17:
// scipy.stats.ttest_1samp(x, mu, alternative="greater").pvalue
func TestStudentAbove(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		x        []float64
		mu, want float64
	}{
		{[]float64{1, 2, 3, 4, 5}, 0, 0.006617799781841345},
		{[]float64{1, 2, 3, 4, 5}, 6, 0.9933822002181587},
		{[]float64{0.31, 0.29, 0.33, 0.3, 0.32, 0.35}, 0.3, 0.058693397573146705},
		{[]float64{1.2, 1.19, 1.21, 1.2, 1.205}, 0.02, 1.865882109993093e-10},
		{[]float64{3, 1}, 2, 0.5},
		{[]float64{7}, 0, 1},
		{[]float64{0.1, 0.1, 0.1}, 0.1, 1},
		{[]float64{0.1, 0.1, 0.1}, 0.05, 0},
		{[]float64{0.1, 0.1, 0.1}, 0.2, 1},
		{nil, 0, math.NaN()},
		{[]float64{1, math.NaN()}, 0, math.NaN()},
		{[]float64{1, 2}, math.NaN(), math.NaN()},
		{[]float64{1, math.Inf(1)}, 0, math.NaN()},
	} {
		got := StudentAbove(tc.x, tc.mu)
		if math.IsNaN(got) != math.IsNaN(tc.want) || math.Abs(got-tc.want) > 1e-9*tc.want {
			t.Errorf("%v, %v: got %v, want %v", tc.x, tc.mu, got, tc.want)
		}
	}
}

// TestStudentDetects has values of SciPy 1.17, with n = len(x):
// (t.ppf(1-alpha/2, n-1) + t.ppf(power, n-1)) * numpy.std(x, ddof=1) / n**.5
func TestStudentDetects(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		x            []float64
		alpha, power float64
		want         float64
	}{
		{[]float64{1, 2, 3, 4, 5}, 0.05, 0.9, 3.047383714822397},
		{[]float64{0.31, 0.29, 0.33, 0.3, 0.32, 0.35}, 0.0125, 0.5, 0.03360108309925406},
		{[]float64{2, 2, 2}, 0.05, 0.9, 0},
		{[]float64{1}, 0.05, 0.9, math.Inf(1)},
		{[]float64{1, math.Inf(1)}, 0.05, 0.9, math.NaN()},
	} {
		got := StudentDetects(tc.x, tc.alpha, tc.power)
		if got != tc.want && math.IsNaN(got) != math.IsNaN(tc.want) || math.Abs(got-tc.want) > 1e-9 {
			t.Errorf("%v, %v, %v: got %v, want %v", tc.x, tc.alpha, tc.power, got, tc.want)
		}
	}
}
