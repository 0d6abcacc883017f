package verdict_test

import (
	"math"
	"testing"

	"github.com/cibench/cibench/results/verdict"
)

// TestNoise pools what pairs of one comparison differ by: not the effects, nor
// what explains a total.
func TestNoise(t *testing.T) {
	t.Parallel()
	run := newRun()
	var p plan
	for block, log := range []float64{-0.1, 0.1, 0.1, -0.1, 0} {
		for state, effect := range map[string]float64{"cold": 1, "warm": 0.1} {
			p.add(block+1, "build", "before", state, phase("total", 100), phase("test", 100))
			p.add(block+1, "build", "after", state, phase("total", 100*effect*math.Exp(log)), phase("test", 100*math.Exp(5*log)))
		}
	}
	n := verdict.Summarize(run, p).Noise
	if n == nil || n.Comparisons != 2 || n.Pairs != 10 || math.Abs(n.Pair-0.1) > 1e-12 { // 4 × 0.01 in 4 degrees of freedom
		t.Errorf("got %+v, want 0.1 of 10 pairs in 2 comparisons", n)
	}
	if n := verdict.Summarize(run, p[:2]).Noise; n != nil {
		t.Errorf("of one pair each: got %+v", n)
	}
}
