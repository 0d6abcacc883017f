package link

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
)

// A Rate is in bytes per second.
type Rate float64

// Unlimited is the rate of a line that takes no time.
const Unlimited Rate = 0

const unlimited = "unlimited"

// duration returns how long n bytes take.
func (r Rate) duration(n int) time.Duration {
	if r == Unlimited {
		return 0
	}
	return time.Duration(float64(n) / float64(r) * float64(time.Second))
}

// String returns the rate as ParseRate reads it, in bytes per second.
func (r Rate) String() string {
	if r == Unlimited {
		return unlimited
	}
	value, prefix := humanize.ComputeSI(float64(r))
	return strconv.FormatFloat(value, 'f', -1, 64) + " " + prefix + "B/s"
}

// Rates outside these bounds are slips: less would stall a build for hours,
// more is faster than loopback.
const minRate, maxRate Rate = 1e3, 1e12

var errRate = errors.New(`want a number with a unit, from 1 kB/s to 1 TB/s, such as "65 MB/s" or "1 Gbit/s", or "unlimited"`)

// ParseRate reads a rate in bytes or bits per second with a decimal prefix, or
// "unlimited".
func ParseRate(s string) (Rate, error) {
	if s == unlimited {
		return Unlimited, nil
	}
	value, unit, err := humanize.ParseSI(strings.TrimSpace(s))
	if err != nil {
		return 0, errRate
	}
	switch unit {
	case "B/s":
	case "bit/s":
		value /= 8
	default:
		return 0, errRate
	}
	if r := Rate(value); !math.IsNaN(value) && r >= minRate && r <= maxRate {
		return r, nil
	}
	return 0, errRate
}
