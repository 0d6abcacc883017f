package expr

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Number returns the value as a number, by the rules of JavaScript's Number:
// null, false and "" are 0, true is 1, and what is no number is NaN.
func Number(v Value) float64 {
	switch v := v.(type) {
	case nil:
		return 0
	case bool:
		if v {
			return 1
		}
		return 0
	case float64:
		return v
	case string:
		return parseNumber(v)
	default:
		return math.NaN()
	}
}

var (
	decimal = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$`)
	hex     = regexp.MustCompile(`^0x[0-9a-fA-F]+$`)
	octal   = regexp.MustCompile(`^0o[0-7]+$`)
)

// parseNumber reads a number as the runner does: decimal, 0x or 0o with at
// most 32 bits (so that 0xffffffff is -1), or infinity, whose case .NET does
// not mind.
func parseNumber(s string) float64 {
	s = strings.TrimSpace(s)
	switch {
	case s == "":
		return 0
	case decimal.MatchString(s):
		f, _ := strconv.ParseFloat(s, 64) // out of range is ±Inf, as in .NET
		return f
	case hex.MatchString(s):
		return parse32(s[2:], 16)
	case octal.MatchString(s):
		return parse32(s[2:], 8)
	case strings.EqualFold(s, "infinity"), strings.EqualFold(s, "+infinity"):
		return math.Inf(1)
	case strings.EqualFold(s, "-infinity"):
		return math.Inf(-1)
	default:
		return math.NaN()
	}
}

func parse32(digits string, base int) float64 {
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil {
		return math.NaN()
	}
	return float64(int32(n))
}

// formatNumber writes a number as .NET's format G15 does.
func formatNumber(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	default:
		return strconv.FormatFloat(f, 'G', 15, 64)
	}
}
