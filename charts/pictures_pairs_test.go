package charts

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cibench/cibench/results"
)

func TestPairsOfARun(t *testing.T) {
	t.Parallel()
	trials := measured()
	trials[5].Outcome = results.Failed // after in deps-bump, block 1
	p := pictures(documentedRun(), trials)[2].Chart.(Pairs)
	if got, want := p.Title, `build-and-push: what "after" saves against "before", block by block`; got != want {
		t.Errorf("title: got %q, want %q", got, want)
	}
	if p.Same != 0.03 || len(p.Groups) != 3 {
		t.Fatalf("got ±%v and %d states, want those of the policy and of the run", p.Same, len(p.Groups))
	}
	row := p.Groups[2].Rows[0]
	if want := []BlockSaving{{2, 1 - 6.5/18.5}, {3, 1 - 6.75/18.75}}; !slices.Equal(row.Blocks, want) {
		t.Errorf("blocks: got %v, want %v: the failed trial of block 1 does not count", row.Blocks, want)
	}
	if row.Interval == nil || row.Interval.Min > row.Interval.Median || row.Word != "inconclusive" {
		t.Errorf("estimate: got %+v %q, want one that two pairs leave inconclusive", row.Interval, row.Word)
	}
	if !strings.Contains(p.Notes[0], "of the two trials of one block") {
		t.Errorf("notes: got %q", p.Notes)
	}
}

// TestPairsOfSeveralBaselines has a picture for each: what they save is not of
// the same time.
func TestPairsOfSeveralBaselines(t *testing.T) {
	t.Parallel()
	run, trials := twoBaselines()
	var got []string
	for _, p := range pictures(run, trials) {
		if c, ok := p.Chart.(Pairs); ok {
			got = append(got, fmt.Sprintf("%s of %d: %s", p.Name, len(c.Groups), c.Groups[0].Rows[0].Variant))
		}
	}
	if want := []string{"build-and-push-pairs of 3: after", "build-and-push-pairs-before-compiled of 3: after-compiled"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
