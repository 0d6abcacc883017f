package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cibench/cibench/charts"
	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
)

// A job is what the summary says of one, or of a pipeline.
type job struct {
	name  string
	of    []string // the jobs of a pipeline
	cells []verdict.Cell
	saved []verdict.Saving
}

// jobs returns the jobs of the summary, in its order.
func jobs(sum verdict.Summary) []job {
	var all []job
	find := func(name string) *job {
		for i := range all {
			if all[i].name == name {
				return &all[i]
			}
		}
		all = append(all, job{name: name})
		return &all[len(all)-1]
	}
	for _, c := range sum.Cells {
		j := find(c.Job)
		j.of = c.Derived
		j.cells = append(j.cells, c)
	}
	for _, s := range sum.Compared() {
		j := find(s.Job)
		j.saved = append(j.saved, s)
	}
	return all
}

var cellKeys = []column{{name: "state"}, {name: "variant"}}

func keysOf(c results.Cell) []cell { return []cell{{text: c.State}, {text: c.Variant}} }

// title names the job, and says of a pipeline that it is no job.
func (j job) title() string {
	if j.of == nil {
		return j.name
	}
	return j.name + ": the sum of " + strings.Join(j.of, " and ")
}

// derived says how the numbers of a pipeline came about.
func (j job) derived() document {
	if j.of == nil {
		return nil
	}
	return document{paragraph{"Derived, not measured: in each block the sum of the totals of " + strings.Join(j.of, " and ") +
		". A block in which one of them has no ok trial does not count, nor does what passes between two jobs."}}
}

// phases returns the times of the phases, and of their parts.
func (j job) phases() document {
	if j.of != nil {
		return document{j.times("Seconds per job: median, and range", func(verdict.Phase) bool { return true })}
	}
	d := document{j.times("Seconds per phase: median, and range. Phases may overlap.", func(p verdict.Phase) bool { return !results.IsPart(p.Name) })}
	inner := job{name: j.name}
	for _, c := range j.cells {
		if slices.ContainsFunc(c.Phases, tellingPart) {
			inner.cells = append(inner.cells, c)
		}
	}
	if len(inner.cells) > 0 {
		d = append(d, inner.times("Seconds within phases: median, and range", tellingPart))
	}
	return d
}

// tellingPart tells whether a phase is a part that took time.
func tellingPart(p verdict.Phase) bool { return results.IsPart(p.Name) && p.Max >= results.Resolution }

func (j job) times(title string, of func(verdict.Phase) bool) grid {
	names := j.names(func(c verdict.Cell) []string {
		var all []string
		for _, p := range c.Phases {
			if of(p) {
				all = append(all, p.Name)
			}
		}
		return all
	})
	g := grid{title: title, columns: append(slices.Clone(cellKeys), column{"n", true}), keys: len(cellKeys)}
	for _, n := range names {
		g.columns = append(g.columns, column{n, true})
	}
	for _, c := range j.cells {
		row := append(keysOf(c.Cell), cell{text: trials(c)})
		for _, n := range names {
			row = append(row, timeOf(c, n))
		}
		g.rows = append(g.rows, row)
	}
	return g
}

// names merges the names of all cells, in the order of the cell with most of
// them, then what that one lacks, then the total.
func (j job) names(of func(verdict.Cell) []string) []string {
	var longest []string
	for _, c := range j.cells {
		if n := of(c); len(n) > len(longest) {
			longest = n
		}
	}
	all := slices.Clone(longest)
	for _, c := range j.cells {
		for _, n := range of(c) {
			if !slices.Contains(all, n) {
				all = append(all, n)
			}
		}
	}
	if i := slices.Index(all, results.PhaseTotal); i >= 0 {
		all = append(slices.Delete(all, i, i+1), results.PhaseTotal)
	}
	return all
}

// trials says how many trials of the cell count.
func trials(c verdict.Cell) string {
	if out := c.Failed + c.Invalid; out > 0 {
		return fmt.Sprintf("%d of %d", c.OK, c.OK+out)
	}
	return fmt.Sprint(c.OK)
}

func timeOf(c verdict.Cell, phase string) cell {
	for _, p := range c.Phases {
		if p.Name == phase {
			return spread(p.Spread, charts.Seconds)
		}
	}
	return cell{}
}

// spread returns a median, and the range where its ends are written otherwise.
func spread(s verdict.Spread, number func(float64) string) cell {
	if s.N == 0 {
		return cell{}
	}
	c := cell{text: number(s.Median), value: s.Median, number: true}
	if low, high := number(s.Min), number(s.Max); low != high {
		c.detail = charts.FromTo(low, high)
	}
	return c
}
