package charts

import "github.com/cibench/cibench/results"

// traffic returns the chart of what the job's trials moved; without groups
// where none counted that.
func (v view) traffic() Traffic {
	t := Traffic{Caption: v.caption("bytes and requests")}
	var zero []string
	t.Bytes, zero = v.counters(trafficCounters, func(name string) bool { return name == results.CounterIndexBytes })
	if requests, _ := v.counts(results.CounterIndexRequests); !requests && len(t.Bytes) == 0 {
		return Traffic{}
	}
	for _, c := range v.cells() {
		row := TrafficRow{Variant: c.Variant, Requests: counter(c, results.CounterIndexRequests), Note: uncounted(c)}
		for _, name := range t.Bytes {
			row.Bytes = append(row.Bytes, counter(c, name))
		}
		t.Groups = addRow(t.Groups, c.State, row)
	}
	t.Notes = append([]string{"Exact counts of one trial. " + counterNote}, zero...)
	return t
}
