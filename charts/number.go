package charts

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A Range is a closed interval; Low is at most High.
type Range struct {
	Low, High float64
}

// An Interval is a median with its smallest and largest value.
type Interval struct {
	Median, Min, Max float64
}

// longest is the largest time that is drawn, in seconds: 31 years.
const longest = 1e9

// duration tells whether v can be drawn as a time.
func duration(v float64) bool { return v >= 0 && v <= longest }

func (r Range) ok() bool { return r.Low <= r.High && !math.IsInf(r.Low, 0) && !math.IsInf(r.High, 0) }

func (r Range) isDuration() bool { return r.ok() && duration(r.Low) && duration(r.High) }

func (i Interval) isDuration() bool {
	return duration(i.Median) && duration(i.Min) && duration(i.Max)
}

// Seconds returns v without a unit: two decimals below 10, one below 100. A
// time saved may be negative; its minus sign is a real one.
func Seconds(v float64) string {
	decimals, scale := 2, 100.0
	switch a := math.Abs(v); {
	case a >= 99.95:
		decimals, scale = 0, 1
	case a >= 9.995:
		decimals, scale = 1, 10
	}
	if math.Abs(v)*scale < 0.5 {
		v = 0 // not a negative zero
	}
	return minus(strconv.FormatFloat(v, 'f', decimals, 64))
}

// Percent returns the ratio v in per cent, rounded, with a real minus sign.
// Below 10 % it has a decimal where that says more.
func Percent(v float64) string {
	p := math.Round(v * 100)
	if tenths := math.Round(v * 1000); math.Abs(tenths) < 100 && math.Mod(tenths, 10) != 0 {
		return minus(fmt.Sprintf("%.1f %%", tenths/10))
	}
	if math.Abs(p) >= 1e6 {
		return minus(fmt.Sprintf("%.0e %%", p))
	}
	return minus(fmt.Sprintf("%.0f %%", p+0))
}

// Percents returns a range of ratios as "70–75 %".
func Percents(r Range) string {
	low, high := Percent(r.Low), Percent(r.High)
	if low == high {
		return low
	}
	return FromTo(strings.TrimSuffix(low, " %"), high)
}

// FromTo returns a range of two numbers as they are written: "40–45", and
// "−6 to 3", as a dash beside a sign is hard to read.
func FromTo(low, high string) string {
	if strings.Contains(low+high, "−") {
		return low + " to " + high
	}
	return low + "–" + high
}

// Count returns a number of things: "1 trial", "3 trials".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// nice returns the round step (1, 2 or 5 times a power of ten) that divides
// width into at most n parts.
func nice(width float64, n int) float64 {
	power := math.Pow(10, math.Floor(math.Log10(width/float64(n))))
	for _, m := range []float64{1, 2, 5} {
		if step := m * power; width/step <= float64(n) {
			return step
		}
	}
	return 10 * power
}

// axisNumber returns a tick's value, without needless digits. Adding zero
// turns a negative zero into a positive one.
func axisNumber(v float64) string {
	return minus(strconv.FormatFloat(math.Round(v*1e6)/1e6+0, 'f', -1, 64))
}

// minus gives a number a real minus sign.
func minus(number string) string { return strings.Replace(number, "-", "−", 1) }
