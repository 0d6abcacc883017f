package charts

import "github.com/cibench/cibench/results"

// A Sizes chart shows, per cache state and variant, how large what a trial leaves
// is: what it saved in the Actions cache, its cache mounts, its image, and, on a
// scale of its own, the builder's whole disk. Over each bar lies the range that
// the document has for it. Sizes are exact; where trials differ, the bar is their
// median, and the range stands beside it.
type Sizes struct {
	Caption
	Counters []string // a bar of each in every row
	Groups   []Group[SizeRow]
}

// A SizeRow is one variant in one state.
type SizeRow struct {
	Variant string
	Sizes   []Size // of each of the chart's Counters
	Note    string // why there are none
}

// A Size is one counter of a row.
type Size struct {
	Bytes      *Interval       // nil where trials do not have it: that is another thing than 0
	Documented *DocumentedSize // nil when the document says nothing of it
}

// A DocumentedSize is a documented range, in bytes, and how the document writes
// it.
type DocumentedSize struct {
	Range
	Text string
}

// sizeCounters are the sizes, in the order of their bars.
var sizeCounters = []counterLook{
	{results.CounterCacheSavedBytes, "entries saved in the Actions cache", swatch{silver, plain}},
	{results.CounterBuilderMountBytes, "cache mounts at the end", swatch{purple, plain}},
	{results.CounterImageBytes, "image, as a deployment pulls it", swatch{skyBlue, plain}},
	{results.CounterBuilderBytes, "the builder's whole disk", swatch{blue, plain}},
}

// page gives the builder's disk a panel, beside which the rest would be next to
// nothing.
func (s Sizes) page() page {
	groups, left := limit(s.Groups)
	disk := lookOf(sizeCounters, results.CounterBuilderBytes)
	c := counterChart{panels: []counterPanel{
		{title: "sizes", number: Bytes, units: byteUnits},
		{title: disk.title, number: Bytes, units: byteUnits},
	}}
	counters := s.Counters[:min(len(s.Counters), mostCounters)]
	panelOf := make([]int, len(counters))
	for i, name := range counters {
		if name == disk.name {
			panelOf[i] = 1
		}
		panel := &c.panels[panelOf[i]]
		panel.counters = append(panel.counters, lookOf(sizeCounters, name))
	}
	for _, g := range groups {
		cg := Group[counterRow]{State: g.State}
		for _, r := range g.Rows {
			bars := make([][]counterBar, len(c.panels))
			for i, size := range r.Sizes[:min(len(r.Sizes), len(counters))] {
				bars[panelOf[i]] = append(bars[panelOf[i]], counterBar{size.Bytes, size.Documented})
			}
			cg.Rows = append(cg.Rows, counterRow{r.Variant, bars, r.Note})
		}
		c.groups = append(c.groups, cg)
	}
	return c.page(s.Caption, left, "No data: no trial tells of a size.")
}
