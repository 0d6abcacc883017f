package report_test

import (
	"strings"
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/report"
)

// TestDrift wants the packages named in the answer, and no column for each.
func TestDrift(t *testing.T) {
	t.Parallel()
	trials := newTrials()
	for i := range trials {
		if trials[i].Cell.Variant == "after" && trials[i].Cell.State == "deps-bump" {
			for _, name := range []string{results.CounterDrift, results.DriftPrefix + "uvloop", results.DriftPrefix + "httptools"} {
				trials[i].Samples = append(trials[i].Samples, results.Sample{Name: name, Kind: results.Counter, Unit: results.Count, Value: 2})
			}
		}
	}
	text := render(t, report.Text, newRun(), trials)
	answer, rest, _ := strings.Cut(text, "Seconds per phase")
	if want := "deps-bump after ends with packages that a clean run has not, or has in another version: httptools, uvloop."; !strings.Contains(strings.Join(strings.Fields(answer), " "), want) {
		t.Errorf("want %q in the answer:\n%s", want, answer)
	}
	if strings.Contains(rest, "drift") {
		t.Errorf("a counter of one package has a column of its own:\n%s", rest)
	}
}
