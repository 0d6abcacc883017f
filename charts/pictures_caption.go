package charts

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cibench/cibench/results/verdict"
)

func (v view) caption(title string) Caption {
	return Caption{Title: v.job + ": " + title, Subtitle: []string{v.origin(), v.machine(), v.titles()}, Simulated: v.run.Simulated}
}

// origin says what was run, when, how often, and with what outcome.
func (v view) origin() string {
	blocks := map[int]bool{}
	for _, t := range v.trials {
		if t.Cell.Job == v.job && !t.Warmup {
			blocks[t.Block] = true
		}
	}
	var ok, failed, invalid int
	for _, c := range v.cells() {
		ok, failed, invalid = ok+c.OK, failed+c.Failed, invalid+c.Invalid
	}
	s := fmt.Sprintf("Study %s, run %s, %s: ", v.run.Study, v.run.ID, v.run.Started.UTC().Format("2 Jan 2006 15:04 UTC"))
	if of := v.derived(); of != nil {
		return s + fmt.Sprintf("in %s, sums of the totals of %s. Derived, not measured: what passes between two jobs is left out.",
			Count(len(blocks), "block"), strings.Join(of, " and "))
	}
	s += fmt.Sprintf("%s in %s, ", Count(ok+failed+invalid, "trial"), Count(len(blocks), "block"))
	if failed+invalid == 0 {
		return s + "all ok."
	}
	return s + fmt.Sprintf("%d ok, %d failed, %d invalid (left out).", ok, failed, invalid)
}

// titles says what the measured variants are, as far as the study does.
func (v view) titles() string {
	var titles []string
	for _, j := range v.run.AllJobs() {
		for _, variant := range j.Variants {
			measured := slices.ContainsFunc(v.cells(), func(c verdict.Cell) bool { return c.Variant == variant.Name })
			if j.Name == v.job && variant.Title != "" && measured {
				titles = append(titles, variant.Name+": "+variant.Title)
			}
		}
	}
	if len(titles) == 0 {
		return ""
	}
	return strings.Join(titles, "; ") + "."
}

// machine says where it was run, as far as that is known.
func (v view) machine() string {
	if v.run.Simulated {
		return "Simulated by the cost model: no build ran, no machine was measured."
	}
	env := v.run.Environment
	known := Join(env["cpu.model"], env.Fact("%s CPUs", "cpu.count"), env.Memory(), env.Fact("engine %s", "engine.version"),
		env.Fact("BuildKit %s", "buildkit.version"), env.Fact("network profile %s", "network.profile"))
	if known == "" {
		return ""
	}
	return known + "."
}
