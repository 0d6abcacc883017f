package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cibench/cibench/charts"
	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
)

// savings returns what the variants save beside what is documented, and how
// the documented times are to be read.
func (j job) savings(run results.Run) document {
	var d document
	if g := j.savingRows(); len(g.rows) > 0 {
		d = append(d, g)
	}
	if g := j.documentedTimes(); len(g.rows) > 0 {
		return append(d, g)
	}
	if note := j.notComparable(run); note != "" {
		d = append(d, paragraph{note})
	}
	return d
}

// savingRows has a row per saving of the total and of each phase that the
// document speaks of, and one more for each further documented range.
func (j job) savingRows() grid {
	one := j.baseline()
	against := one
	if one == "" {
		against = "the baseline"
	}
	g := grid{
		title: "Saving against " + against + ", block by block: median, and range. Below zero is slower.",
		columns: []column{{name: "state"}, {name: "variant"}, {name: "phase"},
			{"saving", true}, {name: "documented"}, {name: "the saving is"}},
		keys: 3,
	}
	for _, s := range j.saved {
		if s.Phase != results.PhaseTotal && len(s.Documented) == 0 {
			continue
		}
		keys := append(keysOf(s.Cell), cell{text: s.Phase})
		if one == "" {
			keys[1].detail = "vs " + s.Baseline
		}
		saving := savingOf(s)
		if len(s.Documented) == 0 {
			g.rows = append(g.rows, append(keys, saving, cell{}, cell{text: s.Reason}))
		}
		for i, c := range statedFirst(s.Documented) {
			if i > 0 {
				saving = cell{}
			}
			g.rows = append(g.rows, append(slices.Clone(keys), saving, cell{text: documented(c.Target)}, position(c, s.Reason)))
		}
	}
	return g
}

// baseline returns what all variants are compared with; "" when that differs.
func (j job) baseline() string {
	for _, s := range j.saved {
		if s.Baseline != j.saved[0].Baseline {
			return ""
		}
	}
	if len(j.saved) == 0 {
		return ""
	}
	return j.saved[0].Baseline
}

func savingOf(s verdict.Saving) cell {
	c := cell{text: "no data"}
	if s.N > 0 {
		c.text = charts.Percent(s.Median)
	}
	if r := charts.Percents(charts.Range{Low: s.Min, High: s.Max}); s.N > 1 && r != c.text {
		c.detail = r
	}
	return c
}

// statedFirst puts what the document states before what follows from it.
func statedFirst(all []verdict.Comparison) []verdict.Comparison {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b verdict.Comparison) int {
		switch {
		case a.Target.Derived == b.Target.Derived:
			return 0
		case b.Target.Derived:
			return -1
		}
		return 1
	})
	return all
}

// documented returns a range as the document writes it.
func documented(t results.Target) string {
	if t.Derived {
		return t.Label + " (derived)"
	}
	return t.Label
}

// position says how the saving lies, and why it cannot be compared or is of
// fewer blocks than there are.
func position(c verdict.Comparison, reason string) cell {
	if c.Reason != "" {
		reason = c.Reason
	}
	return cell{text: string(c.Position), detail: reason}
}

// documentedTimes has a row per documented time that the verdict compared;
// none on a machine that the document does not speak of.
func (j job) documentedTimes() grid {
	g := grid{
		title: "Time beside the documented time",
		columns: []column{{name: "state"}, {name: "variant"}, {name: "phase"},
			{"seconds", true}, {name: "documented"}, {name: "the time is"}},
		keys: 3,
	}
	for _, c := range j.cells {
		for _, p := range c.Phases {
			for _, d := range p.Documented {
				if d.Position == verdict.NotComparable || d.Target.Baseline != "" {
					continue
				}
				g.rows = append(g.rows, append(keysOf(c.Cell), cell{text: p.Name}, cell{text: charts.Seconds(p.Median)},
					cell{text: documented(d.Target)}, cell{text: string(d.Position)}))
			}
		}
	}
	return g
}

// notComparable says that documented times are not held against measured
// ones, and what they are; "" when none is documented.
func (j job) notComparable(run results.Run) string {
	var totals []string
	times := 0
	for _, t := range run.Targets {
		if t.Job != j.name || t.Unit != results.Seconds || t.Baseline != "" {
			continue
		}
		times++
		if s := fmt.Sprintf("%s %s", t.Variant, t.Label); t.Phase == results.PhaseTotal && !slices.Contains(totals, s) {
			totals = append(totals, s)
		}
	}
	if times == 0 {
		return ""
	}
	s := "Documented times were measured on another machine and are not comparable with these; compare the savings."
	if len(totals) > 0 {
		s += " The document's totals: " + strings.Join(totals, ", ") + "."
	}
	return s
}
