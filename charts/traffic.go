package charts

import (
	"math"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/cibench/cibench/results"
)

// A Traffic chart shows, per cache state and variant, what one trial moved: its
// bytes from and to services and caches, a bar for each counter, and beside
// them its requests to the package index. Counters are exact; where trials
// differ, the bar is their median, and the range stands beside it.
type Traffic struct {
	Caption
	Bytes  []string // the counters of bytes, a bar of each in every row
	Groups []TrafficGroup
}

// A TrafficGroup holds the rows of one cache state.
type TrafficGroup struct {
	State string
	Rows  []TrafficRow
}

// A TrafficRow is one variant in one state. A counter that its trials do not
// have is nil: that is another thing than 0.
type TrafficRow struct {
	Variant  string
	Bytes    []*Interval // of each of the chart's Bytes
	Requests *Interval
	Note     string // why there are no counters
}

// trafficCounters are the counters of bytes that have a fill and a title of
// their own, in the order of their bars. The index has the fill of pip-install.
var trafficCounters = []struct {
	name, title string
	fill        swatch
}{
	{results.CounterIndexBytes, "from the package index", swatch{orange, plain}},
	{results.CounterCacheDownloaded, "from the Actions cache", swatch{blue, plain}},
	{results.CounterCacheUploaded, "to the Actions cache", swatch{green, plain}},
	{results.CounterCacheSavedBytes, "entries saved there", swatch{silver, plain}},
	{results.CounterBuilderMountBytes, "in cache mounts at the end", swatch{purple, plain}},
}

// trafficLook returns what the legend calls a counter, and its fill.
func trafficLook(name string) (string, swatch) {
	for _, c := range trafficCounters {
		if c.name == name {
			return c.title, c.fill
		}
	}
	return name, swatch{skyBlue, plain}
}

// mostCounted is the largest number that is drawn.
const mostCounted = 1e18

// counted tells whether a counter can be drawn.
func counted(i *Interval) bool {
	if i == nil {
		return false
	}
	for _, v := range []float64{i.Median, i.Min, i.Max} {
		if !(v >= 0 && v <= mostCounted) { // NaN is neither
			return false
		}
	}
	return true
}

// bars returns how many of the row's counters can be drawn.
func (r TrafficRow) bars() int {
	n := 0
	for _, b := range append([]*Interval{r.Requests}, r.Bytes...) {
		if counted(b) {
			n++
		}
	}
	return n
}

func (t Traffic) any(is func(r TrafficRow) bool) bool {
	for _, g := range t.Groups {
		for _, r := range g.Rows {
			if is(r) {
				return true
			}
		}
	}
	return false
}

// quantity returns a counter's value in a number's format, and the range where
// trials differ: "12 (11–14)".
func quantity(i Interval, number func(float64) string) string {
	s := number(i.Median)
	low, high := number(i.Min), number(i.Max)
	if low == high {
		return s
	}
	if n, unit, ok := strings.Cut(low, " "); ok && strings.HasSuffix(high, " "+unit) {
		low = n
	}
	return s + " (" + low + "–" + high + ")"
}

// Bytes returns v in the largest unit that it holds, of powers of a thousand, as
// the tables have it. Zero has no unit.
func Bytes(v float64) string {
	switch v = math.Round(v); {
	case v == 0:
		return "0"
	case v < 1000: // of which BytesN shows decimals
		return Number(v) + " B"
	}
	return humanize.BytesN(uint64(v), 4)
}

// Number returns v as a whole number with commas.
func Number(v float64) string { return humanize.Comma(int64(math.Round(v))) }

// The names of the powers of a thousand, from 1 on.
var (
	byteUnits    = []string{"bytes", "kB", "MB", "GB", "TB", "PB", "EB"}
	requestUnits = []string{"requests", "thousand requests", "million requests", "billion requests", "10¹² requests", "10¹⁵ requests", "10¹⁸ requests"}
)

// unitOf returns the largest power of a thousand that v holds at least once,
// with its name.
func unitOf(v float64, names []string) (size float64, name string) {
	size = 1
	for v >= 1000*size && len(names) > 1 {
		size, names = 1000*size, names[1:]
	}
	return size, names[0]
}

// mostTrafficBars bounds what is drawn, rows included, and so the size of a
// picture.
const mostTrafficBars = 230

// cut returns the chart without groups that have no rows and with as many rows
// as a picture holds, and the number of those left out.
func (t Traffic) cut() (Traffic, int) {
	groups, left := limit(t.Groups, func(g *TrafficGroup) *[]TrafficRow { return &g.Rows })
	t.Groups = nil
	bars := 0
	for _, g := range groups {
		for i, r := range g.Rows {
			if bars += 1 + r.bars(); bars > mostTrafficBars {
				left += len(g.Rows) - i
				g.Rows = g.Rows[:i]
				break
			}
		}
		if len(g.Rows) > 0 {
			t.Groups = append(t.Groups, g)
		}
	}
	return t, left
}

// note returns what stands in a row without a bar.
func (r TrafficRow) note() string {
	if r.Note == "" {
		return "no data"
	}
	return "no data: " + clean(r.Note)
}
