// Package expect foretells how long trials will take from what those of earlier
// runs took.
//
// A forecast is a pure function of cells and trials, and says of how many
// trials it knows nothing: it never fills a gap in silence. Which runs may be
// put together, the caller knows.
package expect

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cibench/cibench/results"
)

// runsOfCell is how many runs tell of a cell, the newest that have it: a study
// and its machine change, and one run alone may have been an unlucky one.
const runsOfCell = 3

// A Forecast is how long trials are expected to take, by the wall clock and
// with their untimed work. What a run does before its first trial is not part
// of it.
type Forecast struct {
	Seconds float64 `json:"seconds"` // of all but the Unknown trials
	Trials  int     `json:"trials"`
	// Guessed counts the trials whose cell was never run: they are taken as the
	// mean of their job's other cells in their state, or without any, of all.
	Guessed int `json:"guessed"`
	// Unknown counts the trials of jobs that were never run.
	Unknown int `json:"unknown"`
}

// Of returns the forecast for trials of these cells. Of the runs, the newest
// first, it takes the trials' Slot, Cell, Outcome, Started, Duration and Untimed, and
// needs them in the order of their slots.
func Of(cells []results.Cell, runs [][]results.Trial) Forecast {
	byCell := map[results.Cell]*past{}
	for _, trials := range runs {
		addRun(byCell, trials)
	}
	// In a fixed order, as sums of floats depend on it.
	known := slices.SortedFunc(maps.Keys(byCell), func(a, b results.Cell) int { return strings.Compare(a.String(), b.String()) })
	untimed := map[string][]float64{} // of the trials of a job
	for _, cell := range known {
		untimed[cell.Job] = append(untimed[cell.Job], byCell[cell].untimed...)
	}
	takes := map[results.Cell]float64{}   // a trial of each cell
	means := map[results.Cell][]float64{} // of the cells of a job, and of those in a state
	for _, cell := range known {
		takes[cell] = byCell[cell].seconds(untimed[cell.Job])
		for _, like := range []results.Cell{{Job: cell.Job}, {Job: cell.Job, State: cell.State}} {
			means[like] = append(means[like], takes[cell])
		}
	}
	f := Forecast{Trials: len(cells)}
	for _, cell := range cells {
		seconds, ran := takes[cell]
		others := means[results.Cell{Job: cell.Job, State: cell.State}]
		if len(others) == 0 {
			others = means[results.Cell{Job: cell.Job}]
		}
		switch {
		case ran:
			f.Seconds += seconds
		case len(others) > 0:
			f.Guessed++
			f.Seconds += mean(others)
		default:
			f.Unknown++
		}
	}
	return f
}

// A past is what the trials of a cell took, in seconds. There is one at least.
type past struct {
	runs    int
	timed   []float64 // the timed windows
	untimed []float64 // the time from the window before to this one
}

// addRun adds what the trials of a run say of cells that not enough newer runs
// told of.
func addRun(byCell map[results.Cell]*past, trials []results.Trial) {
	of := map[results.Cell]*past{} // this run's
	for i, t := range trials {
		if t.Outcome == results.Failed { // a build that succeeds takes another time
			continue
		}
		p := of[t.Cell]
		if p == nil {
			p = &past{}
			of[t.Cell] = p
		}
		p.timed = append(p.timed, t.Duration)
		switch {
		case t.Untimed != nil:
			p.untimed = append(p.untimed, *t.Untimed)
		case i > 0 && trials[i-1].Slot == t.Slot-1: // what comes before the first trial is the run's set-up
			p.untimed = append(p.untimed, gap(trials[i-1], t))
		}
	}
	for cell, p := range of {
		all := byCell[cell]
		if all == nil {
			all = &past{}
			byCell[cell] = all
		}
		if all.runs < runsOfCell {
			all.runs++
			all.timed, all.untimed = append(all.timed, p.timed...), append(all.untimed, p.untimed...)
		}
	}
}

// gap returns the seconds between two timed windows, of runs that did not note
// what was untimed: the proof and removal of one trial, and the preparation of
// the next, which is most of it.
func gap(before, t results.Trial) float64 {
	return max(0, t.Started.Sub(before.Started).Seconds()-before.Duration)
}

// seconds returns what a trial takes. Of the timed windows the mean: means add up
// to what a run took. Of the untimed work the median, as some trials prime first,
// which is no part of the others. Where a cell was only ever first, ofJob tells of
// that work: that of its job's other trials.
func (p *past) seconds(ofJob []float64) float64 {
	untimed := p.untimed
	if len(untimed) == 0 {
		untimed = ofJob
	}
	return mean(p.timed) + lowerMedian(untimed)
}

// mean returns the arithmetic mean; 0 for nothing.
func mean(x []float64) float64 {
	var sum float64
	for _, v := range x {
		sum += v
	}
	return sum / float64(max(1, len(x)))
}

// lowerMedian returns the middle of x, of two the smaller; 0 for nothing.
func lowerMedian(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(x))[(len(x)-1)/2]
}

// String returns the forecast as a line: "expected: 2 h 10 min, from earlier
// runs".
func (f Forecast) String() string {
	if f.Unknown == f.Trials {
		return "expected: no earlier run tells how long"
	}
	s := "expected: " + duration(f.Seconds) + ", from earlier runs"
	if f.Guessed > 0 {
		were, are := "were", "are"
		if f.Guessed == 1 {
			were, are = "was", "is"
		}
		s += fmt.Sprintf("; %d of %d trials %s never run here and %s taken as others in their state, or of their job", f.Guessed, f.Trials, were, are)
	}
	if f.Unknown > 0 {
		s += fmt.Sprintf("; on top come %d of %d trials, as no earlier run tells how long their job takes", f.Unknown, f.Trials)
	}
	return s
}

// duration writes seconds with the two units that matter.
func duration(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second))
	switch minutes := int(d.Round(time.Minute).Minutes()); {
	case d < 2*time.Minute:
		return fmt.Sprintf("%.0f s", d.Round(time.Second).Seconds())
	case minutes < 60:
		return fmt.Sprintf("%d min", minutes)
	default:
		return fmt.Sprintf("%d h %d min", minutes/60, minutes%60)
	}
}
