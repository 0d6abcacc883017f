package verdict

import (
	"math"
	"slices"
	"strings"

	"github.com/cibench/cibench/results"
)

// A Cell is what the trials of one cell show, warm-ups aside.
type Cell struct {
	results.Cell
	// Derived names, for a cell of a pipeline, the jobs whose totals it sums. Its
	// phases are these jobs, and its trials are no trials of their own.
	Derived  []string    `json:"derived,omitempty"`
	OK       int         `json:"ok"`      // number of trials
	Failed   int         `json:"failed"`  // number of trials
	Invalid  int         `json:"invalid"` // number of trials
	Excluded []Exclusion `json:"excluded,omitempty"`
	// Disturbed are the ok trials during which the machine did something else
	// beyond what is tolerated. They count.
	Disturbed []Disturbance `json:"disturbed,omitempty"`
	Phases    []Phase       `json:"phases"`
	Counters  []Counter     `json:"counters"` // by name
}

// An Exclusion is a trial whose numbers were left out, with the reason.
type Exclusion struct {
	Trial   string          `json:"trial"`
	Block   int             `json:"block"`
	Outcome results.Outcome `json:"outcome"`
	Reason  string          `json:"reason"`
}

// A Disturbance is what the machine did besides, during or right before a trial.
type Disturbance struct {
	Trial string `json:"trial"`
	Block int    `json:"block"`
	What  string `json:"what"`
}

// A Phase is the time that a phase took, in seconds. Phases overlap: they do
// not add up to the total.
type Phase struct {
	Name string `json:"name"`
	Spread
	Documented []Comparison `json:"documented,omitempty"`
}

// A Counter is an exact figure, in Unit.
type Counter struct {
	Name string       `json:"name"`
	Unit results.Unit `json:"unit"`
	Spread
	Equal bool `json:"equal"` // all N values are the same
}

// numbers holds what the trials of a cell measured.
type numbers struct {
	cell      results.Cell
	ok        int
	excluded  []Exclusion
	disturbed []Disturbance
	samples   map[string]*series
}

// A series is the values of one phase or counter over the OK trials.
type series struct {
	kind   results.Kind
	unit   results.Unit
	values []float64
	blocks map[int]float64
}

// gather sorts the trials into cells, in order of first appearance.
func gather(trials []results.Trial) []*numbers {
	var cells []*numbers
	byCell := map[results.Cell]*numbers{}
	for _, t := range trials {
		if t.Warmup {
			continue
		}
		n := byCell[t.Cell]
		if n == nil {
			n = &numbers{cell: t.Cell, samples: map[string]*series{}}
			byCell[t.Cell] = n
			cells = append(cells, n)
		}
		n.add(t)
	}
	return cells
}

func (n *numbers) add(t results.Trial) {
	if t.Outcome != results.OK {
		n.excluded = append(n.excluded, Exclusion{Trial: t.ID, Block: t.Block, Outcome: t.Outcome, Reason: t.Reason})
		return
	}
	n.ok++
	if t.Host.Disturbed != "" {
		n.disturbed = append(n.disturbed, Disturbance{Trial: t.ID, Block: t.Block, What: t.Host.Disturbed})
	}
	for _, s := range t.Samples {
		if math.IsNaN(s.Value) || math.IsInf(s.Value, 0) {
			continue // not a measurement
		}
		v := n.samples[s.Name]
		if v == nil {
			v = &series{kind: s.Kind, unit: s.Unit, blocks: map[int]float64{}}
			n.samples[s.Name] = v
		}
		v.values = append(v.values, s.Value)
		v.blocks[t.Block] = s.Value
	}
}

// phase returns the seconds of that phase by block.
func (n *numbers) phase(name string) map[int]float64 {
	if s := n.samples[name]; s != nil && s.kind == results.Phase {
		return s.blocks
	}
	return nil
}

func (n *numbers) summary(run results.Run) Cell {
	pipeline, _ := run.Pipeline(n.cell.Job)
	c := Cell{Cell: n.cell, Derived: pipeline.Jobs, OK: n.ok, Excluded: n.excluded, Disturbed: n.disturbed}
	for _, e := range n.excluded {
		switch e.Outcome {
		case results.Failed:
			c.Failed++
		case results.Invalid:
			c.Invalid++
		}
	}
	for name, s := range n.samples {
		switch s.kind {
		case results.Phase:
			c.Phases = append(c.Phases, Phase{Name: name, Spread: SpreadOf(s.values), Documented: absolute(run, n.cell, name, SpreadOf(s.values))})
		case results.Counter:
			sp := SpreadOf(s.values)
			c.Counters = append(c.Counters, Counter{Name: name, Unit: s.unit, Spread: sp, Equal: sp.Min == sp.Max})
		}
	}
	inOrder := phaseOrderOf(run, n.cell.Job)
	slices.SortFunc(c.Phases, func(a, b Phase) int { return inOrder(a.Name, b.Name) })
	slices.SortFunc(c.Counters, func(a, b Counter) int { return strings.Compare(a.Name, b.Name) })
	return c
}
