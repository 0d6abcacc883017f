package runnertest

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/cibench/cibench/results/stats"
)

// overheadPairs is how often each of two ways to run one thing is timed.
const overheadPairs = 20

// Overhead times two ways to run one thing, ours and that of another tool, in
// pairs in random order, and prints by how much ours takes longer: the estimate
// and its 95 % interval. More than 1 %, surely, is an error. Each function
// returns seconds.
func Overhead(t *testing.T, what string, ours, other func() float64) {
	t.Helper()
	const seed = 1
	random := rand.New(rand.NewPCG(seed, 0))
	var logs, all, others []float64
	for range overheadPairs {
		var a, b float64
		if random.IntN(2) == 0 {
			a, b = ours(), other()
		} else {
			b, a = other(), ours()
		}
		logs, all, others = append(logs, math.Log(a/b)), append(all, a), append(others, b)
	}
	percent := func(log float64) float64 { return 100 * (math.Exp(log) - 1) }
	i := stats.SignedRankInterval(logs, 0.95)
	t.Logf("%s: %.3f s and %.3f s (medians of %d), ours takes %+.2f %% (%+.2f to %+.2f %%) of the other's time more",
		what, stats.Median(all), stats.Median(others), len(logs), percent(stats.HodgesLehmann(logs)), percent(i.Low), percent(i.High))
	if percent(i.Low) > 1 || percent(i.High) < -1 {
		t.Errorf("%s: the difference is surely more than 1 %%", what)
	}
}
