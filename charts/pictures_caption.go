package charts

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/cibench/cibench/results"
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
			count(len(blocks), "block"), strings.Join(of, " and "))
	}
	s += fmt.Sprintf("%s in %s, ", count(ok+failed+invalid, "trial"), count(len(blocks), "block"))
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

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// machine says where it was run, as far as that is known.
func (v view) machine() string {
	if v.run.Simulated {
		return "Simulated by the cost model: no build ran, no machine was measured."
	}
	env := v.run.Environment
	memory := ""
	if n, err := strconv.ParseUint(env["memory.bytes"], 10, 64); err == nil {
		memory = humanize.IBytes(n) + " memory"
	}
	facts := []string{
		env["cpu.model"], fact(env, "%s CPUs", "cpu.count"), memory, fact(env, "engine %s", "engine.version"),
		fact(env, "BuildKit %s", "buildkit.version"), fact(env, "network profile %s", "network.profile"),
	}
	var known []string
	for _, f := range facts {
		if f != "" {
			known = append(known, f)
		}
	}
	if len(known) == 0 {
		return ""
	}
	return strings.Join(known, ", ") + "."
}

// fact returns a fact in its format, and "" when it is absent.
func fact(env results.Environment, format, name string) string {
	if env[name] == "" {
		return ""
	}
	return fmt.Sprintf(format, env[name])
}
