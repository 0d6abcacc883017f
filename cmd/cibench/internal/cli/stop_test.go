package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/scenarios/plan"
)

// A stopping is a stopper over a plan of one comparison or more, with what is done
// of it.
type stopping struct {
	*stopper
	done []results.Trial
	said []string
}

// newStopping returns one of so many blocks, of which five are sure. Each has a
// trial of before, of after, and of the others, in that order.
func newStopping(blocks int, others ...results.Variant) *stopping {
	p := plan.Plan{Study: "s", Blocks: blocks, MinBlocks: 5}
	variants := append([]results.Variant{{Name: "before"}, {Name: "after", Baseline: "before"}}, others...)
	for block := 1; block <= blocks; block++ {
		for _, v := range variants {
			p.Trials = append(p.Trials, plan.Trial{
				ID: fmt.Sprintf("b%02d-%s", block, v.Name), Slot: len(p.Trials), Block: block, Job: "build", Variant: v.Name, State: "cold",
			})
		}
	}
	s := &stopping{}
	s.stopper = &stopper{
		plan: p, say: func(text string) { s.said = append(s.said, text) },
		run: results.Run{Policy: results.Policy{Confidence: 0.9375, Same: 0.03, Effect: 0.02}, Jobs: []results.Job{{
			Name: "build", Variants: variants,
		}}},
		trials: func(context.Context) ([]results.Trial, error) { return s.done, nil },
	}
	return s
}

// run notes that a trial took so long, and half a minute around that.
func (s *stopping) run(t plan.Trial, seconds float64) {
	s.done = append(s.done, results.Trial{
		ID: t.ID, Slot: t.Slot, Block: t.Block, Cell: runner.CellOf(t), Outcome: results.OK, Duration: seconds, Untimed: new(30.0),
		Samples: []results.Sample{{Name: results.PhaseTotal, Kind: results.Phase, Unit: results.Seconds, Value: seconds}},
	})
}

// runBlocks notes so many blocks, in which trials take 10 s but for those of the
// variants that are named: these take as much more or less, in turns.
func (s *stopping) runBlocks(blocks int, scatter map[string]float64) {
	for _, trial := range s.plan.Trials {
		if trial.Block <= blocks {
			s.run(trial, 10+scatter[trial.Variant]*float64(1-trial.Block%3))
		}
	}
}

// chosen returns the ids of what is chosen of the blocks, in their order.
func (s *stopping) chosen(t *testing.T, blocks ...int) string {
	t.Helper()
	var ids []string
	for _, block := range blocks {
		trials, err := s.Choose(t.Context(), s.plan.ByBlock()[block-1])
		if err != nil {
			t.Fatal(err)
		}
		for _, trial := range trials {
			ids = append(ids, trial.ID)
		}
	}
	return strings.Join(ids, " ")
}

func TestStopperResumes(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		done []int // slots
		want string
	}{
		"anew":             {nil, "b01-before b01-after b02-before b02-after"},
		"in a block":       {[]int{0, 1, 2}, "b02-after"},
		"between blocks":   {[]int{0, 1}, "b02-before b02-after"},
		"left for a later": {[]int{0, 2}, "b02-after"},
		"all of it":        {[]int{0, 1, 2, 3}, ""},
	} {
		s := newStopping(9)
		for _, slot := range tc.done {
			s.run(s.plan.Trials[slot], 10)
		}
		if got := s.chosen(t, 1, 2); got != tc.want || len(s.said) > 0 {
			t.Errorf("%s: got %q and said %q, want %q and nothing", name, got, s.said, tc.want)
		}
	}
}

// TestStopperTime has trials of 40 s with all that is done for them.
func TestStopperTime(t *testing.T) {
	t.Parallel()
	cell := results.Cell{Job: "build", Variant: "before", State: "cold"}
	earlier := []results.Trial{{Cell: cell, Outcome: results.OK, Duration: 10, Untimed: new(30.0)}}
	for name, tc := range map[string]struct {
		left    time.Duration
		done    []int
		earlier []results.Trial
		want    string
		up      string
	}{
		"enough":               {90 * time.Second, []int{0, 1}, nil, "b02-before b02-after", ""},
		"too little":           {70 * time.Second, []int{0, 1}, nil, "", "the time is up before block 2"},
		"enough for the rest":  {50 * time.Second, []int{0, 1, 2}, nil, "b02-after", ""},
		"nothing known":        {time.Second, nil, nil, "b01-before b01-after", ""},
		"known of earlier":     {70 * time.Second, nil, earlier, "", "the time is up before block 1"},
		"known, and enough":    {90 * time.Second, nil, earlier, "b01-before b01-after", ""},
		"all done, and no day": {-time.Second, []int{0, 1, 2, 3}, nil, "", ""},
	} {
		s := newStopping(9)
		s.until = time.Now().Add(tc.left)
		if tc.earlier != nil {
			s.earlier = [][]results.Trial{tc.earlier}
		}
		for _, slot := range tc.done {
			s.run(s.plan.Trials[slot], 10)
		}
		blocks := []int{1, 2}
		if len(tc.done) == 0 {
			blocks = []int{1}
		}
		if got := s.chosen(t, blocks...); got != tc.want || s.outOfTime != tc.up {
			t.Errorf("%s: got %q and %q, want %q and %q", name, got, s.outOfTime, tc.want, tc.up)
		}
	}
}

