package baseline

import (
	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/stats"
)

// What a Change is about.
type What string

// The kinds of changes.
const (
	Fact    What = "fact"    // a fact of the run or its environment is another
	Gone    What = "gone"    // the new one has no such series, or nothing of the cell
	Added   What = "new"     // the old one has no such series, or nothing of the cell
	Phase   What = "phase"   // the median of a time is another
	Counter What = "counter" // an exact figure is another
)

// A Change is one difference between two baselines.
type Change struct {
	What What         `json:"what"`
	Cell results.Cell `json:"cell,omitzero"`  // of a fact: none
	Name string       `json:"name,omitempty"` // of the fact or series; "" for a whole cell

	// Of a fact; what is unknown is "".
	Before string `json:"before,omitempty"`
	Now    string `json:"now,omitempty"`

	// Of a series. What is gone has no New, what is new no Old, and a whole cell
	// neither.
	Unit results.Unit `json:"unit,omitempty"`
	Old  *Figure      `json:"old,omitempty"`
	New  *Figure      `json:"new,omitempty"`

	// Ratio is that of the medians, new/old. It is nil where there is none: of a
	// zero, and of a time under results.Resolution. A new time under that counts
	// as just that.
	Ratio *float64 `json:"ratio,omitempty"`
}

// A Figure is the middle and the ends of the N values of a series.
type Figure struct {
	N      int     `json:"n"`
	Median float64 `json:"median"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
}

// FigureOf returns the figure of a series, which has a value.
func FigureOf(s results.Series) Figure {
	return Figure{N: len(s.Values), Median: round(s.Unit, stats.Median(s.Values)), Min: stats.Min(s.Values), Max: stats.Max(s.Values)}
}

// equal tells whether nothing but the number of values differs.
func (f Figure) equal(g Figure) bool { f.N = g.N; return f == g }

// Diff returns what differs between two baselines: facts first, in the order of
// the text, then the series in theirs. A cell of which the other has nothing is
// one change. A time whose median is the same at 0.1 ms is no change, nor is a
// counter whose median and ends are. When and by which run the baselines were
// made always differs and is left out.
//
// Times of two runs were not measured in pairs: that a median differs shows
// neither that the builds became slower nor that the machine did.
func Diff(before, now Baseline) []Change {
	var all []Change
	for _, pair := range [][2]results.Environment{{before.facts(), now.facts()}, {before.Environment, now.Environment}} {
		for _, d := range pair[0].Differences(pair[1]) {
			all = append(all, Change{What: Fact, Name: d.Name, Before: d.Before, Now: d.Now})
		}
	}
	inBefore, inNow := setOf(before.Cells()), setOf(now.Cells())
	whole := map[results.Cell]bool{} // cells that are already told of
	for _, p := range pairs(before.Series, now.Series) {
		cell := p.cell()
		switch {
		case whole[cell]:
		case !inNow[cell]:
			whole[cell] = true
			all = append(all, Change{What: Gone, Cell: cell})
		case !inBefore[cell]:
			whole[cell] = true
			all = append(all, Change{What: Added, Cell: cell})
		default:
			all = append(all, p.changes()...)
		}
	}
	return all
}

// facts returns what a baseline says of its run, by the words of the text.
func (b Baseline) facts() results.Environment {
	env := results.Environment{
		keyStudy: b.Study, keyDigest: b.StudyDigest,
		keyConfidence: results.Decimal(b.Policy.Confidence).String(),
		keySame:       results.Decimal(b.Policy.Same).String(),
		keyEffect:     results.Decimal(b.Policy.Effect).String(),
		keyDecide:     b.Policy.Decider(),
	}
	if b.Simulated {
		env[keySimulated] = "true"
	}
	return env
}

func setOf(cells []results.Cell) map[results.Cell]bool {
	set := map[results.Cell]bool{}
	for _, c := range cells {
		set[c] = true
	}
	return set
}

// A pair is one series in two baselines; nil where there is none.
type pair struct{ before, now *results.Series }

func (p pair) cell() results.Cell {
	if p.before != nil {
		return p.before.Cell
	}
	return p.now.Cell
}

// pairs merges two sorted lists.
func pairs(before, now []results.Series) []pair {
	var all []pair
	for len(before) > 0 || len(now) > 0 {
		order := 0
		switch {
		case len(now) == 0:
			order = -1
		case len(before) == 0:
			order = 1
		default:
			order = before[0].Compare(now[0])
		}
		var p pair
		if order <= 0 {
			p.before, before = &before[0], before[1:]
		}
		if order >= 0 {
			p.now, now = &now[0], now[1:]
		}
		all = append(all, p)
	}
	return all
}

// changes returns what there is to say of a pair. A series of another kind or
// unit is another series.
func (p pair) changes() []Change {
	if p.before != nil && p.now != nil && p.before.Kind == p.now.Kind && p.before.Unit == p.now.Unit {
		return compare(*p.before, *p.now)
	}
	var all []Change
	if s := p.before; s != nil {
		f := FigureOf(*s)
		all = append(all, Change{What: Gone, Cell: s.Cell, Name: s.Name, Unit: s.Unit, Old: &f})
	}
	if s := p.now; s != nil {
		f := FigureOf(*s)
		all = append(all, Change{What: Added, Cell: s.Cell, Name: s.Name, Unit: s.Unit, New: &f})
	}
	return all
}

// compare returns the change between two series of one kind and unit, if there
// is any.
func compare(before, now results.Series) []Change {
	f, g := FigureOf(before), FigureOf(now)
	c := Change{What: Phase, Cell: before.Cell, Name: before.Name, Unit: before.Unit, Old: &f, New: &g}
	switch before.Kind {
	case results.Phase:
		if f.Median == g.Median {
			return nil
		}
	case results.Counter:
		if c.What = Counter; f.equal(g) {
			return nil
		}
	}
	c.Ratio = ratio(before.Unit, f.Median, g.Median)
	return []Change{c}
}

func ratio(unit results.Unit, before, now float64) *float64 {
	if unit == results.Seconds {
		if before < results.Resolution {
			return nil
		}
		now = max(now, results.Resolution)
	}
	if before == 0 {
		return nil
	}
	r := now / before
	if r-r != 0 { // no finite number
		return nil
	}
	return &r
}
