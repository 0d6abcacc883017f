package cli

import (
	"context"
	"errors"
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
func (o *checkOptions) again(ctx context.Context, streams *IO, cfg *config, r *loadedRun, opened func() (*openedStudy, error), cells []results.Cell) (*loadedRun, error) {
	const hint = "--confirm=false takes the first run's word"
	study, err := opened()
	if err != nil {
		return nil, usageHint(hint, "%w", err)
	}
	if study.Digest != r.run.StudyDigest {
		return nil, usageHint(hint, "study %s is not what it was when run %s began", r.run.Source, r.run.ID)
	}
	sel := selection{blocks: max(scenarios.MinBlocks, blocksOf(r.trials))}
	for _, c := range cells {
		sel.only = append(sel.only, c.String())
	}
	quiet := *streams
	quiet.Out = io.Discard // the gate's own output is all there is
	var id string
	if r.run.Simulated {
		o := simulateOptions{study: r.run.Source, selection: sel, quiet: o.quiet, confirms: &r.run}
		id, err = o.execute(ctx, &quiet, cfg)
	} else {
		o := runOptions{study: r.run.Source, selection: sel, quiet: o.quiet, builder: builderOf(r.run), confirms: &r.run}
		id, err = o.execute(ctx, &quiet, cfg)
	}
	var nothing *nothingMeasuredError // a build that is broken now is an answer, too
	if err != nil && !errors.As(err, &nothing) {
		return nil, err
	}
	return loadRun(ctx, cfg, id)
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
