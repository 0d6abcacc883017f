package target

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"
)

// What a label consists of: words before the figure, the dash of a range, a
// number with its unit, and words after a percentage.
var (
	labelAbout   = regexp.MustCompile(`(?i)^(?:[~≈∼]|about |around |roughly |approximately |approx\.? |ca\. ?) ?`)
	labelDash    = regexp.MustCompile(`(?i) ?(?:[-–—‑−]| to ) ?`)
	labelAmount  = regexp.MustCompile(`^(\d{1,6}(?:\.\d{1,3})?) ?(%|(?i:per ?cent)\b|[A-Za-z]*)(?: |$)?`)
	labelPercent = regexp.MustCompile(`(?i)%|per ?cent\b`)
	labelAfter   = regexp.MustCompile(`(?i)^(?:faster|quicker|shorter|less|saved|savings?|reduction|improvement)$`)
)

// labelUnits are the units of time as documents write them, in seconds and in
// lower case.
var labelUnits = map[string]float64{
	"ms": 0.001, "msec": 0.001,
	"s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1,
	"m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60,
	"h": 3600, "hr": 3600, "hrs": 3600, "hour": 3600, "hours": 3600,
}

// unitSeconds returns a unit of time in seconds, whatever its case. An M alone is
// none: it is of megabytes as often as of minutes.
func unitSeconds(unit string) (seconds float64, ok bool) {
	if unit == "M" {
		return 0, false
	}
	seconds, ok = labelUnits[strings.ToLower(unit)]
	return seconds, ok
}

// ParseLabel returns the range that a figure stands for, as documents write it,
// in capitals or not: "12-18 min", "~6–9 Min", "30 sec", "1 min 30 s", "45 s to
// 2 min", "55-65% faster", "50 percent". A single figure is a range without
// width, also behind a ~, for which documents give no number. It is false for
// what is no figure, for a range that runs backwards, and for one without its
// other end ("over 25 min").
func ParseLabel(s string) (low, high float64, unit Unit, ok bool) {
	if strings.TrimSpace(s) != s {
		return 0, 0, "", false
	}
	s = labelAbout.ReplaceAllString(s, "")
	first, second := s, ""
	if at := labelDash.FindStringIndex(s); at != nil {
		first, second = s[:at[0]], s[at[1]:]
		if first == "" || second == "" {
			return 0, 0, "", false
		}
	}
	last := first
	if second != "" {
		last = second
	}
	high, unit, ok = quantity(last, "")
	if !ok {
		return 0, 0, "", false
	}
	low = high
	if second != "" {
		var of Unit
		if low, of, ok = quantity(first, lastUnit(last)); !ok || of != unit || low > high {
			return 0, 0, "", false
		}
	}
	return low, high, unit, true
}

// ParseSize returns the range of bytes that a figure stands for, as documents
// write it: "~200-400 MB", "1.5 GB". A kB is 1000 bytes, a KiB 1024. A single
// figure, also behind a ~, stands for all that rounds to it: 1.45 to 1.55 GB. A
// range is as it is written.
func ParseSize(s string) (low, high float64, ok bool) {
	first := labelAbout.ReplaceAllString(s, "")
	at := labelDash.FindStringIndex(first)
	if at == nil {
		return roundedSize(first)
	}
	first, last := first[:at[0]], first[at[1]:]
	if _, err := strconv.ParseFloat(first, 64); err == nil {
		first += last[strings.LastIndexAny(last, "0123456789")+1:]
	}
	a, err := humanize.ParseBytes(first)
	b, err2 := humanize.ParseBytes(last)
	return float64(a), float64(b), err == nil && err2 == nil && a <= b
}

// roundedSize returns the range of sizes that round to a single figure: half a
// unit of its last digit on both sides.
func roundedSize(s string) (low, high float64, ok bool) {
	end := strings.LastIndexAny(s, "0123456789") + 1
	size, err := humanize.ParseBytes(s)
	unit, err2 := humanize.ParseBytes("1" + s[end:])
	if err != nil || err2 != nil {
		return 0, 0, false
	}
	_, digits, _ := strings.Cut(s[:end], ".")
	half := float64(unit) / math.Pow10(len(digits)) / 2
	return max(0, float64(size)-half), float64(size) + half, true
}

// quantity reads one end of a range: "18 min", "1 min 30 s", "65% faster". A
// number alone has the other end's unit.
func quantity(s, other string) (value float64, unit Unit, ok bool) {
	finest := math.Inf(1) // the unit read last: each has to be finer than the one before
	for s != "" {
		m := labelAmount.FindStringSubmatch(s)
		if m == nil {
			return 0, "", false
		}
		n, err := strconv.ParseFloat(m[1], 64)
		if err != nil {
			return 0, "", false
		}
		s = s[len(m[0]):]
		if m[2] == "" {
			if s != "" || unit != "" {
				return 0, "", false
			}
			m[2] = other
		}
		if labelPercent.MatchString(m[2]) {
			if unit != "" || s != "" && !labelAfter.MatchString(s) {
				return 0, "", false
			}
			return n / 100, Ratio, true
		}
		seconds, known := unitSeconds(m[2])
		if !known || seconds >= finest {
			return 0, "", false
		}
		value, unit, finest = value+n*seconds, Seconds, seconds
	}
	return value, unit, unit != ""
}

// lastUnit returns the unit of the last number of an end that is well-formed.
func lastUnit(s string) string {
	if labelPercent.MatchString(s) {
		return "%"
	}
	return s[strings.LastIndexAny(s, " 0123456789")+1:]
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
