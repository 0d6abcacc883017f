package expect

import (
	"math"
	"testing"
	"time"

	"github.com/cibench/cibench/results"
)

var epoch = time.Date(2026, 11, 24, 3, 15, 0, 0, time.UTC)

var (
	cold   = results.Cell{Job: "build", Variant: "before", State: "cold"}
	warm   = results.Cell{Job: "build", Variant: "before", State: "warm"}
	added  = results.Cell{Job: "build", Variant: "after", State: "cold"}
	bumped = results.Cell{Job: "build", Variant: "before", State: "deps-bump"}
	lint   = results.Cell{Job: "lint", Variant: "before", State: "cold"}
)

// slot is a trial as a test writes it: untimed seconds, then timed ones.
type slot struct {
	cell           results.Cell
	untimed, timed float64
	outcome        results.Outcome // "" is OK
}

// run returns trials that follow each other.
func run(slots ...slot) []results.Trial {
	var trials []results.Trial
	now := epoch
	for i, s := range slots {
		now = now.Add(time.Duration(s.untimed * float64(time.Second)))
		t := results.Trial{Slot: i, Cell: s.cell, Outcome: s.outcome, Started: now, Duration: s.timed}
		if t.Outcome == "" {
			t.Outcome = results.OK
		}
		now = now.Add(time.Duration(s.timed * float64(time.Second)))
		trials = append(trials, t)
	}
	return trials
}

func TestOf(t *testing.T) {
	t.Parallel()
	newest := run(slot{cold, 900, 10, ""}, slot{warm, 5, 2, ""}, slot{cold, 3, 30, ""}, slot{warm, 7, 4, ""})
	holed := run(slot{cold, 0, 10, ""}, slot{warm, 5, 2, ""}, slot{cold, 3, 30, ""})
	holed = append(holed[:1], holed[2])
	back := run(slot{cold, 0, 10, ""}, slot{warm, -30, 2, ""})
	for name, tt := range map[string]struct {
		cells []results.Cell
		runs  [][]results.Trial
		want  Forecast
	}{
		"nothing": {nil, nil, Forecast{}},
		"no run":  {[]results.Cell{cold, warm}, nil, Forecast{Trials: 2, Unknown: 2}},
		// The set-up's 900 s are no trial's: cold is 20 + 3, warm 3 + 5.
		"means":                   {[]results.Cell{cold, warm, cold}, [][]results.Trial{newest}, Forecast{Seconds: 23 + 8 + 23, Trials: 3}},
		"never run":               {[]results.Cell{added, cold}, [][]results.Trial{newest}, Forecast{Seconds: 23 + 23, Trials: 2, Guessed: 1}},
		"never run in that state": {[]results.Cell{bumped, cold}, [][]results.Trial{newest}, Forecast{Seconds: (23.+8)/2 + 23, Trials: 2, Guessed: 1}},
		"other job":               {[]results.Cell{lint, cold, lint}, [][]results.Trial{newest}, Forecast{Seconds: 23, Trials: 3, Unknown: 2}},
		"a cell that was only ever first": {[]results.Cell{cold},
			[][]results.Trial{run(slot{cold, 900, 10, ""}, slot{warm, 6, 2, ""})}, Forecast{Seconds: 16, Trials: 1}},
		"a trial that primes": {[]results.Cell{warm},
			[][]results.Trial{run(slot{cold, 0, 10, ""}, slot{warm, 130, 2, ""}, slot{warm, 5, 2, ""}, slot{warm, 7, 2, ""})}, Forecast{Seconds: 9, Trials: 1}},
		"one trial": {[]results.Cell{cold}, [][]results.Trial{run(slot{cold, 900, 10, ""})}, Forecast{Seconds: 10, Trials: 1}},
		"failed trials say only when they ended": {[]results.Cell{cold, warm},
			[][]results.Trial{run(slot{cold, 0, 600, results.Failed}, slot{warm, 5, 2, results.Invalid})},
			Forecast{Seconds: 7 + 7, Trials: 2, Guessed: 1}},
		"only failed": {[]results.Cell{cold}, [][]results.Trial{run(slot{cold, 0, 600, results.Failed})}, Forecast{Trials: 1, Unknown: 1}},
		"only the newest three count": {[]results.Cell{cold}, [][]results.Trial{
			run(slot{cold, 0, 1, ""}), run(slot{warm, 0, 50, ""}), run(slot{cold, 0, 2, ""}), run(slot{cold, 0, 3, ""}), run(slot{cold, 0, 1000, ""}),
		}, Forecast{Seconds: 2, Trials: 1}},
		// The trial between the two was not recorded: its time is in the gap.
		"a hole":      {[]results.Cell{cold}, [][]results.Trial{holed}, Forecast{Seconds: 20, Trials: 1}},
		"a set clock": {[]results.Cell{warm}, [][]results.Trial{back}, Forecast{Seconds: 2, Trials: 1}},
	} {
		got := Of(tt.cells, tt.runs)
		if math.Abs(got.Seconds-tt.want.Seconds) < 1e-6 {
			got.Seconds = tt.want.Seconds
		}
		if got != tt.want {
			t.Errorf("%s: got %+v, want %+v", name, got, tt.want)
		}
	}
}

func TestString(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		f    Forecast
		want string
	}{
		{Forecast{Trials: 3, Unknown: 3}, "expected: no earlier run tells how long"},
		{Forecast{Seconds: 42.4, Trials: 1}, "expected: 42 s, from earlier runs"},
		{Forecast{Seconds: 119.4, Trials: 1}, "expected: 119 s, from earlier runs"},
		{Forecast{Seconds: 149, Trials: 1}, "expected: 2 min, from earlier runs"},
		{Forecast{Seconds: 3599, Trials: 1}, "expected: 1 h 0 min, from earlier runs"},
		{Forecast{Seconds: 7800, Trials: 40, Guessed: 12},
			"expected: 2 h 10 min, from earlier runs; 12 of 40 trials were never run here and are taken as others in their state, or of their job"},
		{Forecast{Seconds: 7800, Trials: 40, Guessed: 1},
			"expected: 2 h 10 min, from earlier runs; 1 of 40 trials was never run here and is taken as others in their state, or of their job"},
		{Forecast{Seconds: 60, Trials: 40, Unknown: 30},
			"expected: 60 s, from earlier runs; on top come 30 of 40 trials, as no earlier run tells how long their job takes"},
	} {
		if got := tt.f.String(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}
