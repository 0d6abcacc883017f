package runner

import (
	"slices"
	"time"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// Progress is told how a walk gets on, between trials and so outside every
// timed window.
type Progress interface {
	// Started is called before a trial is prepared. What remains includes it.
	Started(t plan.Trial, left Remaining)

	// Finished is called when a trial is recorded.
	Finished(t results.Trial, left Remaining)
}

// Remaining is what is left of a walk.
type Remaining struct {
	Trials int
	Time   time.Duration // an estimate, meaningful when Known
	Known  bool          // false until the first trial finished, where nothing was expected
}

// An estimator foretells a walk's remaining time from its finished trials.
type estimator struct {
	left    []plan.Trial
	byCell  map[results.Cell]time.Duration
	byState map[scenarios.State]time.Duration
	latest  time.Duration
}

// newEstimator goes by what is expected of each cell until one of its trials has
// finished; nil expects nothing.
func newEstimator(p plan.Plan, expected func(results.Cell) (time.Duration, bool)) *estimator {
	e := &estimator{
		left:    slices.DeleteFunc(slices.Clone(p.Trials), p.MayBeLeftOut),
		byCell:  map[results.Cell]time.Duration{},
		byState: map[scenarios.State]time.Duration{},
	}
	if expected == nil {
		return e
	}
	for _, t := range p.Trials {
		cell := CellOf(t)
		if _, ok := e.byCell[cell]; ok {
			continue
		}
		if d, ok := expected(cell); ok {
			e.byCell[cell] = d
		}
	}
	return e
}

// begin notes which trials of a block are run. Later blocks count only as far as
// they are sure to be run.
func (e *estimator) begin(block, chosen []plan.Trial) {
	left := slices.DeleteFunc(e.left, func(t plan.Trial) bool { return t.Block == block[0].Block && t.Warmup == block[0].Warmup })
	e.left = append(slices.Clone(chosen), left...)
}

// finished notes that the next trial took d, with all its steps. The latest
// figure replaces earlier ones: the first trial of a variant also primes its
// caches, which those after it find done.
func (e *estimator) finished(d time.Duration) {
	t := e.left[0]
	e.left = e.left[1:]
	e.byCell[CellOf(t)] = d
	e.byState[t.State] = d
	e.latest = d
}

// remaining adds up, for each trial left, the time of the latest one of its
// cell, or what is expected of it, else of its state, else of any.
func (e *estimator) remaining() Remaining {
	r := Remaining{Trials: len(e.left), Known: len(e.byCell) > 0}
	for _, t := range e.left {
		d, ok := e.byCell[CellOf(t)]
		if !ok {
			d, ok = e.byState[t.State]
		}
		if !ok {
			d = e.latest
		}
		r.Time += d
	}
	return r
}
