package target

import (
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/internal/hint"
	"github.com/cibench/cibench/scenarios/internal/strictyaml"
)

// Names are what a study calls the jobs and pipelines that a document of its own
// can speak of. A document that several studies share speaks of things that not
// each of them has: there they are nil, and nothing is checked.
type Names []JobNames

// JobNames are the names of one job or pipeline.
type JobNames struct {
	Job      string
	Variants []string // its own
	Aliases  []string // variants of documents that its own are held against
	States   []string // that it can be in, measured or not
	Phases   []string // a part of one, such as "cache-restore.download", is known, too
	Counters []string // one that ends in "." stands for all that begin so
}

// A Selection is what a rule says it is about: a phase or counter, and patterns
// of path.Match for the rest; an empty one matches all.
type Selection struct {
	Name                          string
	Job, Variant, Baseline, State string
}

// Check returns an error with a hint for a selection that names what no job has.
func (n Names) Check(s Selection) error {
	var jobs, variants, states, names []string
	var found Names
	for _, j := range n {
		jobs = append(jobs, j.Job)
		if !matches(s.Job, j.Job) {
			continue
		}
		found = append(found, j)
		variants, states = append(variants, j.Variants...), append(states, j.States...)
		names = slices.Concat(names, j.Phases, j.Counters)
	}
	if len(found) == 0 {
		return hint.Errorf(hint.For(s.Job, jobs), "no job is called %s", strictyaml.Quote(s.Job))
	}
	for _, part := range []struct {
		what, pattern string
		known         []string
	}{{"variant", s.Variant, variants}, {"variant", s.Baseline, variants}, {"state", s.State, states}} {
		if !slices.ContainsFunc(part.known, func(name string) bool { return matches(part.pattern, name) }) {
			return hint.Errorf(hint.For(part.pattern, unique(part.known)), "no %s is called %s", part.what, strictyaml.Quote(part.pattern))
		}
	}
	if !slices.ContainsFunc(found, func(j JobNames) bool { return j.measures(s.Name) }) {
		known := slices.DeleteFunc(unique(names), func(name string) bool { return strings.HasSuffix(name, ".") })
		return hint.Errorf(hint.For(s.Name, known), "no phase or counter is called %s", strictyaml.Quote(s.Name))
	}
	return nil
}

// CheckPhase returns an error with a hint for a phase that no job can have.
func (n Names) CheckPhase(phase string) error {
	var known []string
	for _, j := range n {
		if j.hasPhase(phase) {
			return nil
		}
		known = append(known, j.Phases...)
	}
	return hint.Errorf(hint.For(phase, unique(known)), "no job has a phase %s", strictyaml.Quote(phase))
}

// measures tells whether a phase or counter of the job has that name.
func (j JobNames) measures(name string) bool { return j.hasPhase(name) || j.counts(name) }

// counts tells whether a counter of the job has that name.
func (j JobNames) counts(name string) bool {
	return slices.ContainsFunc(j.Counters, func(c string) bool {
		return c == name || strings.HasSuffix(c, ".") && strings.HasPrefix(name, c)
	})
}

func (j JobNames) hasPhase(name string) bool {
	whole, _, _ := strings.Cut(name, ".")
	return slices.Contains(j.Phases, name) || slices.Contains(j.Phases, whole)
}

// matches compares with a pattern whose syntax was checked.
func matches(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return pattern == "" || ok && err == nil
}

func unique(names []string) []string {
	var all []string
	for _, name := range names {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

// CheckDocumented returns an error for each variant of the study that is
// documented as, or stands beside, one that the set has no figures of and the
// job does not know; file is the study's name in messages.
func CheckDocumented(file string, s *scenarios.Study, set Set) error {
	type held struct { // a variant to figures
		name, as string
		departs  bool
	}
	var errs []error
	check := func(job string, all []held) {
		known := set.variants(job)
		for _, v := range all {
			known = append(known, v.name)
		}
		for _, v := range all {
			if v.as == "" || slices.Contains(known, v.as) {
				continue
			}
			key := "documented-as"
			if v.departs {
				key = "beside"
			}
			errs = append(errs, hint.Errorf(hint.For(v.as, unique(known)), "%s: %s/%s: %s: no figures are of a variant %s", file, job, v.name, key, strictyaml.Quote(v.as)))
		}
	}
	for _, j := range s.Jobs {
		var all []held
		for _, v := range j.Variants {
			all = append(all, held{v.Name, v.DocumentedAs, v.Departs})
		}
		check(j.Name, all)
	}
	for _, p := range s.Pipelines {
		var all []held
		for _, v := range p.Variants {
			all = append(all, held{v.Name, v.DocumentedAs, v.Departs})
		}
		check(p.Name, all)
	}
	return errors.Join(errs...)
}

// variants returns the variants that the figures of a job are of; of a job that
// has none, those of all.
func (s Set) variants(job string) []string {
	var of, all []string
	for _, t := range s.Targets {
		all = append(all, t.Variant)
		if t.Job == job {
			of = append(of, t.Variant)
		}
	}
	if of == nil {
		return all
	}
	return of
}
