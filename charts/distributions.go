package charts

import (
	"slices"

	"github.com/cibench/cibench/results/stats"
)

// A Distributions chart shows the single values behind each median: per cache
// state and variant a dot for each trial, over a box from the lower to the
// upper quartile with the median, and whiskers to the extremes; of a few values
// the median alone. Each state has an axis of its own, since what is compared are
// the variants in one state.
type Distributions struct {
	Caption
	Groups []Group[Distribution]
}

// A Distribution is one variant in one state. Values are in seconds, in any
// order.
type Distribution struct {
	Variant string
	Values  []float64
	Note    string // why there are none
}

// A box is what is drawn of a distribution.
type box struct {
	Distribution
	sorted               []float64 // what can be drawn of the values
	lower, median, upper float64   // the quartiles of these
}

// box computes what is drawn, once: of the many values that a row may have that
// is most of the work.
func (d Distribution) box() box {
	sorted := make([]float64, 0, len(d.Values))
	for _, v := range d.Values {
		if duration(v) {
			sorted = append(sorted, v)
		}
	}
	slices.Sort(sorted)
	return box{d, sorted, stats.Quantile(sorted, 0.25), stats.Median(sorted), stats.Quantile(sorted, 0.75)}
}

// measured tells whether there is a value that can be drawn.
func (b box) measured() bool { return len(b.sorted) > 0 }

// leastBoxed is the number of values from which on there is a box: that of fewer
// would look as if more were known of them.
const leastBoxed = 5

// boxed tells whether there are values enough for quartiles.
func (b box) boxed() bool { return len(b.sorted) >= leastBoxed }

func (b box) min() float64 { return b.sorted[0] }
func (b box) max() float64 { return b.sorted[len(b.sorted)-1] }

// tip returns what is told of a measured box.
func (b box) tip() string {
	bold, rest := b.value()
	quartiles := ""
	if b.boxed() {
		quartiles = "quartiles " + Seconds(b.lower) + "–" + Seconds(b.upper) + " s, "
	}
	return "median " + bold + ", " + quartiles + rest
}

// value returns what is written beside a measured box.
func (b box) value() (bold, rest string) {
	bold = Seconds(b.median) + " s"
	if low, high := Seconds(b.min()), Seconds(b.max()); low != high {
		rest = low + "–" + high + ", "
	}
	return bold, rest + Count(len(b.sorted), "value")
}
