// Package plan orders trials.
//
// A Plan is a pure function of its study, selection and seed: the same input
// gives the same order on every machine. Nothing here reads a clock or touches
// a cache; package runner does that.
package plan

import "github.com/cibench/cibench/scenarios"

// A Plan is the resolved, ordered list of trials of a study.
type Plan struct {
	Study       string `json:"study"`
	StudyDigest string `json:"studyDigest"`
	Seed        uint64 `json:"seed"`
	Blocks      int    `json:"blocks"` // measured blocks
	// MinBlocks is how many of them hold every cell whatever is found. Later
	// ones leave out cells whose comparisons are decided by then. 0 stands for
	// all.
	MinBlocks int     `json:"minBlocks,omitempty"`
	Selection Options `json:"selection"` // without Seed and Unavailable
	Trials    []Trial `json:"trials"`
	Skipped   []Skip  `json:"skipped,omitempty"`
}

// ByBlock returns the trials block by block, in their order.
func (p Plan) ByBlock() [][]Trial {
	var all [][]Trial
	for i, t := range p.Trials {
		if i == 0 || t.Block != p.Trials[i-1].Block || t.Warmup != p.Trials[i-1].Warmup {
			all = append(all, nil)
		}
		all[len(all)-1] = append(all[len(all)-1], t)
	}
	return all
}

// MayBeLeftOut tells whether t is in a block that holds only what is undecided
// by then.
func (p Plan) MayBeLeftOut(t Trial) bool {
	return p.MinBlocks > 0 && !t.Warmup && t.Block > p.MinBlocks
}

// A Trial is one slot of a plan.
type Trial struct {
	ID      string          `json:"id"`    // unique within the plan: "b01-build-and-push-after-cold", "w01-…" in a warm-up
	Slot    int             `json:"slot"`  // from 0
	Block   int             `json:"block"` // from 1; warm-up blocks are counted apart, from 1 as well
	Warmup  bool            `json:"warmup,omitempty"`
	Job     string          `json:"job"`
	Variant string          `json:"variant"`
	State   scenarios.State `json:"state"`
}

// A Skip is a variant that this machine cannot run, with the reason.
type Skip struct {
	Job     string `json:"job"`
	Variant string `json:"variant"`
	Reason  string `json:"reason"`
}
