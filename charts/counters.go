package charts

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"
)

// A counterChart is what the charts of exact counters have in common: in each
// row bars, in panels side by side, each of which has a scale of its own.
type counterChart struct {
	panels []counterPanel
	groups []Group[counterRow]
}

// A counterPanel is what one panel shows.
type counterPanel struct {
	title    string
	counters []counterLook        // a bar of each in every row
	number   func(float64) string // a value with its unit
	units    []string             // the names of the powers of a thousand, from 1 on
}

// A counterLook is what the legend calls a counter, and its fill.
type counterLook struct {
	name, title string
	fill        swatch
}

// A counterRow is one variant in one state.
type counterRow struct {
	variant string
	bars    [][]counterBar // of each panel, of each of its counters
	note    string         // why there are none
}

// A counterBar is one counter of a row.
type counterBar struct {
	value      *Interval       // nil where trials do not have it
	documented *DocumentedSize // nil when the document says nothing of it
}

// lookOf returns the counter's look, of those in a table.
func lookOf(table []counterLook, name string) counterLook {
	for _, l := range table {
		if l.name == name {
			return l
		}
	}
	return counterLook{name, name, swatch{skyBlue, plain}}
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

// isDocumented tells whether there is a documented range that can be drawn.
func (b counterBar) isDocumented() bool {
	d := b.documented
	return d != nil && d.Low >= 0 && d.Low <= d.High && d.High <= mostCounted
}

// end returns the largest number that is drawn of the bar.
func (b counterBar) end() float64 {
	var end float64
	if counted(b.value) {
		end = b.value.Median
	}
	if b.isDocumented() {
		end = max(end, b.documented.High)
	}
	return end
}

// texts returns what is said of the bar: its value, and what is documented.
func (b counterBar) texts(number func(float64) string) (value, documented string) {
	if counted(b.value) {
		value = quantity(*b.value, number)
	}
	if b.isDocumented() {
		documented = cmp.Or(clean(b.documented.Text), between(b.documented.Low, b.documented.High, number))
	}
	return value, documented
}

// empty tells whether none of the row's counters can be drawn.
func (r counterRow) empty() bool {
	for _, bars := range r.bars {
		if slices.ContainsFunc(bars, func(b counterBar) bool { return counted(b.value) }) {
			return false
		}
	}
	return true
}

// marks returns how much is drawn of the row.
func (r counterRow) marks() int {
	n := 1
	for _, bars := range r.bars {
		for _, b := range bars {
			if counted(b.value) {
				n++
			}
			if b.isDocumented() {
				n += bandMarks
			}
		}
	}
	return n
}

const (
	// mostCounterMarks bounds what is drawn, rows included, and so the size of a
	// picture.
	mostCounterMarks = 230
	bandMarks        = 3 // bars that take as much as a documented range
)

// cut returns the chart with as many rows as a picture holds, and the number of
// those left out.
func (c counterChart) cut() (counterChart, int) {
	groups, left, marks := c.groups, 0, 0
	c.groups = nil
	for _, g := range groups {
		for i, r := range g.Rows {
			if marks += r.marks(); marks > mostCounterMarks {
				left += len(g.Rows) - i
				g.Rows = g.Rows[:i]
				break
			}
		}
		if len(g.Rows) > 0 {
			c.groups = append(c.groups, g)
		}
	}
	return c, left
}

// shown returns the panels that have a bar; the first when none has one.
func (c counterChart) shown() []int {
	var all []int
	for i := range c.panels {
		if c.any(i, func(b counterBar) bool { return counted(b.value) }) {
			all = append(all, i)
		}
	}
	if all == nil {
		return []int{0}
	}
	return all
}

// any tells whether a panel has such a bar, in a row of which bars are drawn.
func (c counterChart) any(panel int, is func(counterBar) bool) bool {
	for _, g := range c.groups {
		for _, r := range g.Rows {
			if !r.empty() && slices.ContainsFunc(r.bars[panel], is) {
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
	if number(i.Min) == number(i.Max) {
		return s
	}
	return s + " (" + between(i.Min, i.Max, number) + ")"
}

// between returns a range in a number's format, with one unit where both have
// the same: "40.10–41.00 MB".
func between(from, to float64, number func(float64) string) string {
	low, high := number(from), number(to)
	if low == high {
		return low
	}
	if n, unit, ok := strings.Cut(low, " "); ok && strings.HasSuffix(high, " "+unit) {
		low = n
	}
	return low + "–" + high
}

// Bytes returns v in the largest unit that it holds, of powers of a thousand.
func Bytes(v float64) string {
	if v = math.Round(v); v < 1000 { // of which BytesN shows decimals
		return commas(v) + " B"
	}
	return humanize.BytesN(uint64(v), 4)
}

// commas returns v as a whole number with commas.
func commas(v float64) string { return humanize.Comma(int64(math.Round(v))) }

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
