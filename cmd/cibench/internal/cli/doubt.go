package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cibench/cibench/charts"
	"github.com/cibench/cibench/results/stats"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
	"github.com/cibench/cibench/scenarios/target"
)

// doubts returns what is known before the first trial to come of it: warnings,
// each in a line.
func doubts(study *openedStudy, p plan.Plan) []string {
	var all []string
	if !hasDecider(study, p) {
		all = append(all, fmt.Sprintf("no selected job has the phase %s, which is to decide the run", decisionOf(study.Policy).Decider()))
	}
	if need := stats.SignedRankMinN(study.Policy.Decision.Confidence); p.Blocks < need {
		all = append(all, fmt.Sprintf("%s: times will be left open, as a verdict needs %d", charts.Count(p.Blocks, "block"), need))
	}
	if alone := uncompared(study.Study, p); len(alone) > 0 {
		all = append(all, "selected without the baseline in any state, so that nothing is compared: "+strings.Join(alone, ", "))
	}
	return all
}

// checkDecidable refuses a plan that goes on until everything is decided, and
// ends before anything can be; and a study that a phase is to decide which none
// of its jobs can have.
func checkDecidable(study *openedStudy, p plan.Plan) error {
	if err := study.names().CheckPhase(decisionOf(study.Policy).Decider()); err != nil {
		return usage(fmt.Errorf("decide: %w", err))
	}
	confidence := study.Policy.Decision.Confidence
	need := stats.SignedRankMinN(confidence)
	if p.MinBlocks == 0 || p.Blocks >= need {
		return nil
	}
	return usageHint(fmt.Sprintf("allow %d blocks or more, or ask for less confidence than %.6g%%", need, 100*confidence),
		"max-blocks: %d blocks can decide nothing: an interval of %.6g%% takes %d pairs", p.Blocks, 100*confidence, need)
}

// hasDecider tells whether trials of the plan can have the phase that decides
// the run.
func hasDecider(study *openedStudy, p plan.Plan) bool {
	planned := slices.DeleteFunc(study.names(), func(j target.JobNames) bool { return len(variantsOf(p, j.Job)) == 0 })
	return planned.CheckPhase(decisionOf(study.Policy).Decider()) == nil
}

// uncompared names the variants of the plan that no trial of their baseline is
// there for in any of their states. A variant with some such states is one that
// its author, or user, wants to see by itself there.
func uncompared(study *scenarios.Study, p plan.Plan) []string {
	var alone []string
	for _, job := range study.Jobs {
		for _, v := range job.Variants {
			states, baseline := statesOf(p, job.Name, v.Name), job.BaselineOf(v)
			if len(states) == 0 || baseline == "" {
				continue
			}
			of := statesOf(p, job.Name, baseline)
			if !slices.ContainsFunc(states, func(s scenarios.State) bool { return slices.Contains(of, s) }) {
				alone = append(alone, fmt.Sprintf("%s/%s (%s)", job.Name, v.Name, baseline))
			}
		}
	}
	return alone
}

// statesOf returns the states that the plan has trials of a variant in.
func statesOf(p plan.Plan, job, variant string) []scenarios.State {
	var states []scenarios.State
	for _, t := range p.Trials {
		if t.Job == job && t.Variant == variant && !slices.Contains(states, t.State) {
			states = append(states, t.State)
		}
	}
	return states
}
