package report_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/report"
	"github.com/cibench/cibench/results/verdict"
)

// contrasts returns comparisons of two variants, of two runs, and of names that
// try to be more than text.
func contrasts() map[string]report.Contrasts {
	run, trials := decided()
	nastyRun, nastyTrials := nasty()
	nastyTrials[0].Outcome = results.OK
	evil := nastyRun.Jobs[0].Variants[1].Name
	series := results.SeriesOf(trials)
	return map[string]report.Contrasts{
		"variants": {Title: "before (a) and after (b) in run 1", Contrasts: verdict.Variants(run, trials, "before", "after")},
		"runs": {Title: "run 1 (a) and run 2 (b)", Notes: []string{"Trials of two runs are no pairs."}, Mark: "across hosts",
			Contrasts: verdict.Runs(run.Policy, series[:len(series)/2], series)},
		"nasty-variants": {Title: evil, Notes: []string{evil}, Mark: evil, Contrasts: verdict.Variants(nastyRun, nastyTrials, "be|fore", evil)},
	}
}

func TestContrasts(t *testing.T) {
	t.Parallel()
	full := errors.New("disk full")
	for name, c := range contrasts() {
		var text, md bytes.Buffer
		if err := errors.Join(c.Text(&text), c.Markdown(&md)); err != nil {
			t.Fatal(err)
		}
		checkGolden(t, name+".txt", text.String())
		checkGolden(t, name+".md", md.String())
		if err := c.Text(brokenWriter{full}); !errors.Is(err, full) {
			t.Errorf("got %v, want %v", err, full)
		}
	}
}