// TestStopperHasDecider ends a run that a phase is to decide which no trial has.
func TestStopperHasDecider(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		phase   string
		outcome results.Outcome // of the first block
		block   int             // that is chosen of next
		absent  bool            // no selected job can have it, as the user was told
		want    string
	}{
		"nothing known":    {"pip-install", results.OK, 1, false, ""},
		"total":            {"", results.OK, 2, false, ""},
		"there":            {"export", results.OK, 2, false, ""},
		"not there":        {"pip-install", results.OK, 2, false, "no trial up to here has the phase pip-install, which is to decide the run"},
		"not expected":     {"pip-install", results.OK, 2, true, ""},
		"nothing measured": {"pip-install", results.Failed, 2, false, ""},
	} {
		s := newStopping(9)
		s.stopper.run.Policy.Phase, s.decides = tc.phase, !tc.absent
		for _, slot := range []int{0, 1}[:2*(tc.block-1)] {
			s.run(s.plan.Trials[slot], 10)
			s.done[slot].Outcome = tc.outcome
			s.done[slot].Samples = append(s.done[slot].Samples, results.Sample{Name: "export", Kind: results.Phase, Unit: results.Seconds, Value: 1})
		}
		got := ""
		if _, err := s.Choose(t.Context(), s.plan.ByBlock()[tc.block-1]); err != nil {
			got = err.Error()
		}
		if got != tc.want {
			t.Errorf("%s: got error %q, want %q", name, got, tc.want)
		}
	}
}

// TestStopperDecides goes on with what is undecided, and ends when nothing is.
func TestStopperDecides(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		after func(block int) float64
		want  string
		said  []string
	}{
		"decided":   {func(int) float64 { return 5 }, "", []string{"nothing is left to decide after block 5"}},
		"undecided": {func(block int) float64 { return 9 + float64(block%3) }, "b06-before b06-after", nil},
	} {
		s := newStopping(9)
		for _, trial := range s.plan.Trials[:10] {
			seconds := 10.0
			if trial.Variant == "after" {
				seconds = tc.after(trial.Block)
			}
			s.run(trial, seconds)
		}
		if got := s.chosen(t, 6); got != tc.want || !slices.Equal(s.said, tc.said) || s.outOfTime != "" {
			t.Errorf("%s: got %q, said %q, want %q, %q", name, got, s.said, tc.want, tc.said)
		}
	}
}

// TestStopperOpen has two comparisons or more, and time for some.
func TestStopperOpen(t *testing.T) {
	t.Parallel()
	other := results.Variant{Name: "other", Baseline: "before"}
	again := results.Variant{Name: "again", Baseline: "before", Null: true}
	wide := map[string]float64{"after": 0.6, "other": 1, "again": 2}
	const forOne, forTwo, forAll = 90 * time.Second, 130 * time.Second, time.Hour // a trial takes 40 s
	for name, tc := range map[string]struct {
		others  []results.Variant
		scatter map[string]float64
		left    time.Duration
		want    string
		up      string
	}{
		"one is decided":           {[]results.Variant{other}, map[string]float64{"other": 1}, forAll, "b09-before b09-other", ""},
		"the other is":             {[]results.Variant{other}, map[string]float64{"after": 1}, forAll, "b09-before b09-after", ""},
		"the widest goes first":    {[]results.Variant{other}, wide, forOne, "b09-before b09-other", "the time is up within block 9, the last"},
		"there is time for both":   {[]results.Variant{other}, wide, forTwo, "b09-before b09-after b09-other", ""},
		"the null goes last":       {[]results.Variant{again}, wide, forOne, "b09-before b09-after", "the time is up within block 9, the last"},
		"and after all others":     {[]results.Variant{again, other}, wide, forTwo, "b09-before b09-after b09-other", "the time is up within block 9, the last"},
		"the null goes, with time": {[]results.Variant{again}, wide, forTwo, "b09-before b09-after b09-again", ""},
		"for none":                 {[]results.Variant{other}, wide, time.Second, "", "the time is up before block 9"},
	} {
		s := newStopping(9, tc.others...)
		s.runBlocks(8, tc.scatter)
		s.until = time.Now().Add(tc.left)
		if got := s.chosen(t, 9); got != tc.want || s.outOfTime != tc.up {
			t.Errorf("%s: got %q and %q, want %q and %q", name, got, s.outOfTime, tc.want, tc.up)
		}
	}
}

