package charts

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
)

func (v view) phases() StackedPhases {
	title := "time by phase"
	if v.derived() != nil {
		title = "time by job"
	}
	s := StackedPhases{Caption: v.caption(title), Phases: v.stacked(), Documented: v.documented()}
	for _, c := range v.cells() {
		s.Groups = addRow(s.Groups, c.State, v.bar(c))
	}
	s.Comparable = v.comparable()
	return s
}

// comparable tells whether a documented time was compared with a measured one.
func (v view) comparable() bool {
	for _, c := range v.cells() {
		for _, p := range c.Phases {
			if documentedTime(p) != nil {
				return true
			}
		}
	}
	return false
}

// documentedTime returns the documented range that the phase was compared
// with; nil when there is none.
func documentedTime(p verdict.Phase) *Range {
	for _, d := range p.Documented {
		if d.Position != verdict.NotComparable {
			return &Range{d.Target.Low, d.Target.High}
		}
	}
	return nil
}

// stacked returns the phases that are stacked, in the order of a build: that
// of the cell with most of them, then what others have besides.
func (v view) stacked() []string {
	cells := v.cells()
	slices.SortStableFunc(cells, func(a, b verdict.Cell) int { return cmp.Compare(len(b.Phases), len(a.Phases)) })
	var all []string
	for _, c := range cells {
		for _, p := range c.Phases {
			if p.Name != results.PhaseTotal && !results.IsPart(p.Name) && !slices.Contains(all, p.Name) {
				all = append(all, p.Name)
			}
		}
	}
	return all
}

func (v view) bar(c verdict.Cell) PhaseBar {
	b := PhaseBar{Variant: c.Variant}
	for _, p := range c.Phases {
		switch {
		case p.Name == results.PhaseTotal:
			b.Total = interval(p.Spread)
			b.Trials = v.totals(c.Cell)
			b.Expected = v.expected(c, p)
		case !results.IsPart(p.Name) && p.N > 0:
			b.Phases = append(b.Phases, PhaseTime{p.Name, p.Median})
		}
	}
	if b.Total == nil {
		b.Note = outcomes(c)
	}
	return b
}

func interval(s verdict.Spread) *Interval {
	if s.N == 0 {
		return nil
	}
	return &Interval{s.Median, s.Min, s.Max}
}

// totals returns the total of every trial that counts.
func (v view) totals(cell results.Cell) []float64 {
	var all []float64
	for _, t := range v.trials {
		if t.Cell != cell || !t.Counts() {
			continue
		}
		if total, ok := t.Value(results.PhaseTotal); ok {
			all = append(all, total)
		}
	}
	return all
}

// expected returns where the cell's total would lie with the documented
// saving: the documented time itself where it is comparable, else the
// documented share of what the baseline takes here.
func (v view) expected(c verdict.Cell, total verdict.Phase) *Range {
	if r := documentedTime(total); r != nil {
		return r
	}
	saving := v.saving(c.Cell, results.PhaseTotal)
	if saving == nil {
		return nil
	}
	d := saving.Foremost()
	if d == nil || d.Position == verdict.NotComparable {
		return nil
	}
	for _, base := range v.cells() {
		if base.State != c.State || base.Variant != saving.Baseline {
			continue
		}
		for _, p := range base.Phases {
			if p.Name == results.PhaseTotal && p.N > 0 {
				return &Range{p.Median * (1 - d.Target.High), p.Median * (1 - d.Target.Low)}
			}
		}
	}
	return nil
}

// outcomes says why a cell has no numbers.
func outcomes(c verdict.Cell) string {
	var words []string
	if c.Failed > 0 {
		words = append(words, fmt.Sprintf("%d failed", c.Failed))
	}
	if c.Invalid > 0 {
		words = append(words, fmt.Sprintf("%d invalid", c.Invalid))
	}
	s := strings.Join(words, ", ")
	if len(c.Excluded) > 0 && c.Excluded[0].Reason != "" {
		s += " (" + c.Excluded[0].Reason + ")"
	}
	return s
}

// documented returns the columns of the document's table for the job: the
// targets of one variant in the same states.
func (v view) documented() []DocumentedBar {
	var bars []DocumentedBar
	index := map[string]int{}
	for _, t := range v.run.Targets {
		if t.Job != v.job || t.Unit != results.Seconds || t.Baseline != "" {
			continue
		}
		column := t.Variant + "\x00" + strings.Join(t.States, "\x00")
		i, ok := index[column]
		if !ok {
			i = len(bars)
			index[column] = i
			bars = append(bars, DocumentedBar{Variant: t.Variant, When: v.when(t)})
		}
		time := DocumentedTime{t.Phase, Range{t.Low, t.High}, t.Label}
		if t.Phase == results.PhaseTotal {
			bars[i].Total = &time
		} else if !results.IsPart(t.Phase) {
			bars[i].Phases = append(bars[i].Phases, time)
		}
	}
	return bars
}

// when names the states that a target speaks of, those that were measured of its
// variant if there are any.
func (v view) when(t results.Target) string {
	var both, others []string
	for _, c := range v.cells() {
		if v.run.DocumentedAs(c.Job, c.Variant) != t.Variant {
			continue
		}
		list := &others
		if slices.Contains(t.States, c.State) {
			list = &both
		}
		if !slices.Contains(*list, c.State) {
			*list = append(*list, c.State)
		}
	}
	switch {
	case len(both) == 0:
		return strings.Join(t.States, ", ")
	case len(both) > 1 && len(others) == 0:
		return "every state"
	case len(both) > 3:
		return "all but " + strings.Join(others, ", ")
	}
	return strings.Join(both, ", ")
}
