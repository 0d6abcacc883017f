package charts

import "github.com/cibench/cibench/results"

// A Traffic chart shows, per cache state and variant, what one trial moved: its
// bytes from and to services and caches, a bar for each counter, and beside
// them its requests to the package index. Counters are exact; where trials
// differ, the bar is their median, and the range stands beside it.
type Traffic struct {
	Caption
	Bytes  []string // the counters of bytes, a bar of each in every row
	Groups []Group[TrafficRow]
}

// A TrafficRow is one variant in one state. A counter that its trials do not
// have is nil: that is another thing than 0.
type TrafficRow struct {
	Variant  string
	Bytes    []*Interval // of each of the chart's Bytes
	Requests *Interval
	Note     string // why there are no counters
}

// trafficCounters are the counters of bytes that have a look of their own, in
// the order of their bars. The index has the fill of pip-install.
var trafficCounters = []counterLook{
	{results.CounterIndexBytes, "from the package index", swatch{orange, plain}},
	{results.CounterCacheDownloaded, "from the Actions cache", swatch{blue, plain}},
	{results.CounterCacheUploaded, "to the Actions cache", swatch{green, plain}},
}

func (t Traffic) page() page {
	const requests = "requests to the package index"
	groups, left := limit(t.Groups)
	bytes := counterPanel{title: "bytes", number: Bytes, units: byteUnits}
	for _, name := range t.Bytes[:min(len(t.Bytes), mostCounters)] {
		bytes.counters = append(bytes.counters, lookOf(trafficCounters, name))
	}
	c := counterChart{panels: []counterPanel{bytes, {
		title: requests, counters: []counterLook{{results.CounterIndexRequests, requests, swatch{orange, plain}}}, number: commas, units: requestUnits,
	}}}
	for _, g := range groups {
		cg := Group[counterRow]{State: g.State}
		for _, r := range g.Rows {
			bars := make([]counterBar, len(r.Bytes))
			for i, b := range r.Bytes {
				bars[i].value = b
			}
			cg.Rows = append(cg.Rows, counterRow{r.Variant, [][]counterBar{bars, {{value: r.Requests}}}, r.Note})
		}
		c.groups = append(c.groups, cg)
	}
	return c.page(t.Caption, left, "No data: no trial counted bytes or requests.")
}
