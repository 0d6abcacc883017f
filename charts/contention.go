package charts

import (
	"math"
	"slices"

	"github.com/cibench/cibench/results/stats"
)

// A Contention chart shows how much the host's resources were contended for
// under the trials of a run, in the order of time: load, what a hypervisor
// stole, and the pressure on CPU, I/O and memory, a panel each. Trials that were
// disturbed are highlighted.
type Contention struct {
	Caption
	Trials []TrialContention // by their start
}

// A TrialContention is what the host did under one trial. What it does not
// publish is nil, and a gap.
type TrialContention struct {
	Load      *float64 // tasks, an average of one minute at the start
	Steal     *float64 // share of all processors' time: 0.05 is 5 %
	CPU       *float64 // share of the trial's time in which some task waited for it
	IO        *float64 // the same
	Memory    *float64 // the same
	Disturbed bool
}

// A contentionLane is one panel of the chart.
type contentionLane struct {
	title, unit string
	value       func(t TrialContention) *float64
	share       bool    // shown in per cent
	least       float64 // where the axis ends at least: a calm host shall look calm
}

var contentionLanes = []contentionLane{
	{"load", "tasks", func(t TrialContention) *float64 { return t.Load }, false, 1},
	{"steal", "% of CPU time", func(t TrialContention) *float64 { return t.Steal }, true, 0.05},
	{"CPU pressure", "% of the trial", func(t TrialContention) *float64 { return t.CPU }, true, 0.05},
	{"I/O pressure", "% of the trial", func(t TrialContention) *float64 { return t.IO }, true, 0.05},
	{"memory pressure", "% of the trial", func(t TrialContention) *float64 { return t.Memory }, true, 0.05},
}

// mostContended is the largest value that is drawn; beyond it, a figure is
// broken.
const mostContended = 1e6

// at returns the lane's value of a trial, and whether there is one to draw.
func (l contentionLane) at(t TrialContention) (float64, bool) {
	v := l.value(t)
	if v == nil || !(*v >= 0 && *v <= mostContended) { // NaN is neither
		return 0, false
	}
	return *v, true
}

// write returns v as the lane writes it.
func (l contentionLane) write(v float64) string {
	if l.share {
		return Percent(v)
	}
	return Seconds(v) // two decimals, fewer for large ones
}

// values returns what the lane draws.
func (l contentionLane) values(trials []TrialContention) []float64 {
	var all []float64
	for _, t := range trials {
		if v, ok := l.at(t); ok {
			all = append(all, v)
		}
	}
	return all
}

// factor is what a value is multiplied with on the axis.
func (l contentionLane) factor() float64 {
	if l.share {
		return 100
	}
	return 1
}

// A laneAxis begins at 0 and ends after a whole number of steps.
type laneAxis struct{ step, end float64 }

func (l contentionLane) axis(values []float64) laneAxis {
	high := l.least
	for _, v := range values {
		high = max(high, v)
	}
	high *= l.factor()
	step := nice(high, 3)
	return laneAxis{step, step * math.Ceil(high/step-1e-9)}
}

// words returns what is written beside the lane.
func (l contentionLane) words(values []float64) (median, most string) {
	if len(values) == 0 {
		return "not published", ""
	}
	return "median " + l.write(stats.Median(values)), "most " + l.write(stats.Max(values))
}

// A point is the value of the trial with that number, from 1.
type point struct {
	trial int
	value float64
}

// mostColumns bounds the points of a line, two in each column: more than that
// no reader tells apart on this width.
const mostColumns = 200

// lines returns the lane's points, a line for each stretch without a gap. Of more
// trials than a line can have points, it takes the smallest and the largest of
// each column; a gap is then a column without any.
func (l contentionLane) lines(trials []TrialContention) [][]point {
	var lines [][]point
	gap := true
	add := func(p point) {
		if gap {
			lines = append(lines, nil)
			gap = false
		}
		lines[len(lines)-1] = append(lines[len(lines)-1], p)
	}
	for from, to := range columns(len(trials)) {
		var low, high point
		found := false
		for i := from; i < to; i++ {
			v, ok := l.at(trials[i])
			if !ok {
				continue
			}
			if !found || v < low.value {
				low = point{i + 1, v}
			}
			if !found || v > high.value {
				high = point{i + 1, v}
			}
			found = true
		}
		switch {
		case !found:
			gap = true
		case low.trial == high.trial:
			add(low)
		case low.trial < high.trial:
			add(low)
			add(high)
		default:
			add(high)
			add(low)
		}
	}
	return lines
}

// columns divides n trials: one each while a line can have them all, else into
// mostColumns. It yields the first of a column and the one after its last.
func columns(n int) func(yield func(from, to int) bool) {
	c := mostColumns
	if n <= 2*mostColumns {
		c = n
	}
	return func(yield func(from, to int) bool) {
		for i := range c {
			if !yield(i*n/c, (i+1)*n/c) {
				return
			}
		}
	}
}

// disturbances returns the disturbed trials as stretches of numbers from 1,
// first and last. They are rounded to columns.
func (c Contention) disturbances() [][2]int {
	var all [][2]int
	for from, to := range columns(len(c.Trials)) {
		disturbed := slices.ContainsFunc(c.Trials[from:to], func(t TrialContention) bool { return t.Disturbed })
		switch n := len(all); {
		case !disturbed:
		case n > 0 && all[n-1][1] == from:
			all[n-1][1] = to
		default:
			all = append(all, [2]int{from + 1, to})
		}
	}
	return all
}
