package gate

import (
	"cmp"
	"math"
	"path"
	"slices"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
)

// Evidence is what rules are judged by.
type Evidence struct {
	Run    results.Run
	Trials []results.Trial // of the run, in any order, without derived ones

	// Baseline holds the series of an earlier run; nil when none is given. For
	// rules about pipelines it needs those of derived trials, too.
	Baseline []results.Series

	// Planned are the cells of the run's plan, so that what it did not reach is
	// told of, and Blocks is how often it has one at most. They are nil and 0 when
	// that is not known.
	Planned []results.Cell
	Blocks  int
}

// A Judge is evidence, sorted, by which rules are judged.
type Judge struct {
	run         results.Run
	trials      []results.Trial // with derived ones
	cells       []verdict.Cell  // in the order of a summary, then planned ones without a trial, then pipelines without a sum
	ok          map[string]int  // ok trials by job
	series      map[seriesKey]results.Series
	savings     map[seriesKey]verdict.Saving
	names       map[string]map[string]bool // phases and counters by job
	baseline    map[seriesKey]results.Series
	hasBaseline bool
	blocks      int // of the plan; 0 when that is not known
}

type seriesKey struct {
	cell results.Cell
	name string
}

// NewJudge sorts the evidence, once for all rules. sum is the summary of the run
// with these trials.
func NewJudge(e Evidence, sum verdict.Summary) *Judge {
	trials := slices.SortedFunc(slices.Values(e.Trials), func(a, b results.Trial) int { return cmp.Compare(a.Slot, b.Slot) })
	trials = e.Run.AllTrials(trials)
	j := &Judge{
		run: e.Run, trials: trials, ok: map[string]int{}, names: map[string]map[string]bool{},
		series:   byKey(results.SeriesOf(trials)),
		savings:  make(map[seriesKey]verdict.Saving, len(sum.Savings)),
		baseline: byKey(e.Baseline), hasBaseline: e.Baseline != nil,
		blocks: e.Blocks,
	}
	for _, c := range j.withPipelines(withPlanned(sum.Cells, e.Planned)) {
		if !e.Run.IsNull(c.Job, c.Variant) { // what is found there is chance
			j.cells = append(j.cells, c)
			j.ok[c.Job] += c.OK
		}
	}
	for k := range j.series {
		j.name(k.cell.Job, k.name)
	}
	for _, s := range sum.Savings {
		j.savings[seriesKey{s.Cell, s.Phase}] = s
	}
	return j
}

func byKey(all []results.Series) map[seriesKey]results.Series {
	m := make(map[seriesKey]results.Series, len(all))
	for _, s := range all {
		s.Values = slices.DeleteFunc(slices.Clone(s.Values), func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
		if len(s.Values) > 0 {
			m[seriesKey{s.Cell, s.Name}] = s
		}
	}
	return m
}

// name notes that a number of the job is known by that name.
func (j *Judge) name(job, name string) {
	if j.names[job] == nil {
		j.names[job] = map[string]bool{}
	}
	j.names[job][name] = true
}

// withPlanned adds those of the planned cells that have no trial.
func withPlanned(cells []verdict.Cell, planned []results.Cell) []verdict.Cell {
	known := map[results.Cell]bool{}
	for _, c := range cells {
		known[c.Cell] = true
	}
	cells = slices.Clip(cells)
	for _, c := range planned {
		if !known[c] {
			known[c] = true
			cells = append(cells, verdict.Cell{Cell: c})
		}
	}
	return cells
}

// withPipelines adds the cells of pipelines that have no sum although trials of
// each part were run, and notes what a pipeline has numbers of.
func (j *Judge) withPipelines(cells []verdict.Cell) []verdict.Cell {
	ran := map[results.Cell]bool{}
	for _, c := range cells {
		ran[c.Cell] = true
	}
	for _, p := range j.run.Pipelines {
		for _, name := range append([]string{results.PhaseTotal}, p.Jobs...) {
			j.name(p.Name, name)
		}
		for _, c := range p.Cells {
			cell := results.Cell{Job: p.Name, Variant: c.Variant, State: c.State}
			if !ran[cell] && !slices.ContainsFunc(c.Parts, func(part results.Cell) bool { return !ran[part] }) {
				cells = append(cells, verdict.Cell{Cell: cell, Derived: p.Jobs})
			}
		}
	}
	return cells
}

// matching returns the cells that a rule is about. Cells of a job that has
// nothing of the rule's name in any state are not, unless no trial of the job
// was ok: then it cannot be told. A saving is only of variants with a baseline.
func (j *Judge) matching(r Rule) []verdict.Cell {
	var all []verdict.Cell
	for _, c := range j.selected(r) {
		if _, pipeline := j.run.Pipeline(c.Job); j.names[c.Job][r.Name] || !pipeline && j.ok[c.Job] == 0 {
			all = append(all, c)
		}
	}
	return all
}

// selected returns the cells that the patterns of a rule match.
func (j *Judge) selected(r Rule) []verdict.Cell {
	return slices.DeleteFunc(slices.Clone(j.cells), func(c verdict.Cell) bool { return !j.isAbout(r, c.Cell) })
}

// isAbout tells whether the patterns of a rule match a cell.
func (j *Judge) isAbout(r Rule, c results.Cell) bool {
	baseline := j.run.Baseline(c.Job, c.Variant)
	return matches(r.Job, c.Job) && matches(r.Variant, c.Variant) && matches(r.State, c.State) &&
		(r.Of != Saving || baseline != "" && matches(r.Baseline, baseline))
}

func matches(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return pattern == "" || err == nil && ok
}

// parts returns the cells that a pipeline's cell sums, with those of its
// baseline variant if there is one; nil for a job's.
func (j *Judge) parts(cell results.Cell, baseline string) []results.Cell {
	var all []results.Cell
	p, _ := j.run.Pipeline(cell.Job)
	for _, variant := range []string{cell.Variant, baseline} {
		for _, c := range p.Cells {
			if c.Variant == variant && c.State == cell.State {
				all = append(all, c.Parts...)
			}
		}
	}
	return all
}
