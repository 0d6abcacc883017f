package gate

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
)

// Mistakes returns why rules say nothing of the run, whatever its numbers are:
// those about a job, variant or state that its study does not have, and those
// about a phase or counter that no trial has of the jobs that they are about. The
// cells of the study are given, run or not. The error joins those of all such
// rules.
//
// A rule about nothing but what this run left out is no mistake: there may be a
// number of any name.
func (j *Judge) Mistakes(rules []Rule, study []results.Cell) error {
	cells := j.known(study)
	var errs []error
	for _, r := range rules {
		about := slices.DeleteFunc(slices.Clone(cells), func(c results.Cell) bool { return !j.isAbout(r, c) })
		if len(about) == 0 {
			errs = append(errs, j.noCell(r, cells))
		} else {
			errs = append(errs, j.noName(r, about))
		}
	}
	return errors.Join(errs...)
}

// known returns the cells of the study, of the run and of its pipelines.
func (j *Judge) known(study []results.Cell) []results.Cell {
	all := slices.Concat(study, j.ran())
	for _, p := range j.run.Pipelines {
		for _, c := range p.Cells {
			all = append(all, results.Cell{Job: p.Name, Variant: c.Variant, State: c.State})
		}
	}
	return all
}

// ran returns the cells that were run.
func (j *Judge) ran() []results.Cell {
	all := make([]results.Cell, len(j.cells))
	for i, c := range j.cells {
		all[i] = c.Cell
	}
	return all
}

// noCell returns which of a rule's patterns no cell has.
func (j *Judge) noCell(r Rule, cells []results.Cell) error {
	baseline := func(c results.Cell) string { return j.run.Baseline(c.Job, c.Variant) }
	for _, term := range []struct {
		what, pattern, prefix string
		of                    func(results.Cell) string
	}{
		{"job", r.Job, "job=", job}, {"variant", r.Variant, "", variant}, {"baseline", r.Baseline, "", baseline}, {"state", r.State, "state=", state},
	} {
		words := wordsOf(cells, term.of)
		if term.pattern != "" && !slices.ContainsFunc(words, func(w string) bool { return matches(term.pattern, w) }) {
			return r.misfit(near(term.prefix, term.pattern, words), "there is no %s %q", term.what, term.pattern)
		}
	}
	ofJob := slices.DeleteFunc(slices.Clone(cells), func(c results.Cell) bool { return !matches(r.Job, c.Job) })
	return r.misfit(j.namesOfCells(r, ofJob), "there is nothing like %s", r.Subject())
}

// noName returns that no trial of the cells' jobs, which a rule is about, has its
// number; nil when one has, or when none of the cells was measured.
func (j *Judge) noName(r Rule, about []results.Cell) error {
	var measured, left []results.Cell
	for _, c := range about {
		switch {
		case j.names[c.Job][r.Name]:
			return nil
		case slices.ContainsFunc(j.cells, func(x verdict.Cell) bool { return x.Cell == c && x.OK > 0 }):
			measured = append(measured, c)
		case len(j.names[c.Job]) == 0:
			left = append(left, c)
		}
	}
	if len(measured) == 0 || strings.HasPrefix(r.Name, results.DriftPrefix) { // of packages that are not as they should be
		return nil
	}
	hint := near("", r.Name, j.namesOf(measured))
	for _, name := range wordsOf(left, job) {
		hint += fmt.Sprintf(" (of %s, which was not run: say job=%s)", name, name)
	}
	return r.misfit(hint, "no trial of %s has a phase or counter %q", strings.Join(wordsOf(measured, job), ", "), r.Name)
}

// hint says what a rule that matches nothing that was run could have named.
func (j *Judge) hint(r Rule) string {
	cells := j.ran()
	if len(cells) == 0 {
		return "the run has no trials yet"
	}
	if about := slices.DeleteFunc(slices.Clone(cells), func(c results.Cell) bool { return !j.isAbout(r, c) }); len(about) > 0 {
		return "one of " + strings.Join(j.namesOf(about), ", ")
	}
	return j.namesOfCells(r, cells)
}

// namesOfCells lists what there is for the brackets of a rule to name.
func (j *Judge) namesOfCells(r Rule, cells []results.Cell) string {
	list := func(of func(results.Cell) string) string { return strings.Join(wordsOf(cells, of), ", ") }
	text := fmt.Sprintf("jobs %s; states %s", list(job), list(state))
	if r.Of != Saving {
		return text + "; variants " + list(variant)
	}
	return text + "; compared " + list(func(c results.Cell) string {
		baseline := j.run.Baseline(c.Job, c.Variant)
		if baseline == "" {
			return ""
		}
		return c.Variant + " vs " + baseline
	})
}

// namesOf returns the names that the numbers of the cells' jobs have, in order,
// without counters that only name packages.
func (j *Judge) namesOf(cells []results.Cell) []string {
	var all []string
	for _, name := range wordsOf(cells, job) {
		for n := range j.names[name] {
			if !strings.HasPrefix(n, results.DriftPrefix) {
				all = append(all, n)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func job(c results.Cell) string     { return c.Job }
func variant(c results.Cell) string { return c.Variant }
func state(c results.Cell) string   { return c.State }

// wordsOf returns what there is of the cells, in order and once each, but for "".
func wordsOf(cells []results.Cell, of func(results.Cell) string) []string {
	var all []string
	for _, c := range cells {
		if w := of(c); w != "" {
			all = append(all, w)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// near returns the hint for a word that is none of the valid ones, which follow
// the prefix in a rule: the nearest when at most a third of its letters differ,
// else all of them.
func near(prefix, word string, valid []string) string {
	best, least := "", 0
	for _, v := range valid {
		if d := levenshtein.ComputeDistance(word, v); d <= (len(v)+2)/3 && (best == "" || d < least) {
			best, least = v, d
		}
	}
	if best == "" {
		return "one of " + strings.Join(valid, ", ")
	}
	return fmt.Sprintf("did you mean %s%s?", prefix, best)
}
