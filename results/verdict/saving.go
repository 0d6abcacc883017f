package verdict

import (
	"fmt"
	"maps"
	"slices"

	"github.com/cibench/cibench/results"
)

// A Saving is the part of a phase's time that a variant saves against its
// job's baseline: 1 − variant/baseline, paired within blocks, so that a machine
// that grows slower over a run does not count. 0.7 is 70 %; below zero the
// variant is slower.
type Saving struct {
	results.Cell
	Baseline string `json:"baseline"`
	Phase    string `json:"phase"`
	Spread          // over blocks in which both are OK
	// Reason says why there is no number, or why a block was left out although
	// both are OK; else it is empty.
	Reason     string       `json:"reason,omitempty"`
	Documented []Comparison `json:"documented,omitempty"`
}

// savings returns the savings of the variant n for every phase that it or its
// baseline has, or that a target speaks of.
func savings(run results.Run, baseline string, base, n *numbers) []Saving {
	names := map[string]bool{}
	for _, cell := range []*numbers{base, n} {
		for name, s := range cell.samples {
			if s.kind == results.Phase {
				names[name] = true
			}
		}
	}
	for _, t := range run.Targets {
		if applies(t, results.Ratio, n.cell, t.Phase) {
			names[t.Phase] = true
		}
	}
	var all []Saving
	for _, name := range slices.SortedFunc(maps.Keys(names), comparePhases) {
		s := Saving{Cell: n.cell, Baseline: baseline, Phase: name}
		s.Spread, s.Reason = pair(baseline, base.phase(name), n.cell.Variant, n.phase(name))
		s.Documented = relative(run, s)
		all = append(all, s)
	}
	return all
}

// pair returns the savings over the blocks that both have, and what there is
// to say about missing ones. A baseline of zero has nothing to save.
func pair(baseline string, base map[int]float64, variant string, other map[int]float64) (Spread, string) {
	for _, side := range []struct {
		name   string
		blocks map[int]float64
	}{{baseline, base}, {variant, other}} {
		if len(side.blocks) == 0 {
			return Spread{}, fmt.Sprintf("no ok trial of %s has this phase", side.name)
		}
	}
	var ratios []float64
	both, idle := 0, 0
	for block, b := range base {
		v, ok := other[block]
		switch {
		case !ok:
			continue
		case b <= 0:
			idle++
		default:
			ratios = append(ratios, 1-v/b)
		}
		both++
	}
	switch {
	case both == 0:
		return Spread{}, fmt.Sprintf("no block has ok trials of both %s and %s", baseline, variant)
	case idle > 0:
		return spread(ratios), fmt.Sprintf("%s took no time in %d of %d blocks", baseline, idle, both)
	}
	return spread(ratios), ""
}
