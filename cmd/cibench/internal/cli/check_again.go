package cli

import (
	"context"
	"io"
	"slices"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/gate"
	"github.com/cibench/cibench/scenarios"
)

// suspectsOf returns the cells of which fresh trials confirm what failed.
func suspectsOf(all []gate.Result) []results.Cell {
	var cells []results.Cell
	for _, r := range all {
		if r.Status != gate.Fail {
			continue
		}
		for _, c := range gate.Cells(r) {
			if !slices.Contains(cells, c) {
				cells = append(cells, c)
			}
		}
	}
	return cells
}

// again runs the cells once more, as often as the run did, with the same study
// and in an order of its own. Each trial has a builder of its own anyway.
func (o *checkOptions) again(ctx context.Context, streams *IO, cfg *config, r *loadedRun, cells []results.Cell) (*loadedRun, error) {
	sel := selection{blocks: max(scenarios.MinBlocks, blocksOf(r.trials))}
	for _, c := range cells {
		sel.only = append(sel.only, c.String())
	}
	quiet := *streams
	quiet.Out = io.Discard // the gate's own output is all there is
	var id string
	var err error
	if r.run.Simulated {
		id, err = (&simulateOptions{study: r.run.Source, selection: sel, quiet: o.quiet}).execute(ctx, &quiet, cfg)
	} else {
		id, err = (&runOptions{study: r.run.Source, selection: sel, quiet: o.quiet, builder: builderOf(r.run)}).execute(ctx, &quiet, cfg)
	}
	if err != nil {
		return nil, err
	}
	fresh, err := loadRun(ctx, cfg, id)
	if err != nil {
		return nil, err
	}
	if diff := hostDifferences(r.run.Environment, fresh.run.Environment); len(diff) > 0 {
		return nil, usageHint("check the run where it was measured, or say --confirm=false", "this is another environment: %s", joined(diff))
	}
	if fresh.run.StudyDigest != r.run.StudyDigest {
		return nil, usageHint("run the study again, or say --confirm=false", "study %s is not what it was when run %s began", r.run.Source, r.run.ID)
	}
	return fresh, nil
}

// blocksOf returns the number of blocks that were measured.
func blocksOf(trials []results.Trial) int {
	n := 0
	for _, t := range trials {
		if !t.Warmup {
			n = max(n, t.Block)
		}
	}
	return n
}