// TestStopperNotLast leaves a comparison out of a block that has another after it.
func TestStopperNotLast(t *testing.T) {
	t.Parallel()
	s := newStopping(9, results.Variant{Name: "other", Baseline: "before"})
	s.runBlocks(7, map[string]float64{"after": 0.6, "other": 1})
	s.until = time.Now().Add(90 * time.Second)
	if got, want := s.chosen(t, 8), "b08-before b08-other"; got != want || s.outOfTime != "" {
		t.Errorf("got %q and %q, want %q and that the run is not out of time", got, s.outOfTime, want)
	}
}

// TestStopperLeftOutTwice goes on a second time, when the last that was done in
// the block was done after the end for want of time.
func TestStopperLeftOutTwice(t *testing.T) {
	t.Parallel()
	s := newStopping(9, results.Variant{Name: "own"}, results.Variant{Name: "other", Baseline: "before"}, results.Variant{Name: "apart", Baseline: "own"})
	s.runBlocks(8, map[string]float64{"after": 1, "other": 1, "apart": 1})
	s.lateAt = time.Date(2026, 11, 24, 3, 15, 0, 0, time.UTC)
	first := len(s.done)
	for slot, since := range []time.Duration{-time.Minute, -time.Minute, time.Minute} {
		s.run(s.plan.Trials[first+slot], 10)
		s.done[len(s.done)-1].Started = s.lateAt.Add(since)
	}
	if got := s.chosen(t, 9); got != "b09-apart" {
		t.Errorf("got %q, want b09-apart: what other is compared with was done before the pause", got)
	}
}

// TestStopperLeftOut goes on with a run in whose last block a comparison was left
// out: one whose baseline is done stays left, and one that is left whole is run.
func TestStopperLeftOut(t *testing.T) {
	t.Parallel()
	other := results.Variant{Name: "other", Baseline: "before"}
	apart := []results.Variant{{Name: "own"}, {Name: "apart", Baseline: "own"}}
	ended := time.Date(2026, 11, 24, 3, 15, 0, 0, time.UTC)
	for name, tc := range map[string]struct {
		others []results.Variant
		done   []int         // slots of block 9, beside 8 blocks
		since  time.Duration // from the last end for want of time to the trials of block 9; 0 for never
		want   string
	}{
		"out of time":               {[]results.Variant{other}, []int{0, 1}, -time.Minute, ""},
		"out of time, in the midst": {[]results.Variant{other}, []int{0, 2}, -time.Minute, ""},
		"and before a trial":        {[]results.Variant{other}, []int{0}, -time.Minute, ""},
		"a comparison is whole":     {apart, []int{0, 1}, -time.Minute, "b09-own b09-apart"},
		"and another is not":        {apart, []int{0, 2, 3}, -time.Minute, ""},
		"none was begun":            {[]results.Variant{other}, nil, 0, "b09-before b09-after b09-other"},
		"cut off":                   {[]results.Variant{other}, []int{0, 1}, 0, "b09-other"},
		"cut off at once":           {[]results.Variant{other}, []int{0}, 0, "b09-after b09-other"},
		"cut off after its turn":    {[]results.Variant{other}, []int{0, 2}, 0, ""},
		"cut off later":             {[]results.Variant{other}, []int{0, 1}, time.Minute, "b09-other"},
	} {
		s := newStopping(9, tc.others...)
		s.runBlocks(8, map[string]float64{"after": 1, "other": 1, "apart": 1})
		if tc.since != 0 {
			s.lateAt = ended
		}
		first := len(s.done)
		for _, slot := range tc.done {
			s.run(s.plan.Trials[first+slot], 10)
			s.done[len(s.done)-1].Started = ended.Add(tc.since)
		}
		if got := s.chosen(t, 9); got != tc.want || s.outOfTime != "" {
			t.Errorf("%s: got %q and %q, want %q", name, got, s.outOfTime, tc.want)
		}
	}
}
