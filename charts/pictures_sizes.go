package charts

import (
	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
)

// sizes returns the chart of what the job's trials left; without groups where
// none tells of a size.
func (v view) sizes() Sizes {
	s := Sizes{Caption: v.caption("cache sizes")}
	var zero []string
	s.Counters, zero = v.counters(sizeCounters, v.hasDocumentedSize)
	if len(s.Counters) == 0 {
		return Sizes{}
	}
	for _, c := range v.cells() {
		row := SizeRow{Variant: c.Variant, Note: uncounted(c)}
		for _, name := range s.Counters {
			row.Sizes = append(row.Sizes, Size{counter(c, name), v.documentedSize(c.Cell, name)})
		}
		s.Groups = addRow(s.Groups, c.State, row)
	}
	s.Notes = append([]string{"Exact sizes when a trial ended; entries are those that it saved itself. " + counterNote}, zero...)
	return s
}

// hasDocumentedSize tells whether the document has a range for the counter in
// any cell of the job.
func (v view) hasDocumentedSize(name string) bool {
	for _, c := range v.cells() {
		if v.documentedSize(c.Cell, name) != nil {
			return true
		}
	}
	return false
}

// documentedSize returns the range that the document has for a cell's counter:
// what it states comes before what follows from it.
func (v view) documentedSize(cell results.Cell, name string) *DocumentedSize {
	var found *DocumentedSize
	for _, t := range v.run.Targets {
		// With a baseline the figure is what is saved.
		if t.Baseline != "" || t.NotOf != "" || !verdict.Applies(v.run, t, results.Bytes, cell, name) {
			continue
		}
		size := &DocumentedSize{Range{t.Low, t.High}, t.Label}
		if !t.Derived {
			return size
		}
		if found == nil {
			found = size
		}
	}
	return found
}
