package charts

import (
	"slices"
	"testing"

	"github.com/cibench/cibench/results"
)

func TestDistributionsOfARun(t *testing.T) {
	t.Parallel()
	trials := measured()
	for i := range trials {
		if trials[i].Cell.Variant == "after" && (trials[i].Cell.State == "cold" || trials[i].Block == 1) {
			trials[i].Outcome, trials[i].Reason = results.Failed, "exit 1"
		}
	}
	var d Distributions
	for _, p := range pictures(documentedRun(), trials) {
		if p.Name == "build-and-push-distributions" {
			d = p.Chart.(Distributions)
		}
	}
	if len(d.Groups) != 3 || d.Title != "build-and-push: every total" {
		t.Fatalf("got %q of %d states, want every total of 3", d.Title, len(d.Groups))
	}
	before, after := d.Groups[2].Rows[0], d.Groups[2].Rows[1]
	if want := []float64{18.25, 18.5, 18.75}; before.Variant != "before" || !slices.Equal(before.Values, want) {
		t.Errorf("before in deps-bump: got %+v, want %v", before, want)
	}
	if want := []float64{6.5, 6.75}; !slices.Equal(after.Values, want) {
		t.Errorf("after in deps-bump: got %v, want %v: a failed trial does not count", after.Values, want)
	}
	if cold := d.Groups[0].Rows[1]; len(cold.Values) != 0 || cold.Note != "3 failed (exit 1)" {
		t.Errorf("after in cold: got %+v, want the reason why there are no values", cold)
	}
}
