package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/expect"
	"github.com/cibench/cibench/results/gate"
	"github.com/cibench/cibench/results/report"
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

// unconfirmed returns the results when no fresh run could be had, and what to say
// of that.
func unconfirmed(run results.Run, all []gate.Result, err error) ([]gate.Result, error) {
	why, _, _ := strings.Cut(err.Error(), "\n")
	return gate.Unconfirm(all, why), &hintedError{
		fmt.Errorf("run again what run %s breaks: %w", run.ID, err),
		"check it again when its trials can be run, or take the first run's word with --confirm=false",
	}
}

// again runs the cells once more, as often as the run ran them, with the same study
// and in an order of its own, and returns what the rules come to there and the
// name of the fresh run. Each trial has a builder of its own anyway. As it may take
// hours, it begins with what is known so far.
func (o *checkOptions) again(ctx context.Context, streams *IO, cfg *config, h *held, first []gate.Result, cells []results.Cell) ([]gate.Result, string, error) {
	study, err := h.study()
	if err != nil {
		return nil, "", err
	}
	if study.Digest != h.run.StudyDigest {
		return nil, "", fmt.Errorf("study %s is not what it was when run %s began", h.run.Source, h.run.ID)
	}
	fresh := o.freshRun(h.loadedRun, cells)
	err = report.GateText(streams.Err, h.run, first)
	if err == nil {
		_, err = fmt.Fprintf(streams.Err, "\n%s\n", o.announce(h.loadedRun, cells, fresh.selection.blocks, study.Policy.Warmups))
	}
	if err != nil {
		return nil, "", err
	}
	quiet := *streams
	quiet.Out = io.Discard // the gate's own output is all there is
	var id string
	if h.run.Simulated {
		o := simulateOptions{study: fresh.study, selection: fresh.selection, quiet: fresh.quiet, confirms: fresh.confirms}
		id, err = o.execute(ctx, &quiet, cfg)
	} else {
		id, err = fresh.execute(ctx, &quiet, cfg)
	}
	// A build that is broken now is an answer, too, and that the study has a claim
	// which cannot be judged is no concern of its rules.
	var nothing *nothingMeasuredError
	var claim *claimError
	if err != nil && !errors.As(err, &nothing) && !errors.As(err, &claim) {
		return nil, "", err
	}
	second, err := loadRun(ctx, cfg, id)
	if err != nil {
		return nil, "", err
	}
	judge, err := judgeOf(second, h.against)
	if err != nil {
		return nil, "", err
	}
	all, err := judge.Evaluate(h.rules)
	return all, id, err
}

// freshRun returns the run that confirms what the cells of another show.
func (o *checkOptions) freshRun(r *loadedRun, cells []results.Cell) runOptions {
	sel := selection{blocks: max(scenarios.MinBlocks, measuredOf(r.trials, cells))}
	for _, c := range cells {
		sel.only = append(sel.only, c.String())
	}
	return runOptions{study: r.run.Source, selection: sel, quiet: o.quiet, builder: builderOf(r.run), confirms: &r.run, maxTime: o.maxTime}
}

// announce says what is run again, and how long that will take as far as the first
// run tells. A fresh run that is not quiet says so itself, going by all runs; a
// simulated one takes no time.
func (o *checkOptions) announce(r *loadedRun, cells []results.Cell, blocks, warmups int) string {
	all := slices.Repeat(cells, blocks+warmups)
	text := fmt.Sprintf("what breaks a rule is run again before it counts: %d trials in %d blocks", len(all), blocks+warmups)
	if o.quiet && !r.run.Simulated {
		text += "\n" + expect.Of(all, [][]results.Trial{r.trials}).String()
	}
	return text
}

// measuredOf returns in how many blocks the cells were measured, that with the
// most.
func measuredOf(trials []results.Trial, cells []results.Cell) int {
	n, most := map[results.Cell]int{}, 0
	for _, t := range trials {
		if !t.Warmup && slices.Contains(cells, t.Cell) {
			n[t.Cell]++
			most = max(most, n[t.Cell])
		}
	}
	return most
}
