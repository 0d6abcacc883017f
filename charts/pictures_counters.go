package charts

import (
	"strings"

	"github.com/cibench/cibench/results/verdict"
)

const counterNote = "Where trials differ, a bar is their median, and their range stands beside it. " +
	"A bar that is missing was not counted, which is another thing than 0."

// counters returns the counters of a table that are above zero in a cell of the
// job, or at zero such that are kept; and a note of those that are left out.
func (v view) counters(table []counterLook, keep func(name string) bool) (names, zero []string) {
	var titles []string
	for _, c := range table {
		switch there, above := v.counts(c.name); {
		case above, there && keep(c.name):
			names = append(names, c.name)
		case there:
			titles = append(titles, c.title)
		}
	}
	if len(titles) > 0 {
		zero = []string{"0 bytes in every trial: " + strings.Join(titles, ", ") + "."}
	}
	return names, zero
}

// counts tells whether any cell of the job has that counter, and whether it is
// above zero in one.
func (v view) counts(name string) (there, above bool) {
	for _, c := range v.cells() {
		if i := counter(c, name); i != nil {
			there, above = true, above || i.Max > 0
		}
	}
	return there, above
}

// counter returns the values of a cell's counter; nil when it has none.
func counter(c verdict.Cell, name string) *Interval {
	for _, n := range c.Counters {
		if n.Name == name {
			return interval(n.Spread)
		}
	}
	return nil
}

// uncounted says why a cell has no counters.
func uncounted(c verdict.Cell) string {
	if c.OK > 0 {
		return ""
	}
	return outcomes(c)
}
