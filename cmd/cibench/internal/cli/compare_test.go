package cli

import (
	"errors"
	"strings"
	"testing"

	"github.com/cibench/cibench/results"
)

// TestCompareAcrossHosts refuses two environments unless that is meant, and then
// says so with each verdict.
func TestCompareAcrossHosts(t *testing.T) {
	t.Parallel()
	cell := results.Cell{Job: "build", Variant: "after", State: "cold"}
	series := []results.Series{{Cell: cell, Name: "total", Kind: results.Phase, Unit: results.Seconds, Values: []float64{9, 10, 11, 10, 9, 10}}}
	a := &operand{name: "run a", env: results.Environment{"cpu.count": "2", versionFact: "1"}, series: series}
	b := &operand{name: "run b", digest: "sha256:1", env: results.Environment{"cpu.count": "4", versionFact: "2"}, series: series}
	a.policy = results.Policy{Confidence: 0.95, Same: 0.03, Effect: 0.02}
	b.policy = results.Policy{Confidence: 0.9375, Same: 0.03, Effect: 0.02, Phase: "pip-install"}
	var log strings.Builder
	_, err := (&compareOptions{}).runs(&log, a, b)
	var bad *usageError
	if !errors.As(err, &bad) || !strings.Contains(err.Error(), `cpu.count was "2", is "4"`) || strings.Contains(err.Error(), versionFact) {
		t.Errorf("got %v, want a refusal that names the processors alone", err)
	}
	log.Reset()
	c, err := (&compareOptions{acrossHosts: true}).runs(&log, a, b)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := c.Text(&out); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "across hosts"); n != len(c.Contrasts) || n == 0 {
		t.Errorf("got %d marks for %d comparisons:\n%s", n, len(c.Contrasts), out.String())
	}
	for _, want := range []string{
		"the policies differ, and that of run b decides: run a has confidence 95 %, same 3 %, effect 2 %, " +
			"run b has confidence 93.75 %, same 3 %, effect 2 %, decided by pip-install\n", "the study is not the same", "measured by cibench 1 and 2"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("got warnings %q, want one of %q", log.String(), want)
		}
	}
}
