package report

import (
	"slices"
	"strings"
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/ledger"
	"github.com/cibench/cibench/results/verdict"
)

// TestAnswer wants what makes most of a difference first, and a loss in the
// same words as a gain.
func TestAnswer(t *testing.T) {
	t.Parallel()
	saving := func(state string, v verdict.Verdict, share, seconds verdict.Spread) verdict.Saving {
		return verdict.Saving{Cell: results.Cell{Job: "build", Variant: "after", State: state}, Phase: results.PhaseTotal,
			Spread: share, Seconds: seconds, Effect: verdict.Effect{Verdict: v}}
	}
	of := func(median, low, high float64) verdict.Spread {
		return verdict.Spread{N: 6, Median: median, Min: low, Max: high}
	}
	sum := verdict.Summary{Savings: []verdict.Saving{
		saving("cold", verdict.Faster, of(.05, .04, .07), of(2, 1, 3)),
		saving("warm", verdict.Slower, of(-1.96, -2.81, -1.07), of(-.08, -.1, -.06)),
		saving("deps-bump", verdict.Faster, of(.4, .4, .4), of(20, 20, 20)),
		saving("base-bump", verdict.Same, of(.001, -.01, .01), of(.1, -.1, .1)),
		saving("code-change", verdict.Inconclusive, of(.1, -.2, .3), of(1, -2, 3)),
		saving("new-commit", verdict.Slower, of(-.3, -.32, -.28), of(-9, -10, -8)),
	}}
	want := []string{
		"Faster: build/after in deps-bump by 20.0 s, 40 %; build/after in cold by 2.00 s, 5 % (4–7 %).",
		"Slower: build/after in new-commit by 9.00 s, 30 % (28–32 %); build/after in warm by 0.08 s, 196 % (107–281 %)." +
			" The same: build/after in base-bump. Not decided: 1 comparison.",
	}
	if got := Answer(results.Run{}, sum, nil); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	entries := []ledger.Entry{
		{Verdict: ledger.Supported, Says: "it works"}, {Verdict: ledger.Depends, Says: "it works with gha"},
		{Verdict: ledger.Refuted, Target: &results.Target{Job: "build", Phase: "mount", Unit: results.Bytes, Label: "300 MB"}},
		{Verdict: ledger.Refuted, Target: &results.Target{Job: "build", Phase: "total", Baseline: "before", Label: "70-75% faster"}},
		{Verdict: ledger.Refuted, Says: "it is instant"},
	}
	claims := "Of the document's claims: 1 supported, 3 refuted, 1 depending on the situation." +
		" Not as it says: build is 70-75% faster; it is instant; it works with gha; build, mount has 300 MB."
	if got := Answer(results.Run{}, sum, entries)[2]; got != claims {
		t.Errorf("got %s, want %s", got, claims)
	}
	sum.Savings = sum.Savings[1:2]
	if got := Answer(results.Run{}, sum, nil)[0]; !strings.HasPrefix(got, "No variant is surely faster") {
		t.Errorf("got %q, want that nothing is faster", got)
	}
}
