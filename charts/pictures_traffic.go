package charts

import (
	"strings"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
)

// traffic returns the chart of what the job's trials moved; without groups
// where none counted that.
func (v view) traffic() Traffic {
	t := Traffic{Caption: v.caption("bytes and requests")}
	var zero []string // titles
	for _, c := range trafficCounters {
		switch there, moved := v.counts(c.name); {
		case moved, there && c.name == results.CounterIndexBytes:
			t.Bytes = append(t.Bytes, c.name)
		case there:
			zero = append(zero, c.title)
		}
	}
	if requests, _ := v.counts(results.CounterIndexRequests); !requests && len(t.Bytes) == 0 {
		return Traffic{}
	}
	for _, c := range v.cells() {
		row := TrafficRow{Variant: c.Variant, Requests: counter(c, results.CounterIndexRequests)}
		for _, name := range t.Bytes {
			row.Bytes = append(row.Bytes, counter(c, name))
		}
		if c.OK == 0 {
			row.Note = outcomes(c)
		}
		group := groupOf(&t.Groups, c.State, func(g *TrafficGroup) *string { return &g.State })
		group.Rows = append(group.Rows, row)
	}
	t.Notes = []string{"Exact counts of one trial. Where trials differ, a bar is their median, and their range stands beside it. " +
		"A bar that is missing was not counted, which is another thing than 0."}
	if len(zero) > 0 {
		t.Notes = append(t.Notes, "0 bytes in every trial: "+strings.Join(zero, ", ")+".")
	}
	return t
}

// counts tells whether any cell of the job has that counter, and whether it is
// above zero in one.
func (v view) counts(name string) (there, moved bool) {
	for _, c := range v.cells() {
		if i := counter(c, name); i != nil {
			there, moved = true, moved || i.Max > 0
		}
	}
	return there, moved
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
