package cli

import (
	"strings"
	"testing"
	"time"

	"github.com/cibench/cibench/results"
)

func TestPrintTrial(t *testing.T) {
	t.Parallel()
	stolen, around := 0.25, 2.5
	trial := results.Trial{
		ID: "b02-build-after-warm", Block: 2, Warmup: true, Outcome: results.Failed, Reason: "step failed",
		Cell:    results.Cell{Job: "build", Variant: "after", State: "warm"},
		Started: time.Date(2026, 11, 24, 3, 15, 0, 0, time.UTC), Duration: 12.34, Untimed: &around,
		Host: results.Host{Load1: 0.5, Waited: 3, Steal: &stolen, Disturbed: "2.0 % stolen"},
		Checks: []results.Check{
			{Name: "index: requests to the upstream", Want: "0", Got: "0", OK: true},
			{Name: "index: files", Want: "0", Got: "3"},
		},
		Samples: []results.Sample{
			{Name: "total", Kind: results.Phase, Unit: results.Seconds, Value: 12.34},
			{Name: "index.bytes", Kind: results.Counter, Unit: results.Bytes, Value: 32690000},
		},
		Spans: []results.Span{
			{Phase: "pip-install", Name: "[3/4] RUN pip\tinstall", Start: 1.5, Open: true},
			{Phase: "base-image", Name: "[1/4] FROM base", Start: 0, Stop: 1.5},
			{Phase: "code-copy", Name: "[2/4] COPY . .", Start: 1.5, Stop: 1.5, Cached: true},
		},
		Log: "Collecting a\x1b[1m\nERROR: none\n",
	}
	var out strings.Builder
	if err := printTrial(&out, &trial); err != nil {
		t.Fatal(err)
	}
	const want = `trial      b02-build-after-warm
cell       build/after/warm
block      2, a warm-up
outcome    failed: step failed
started    2026-11-24T03:15:00Z
timed      12.3 s
around it  2.50 s
machine    load 0.50 before it, waited for 3.00 s, stolen 0.25 s, disturbed: 2.0 % stolen

What proves its state
ok      index: requests to the upstream  0
not so  index: files                     3, wanted 0

What was measured
total        12.340 s
index.bytes  32690000 bytes

Its steps: from, seconds, phase
  0.00    1.50  base-image   [1/4] FROM base
  1.50  no end  pip-install  [3/4] RUN pip install
  1.50  cached  code-copy    [2/4] COPY . .

The end of its output
Collecting a�[1m
ERROR: none
`
	if got := out.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	out.Reset()
	if err := printTrial(&out, &results.Trial{ID: "b01-x", Outcome: results.OK}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "\n\n") {
		t.Errorf("a trial of which nothing is known has parts:\n%s", out.String())
	}
}
