package cli

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/gate"
	"github.com/cibench/cibench/results/verdict"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

var (
	coldCell = results.Cell{Job: "build", Variant: "after", State: "cold"}
	lateCell = results.Cell{Job: "build", Variant: "after", State: "warm"}
)

// slowRun returns a run of the cold cell, a minute in each block, in whose plan
// the other one is, too.
func slowRun(t *testing.T, blocks int) *loadedRun {
	t.Helper()
	p := plan.Plan{Blocks: blocks}
	for _, c := range []results.Cell{coldCell, lateCell} {
		p.Trials = append(p.Trials, plan.Trial{Job: c.Job, Variant: c.Variant, State: scenarios.State(c.State)})
	}
	r := &loadedRun{run: results.Run{ID: "r1", Source: "/ci/study", Policy: results.Policy{Confidence: 0.9375},
		Environment: results.Environment{"builder": "engine"}}}
	for block := 1; block <= blocks; block++ {
		r.trials = append(r.trials, results.Trial{Block: block, Slot: block, Cell: coldCell, Outcome: results.OK, Duration: 60, Untimed: new(float64),
			Samples: []results.Sample{{Name: "total", Kind: results.Phase, Unit: results.Seconds, Value: 60}}})
	}
	var err error
	if r.run.Plan, err = json.Marshal(p); err != nil {
		t.Fatal(err)
	}
	r.summary = func() verdict.Summary { return verdict.Summarize(r.run, r.trials) }
	return r
}

func TestFreshRun(t *testing.T) {
	t.Parallel()
	r := slowRun(t, 3)
	o := checkOptions{maxTime: 45 * time.Minute, quiet: true}
	got := o.freshRun(r, []results.Cell{coldCell})
	if got.maxTime != o.maxTime || !got.quiet || got.confirms != &r.run || got.study != "/ci/study" || got.builder != "engine" ||
		got.selection.blocks != 5 || !slices.Equal(got.selection.only, []string{"build/after/cold"}) {
		t.Errorf("got %+v, want five blocks of the cell, as the run was and with the options' time", got)
	}
	if got := o.freshRun(slowRun(t, 9), []results.Cell{coldCell, lateCell}).selection.blocks; got != 9 {
		t.Errorf("of nine blocks: got %d, want as many", got)
	}
}

func TestAnnounce(t *testing.T) {
	t.Parallel()
	const what = "what breaks a rule is run again before it counts: 6 trials in 6 blocks"
	for _, tt := range []struct {
		name             string
		quiet, simulated bool
		want             string
	}{
		{"quiet", true, false, what + "\nexpected: 6 min, from earlier runs"},
		{"loud", false, false, what}, // and the run says how long
		{"simulated", true, true, what},
	} {
		r := slowRun(t, 5)
		r.run.Simulated = tt.simulated
		o := checkOptions{quiet: tt.quiet}
		if got := o.announce(r, []results.Cell{coldCell}, 5, 1); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestJudgeOf tells of what the plan has and the run did not reach, and of how few
// blocks it has.
func TestJudgeOf(t *testing.T) {
	t.Parallel()
	rules, err := gate.Parse("rules", []byte("total p90 < 90s"))
	if err != nil {
		t.Fatal(err)
	}
	j, err := judgeOf(slowRun(t, 5), nil)
	if err != nil {
		t.Fatal(err)
	}
	all, err := j.Evaluate(rules)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range all {
		got = append(got, r.Cell.String()+" "+r.Reason)
	}
	want := []string{"build/after/cold 5 of 27 trials, and the run's plan has at most 5", "build/after/warm the run did not get to it"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
