package target

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
)

// label matches a figure as documents write it: "12-18 min", "~6-9 min",
// "30 sec", "55-65% faster".
var label = regexp.MustCompile(`^~?(\d{1,6}(?:\.\d{1,3})?)(?:[-–](\d{1,6}(?:\.\d{1,3})?))? ?(?:(s|sec|seconds|min|minutes)|(%)(?: faster)?)$`)

// parseLabel returns the range that a label stands for. A single figure is a
// range without width, also behind a ~, for which documents give no number.
func parseLabel(s string) (low, high float64, unit Unit, ok bool) {
	m := label.FindStringSubmatch(s)
	if m == nil {
		return 0, 0, "", false
	}
	if m[2] == "" {
		m[2] = m[1]
	}
	low, errLow := strconv.ParseFloat(m[1], 64)
	high, errHigh := strconv.ParseFloat(m[2], 64)
	if errLow != nil || errHigh != nil || low > high {
		return 0, 0, "", false
	}
	switch {
	case m[4] == "%":
		return low / 100, high / 100, Ratio, true
	case m[3] == "min" || m[3] == "minutes":
		return low * 60, high * 60, Seconds, true
	default:
		return low, high, Seconds, true
	}
}

// percentLabel writes a range of ratios as a document would.
func percentLabel(low, high float64) string {
	a, b := math.Round(100*low)+0, math.Round(100*high)+0 // -0 + 0 is 0
	switch {
	case a == b:
		return fmt.Sprintf("%.0f%%", a)
	case a < 0:
		return fmt.Sprintf("%.0f to %.0f%%", a, b)
	default:
		return fmt.Sprintf("%.0f-%.0f%%", a, b)
	}
}
