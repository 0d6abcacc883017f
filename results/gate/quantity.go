package gate

import (
	"math/big"
	"strconv"

	"github.com/cibench/cibench/results"
)

// A Quantity is a number with the unit that it is written in: one of units, "%",
// or "" for a count.
type Quantity struct {
	Number float64
	Unit   string
}

// units are the units of bounds, and what one is in the base unit.
var units = map[string]struct {
	base   results.Unit
	factor *big.Rat
}{
	"ms": {results.Seconds, big.NewRat(1, 1000)}, "s": {results.Seconds, big.NewRat(1, 1)},
	"m": {results.Seconds, big.NewRat(60, 1)}, "h": {results.Seconds, big.NewRat(3600, 1)},
	"B": {results.Bytes, big.NewRat(1, 1)}, "kB": {results.Bytes, big.NewRat(1e3, 1)},
	"MB": {results.Bytes, big.NewRat(1e6, 1)}, "GB": {results.Bytes, big.NewRat(1e9, 1)},
	"KiB": {results.Bytes, big.NewRat(1<<10, 1)}, "MiB": {results.Bytes, big.NewRat(1<<20, 1)},
	"GiB": {results.Bytes, big.NewRat(1<<30, 1)},
	"":    {results.Count, big.NewRat(1, 1)},
}

// unitNames are the keys of units in the order of a hint.
const unitNames = "ms, s, m, h, B, kB, MB, GB, KiB, MiB, GiB, or no unit for a count"

// String returns "60s" or "-5%", never with an exponent.
func (q Quantity) String() string { return strconv.FormatFloat(q.Number, 'f', -1, 64) + q.Unit }

// base returns the quantity in its base unit. The decimal number that was
// written is what counts, so that 1.1kB is 1100 bytes to the bit.
func (q Quantity) base() float64 {
	v, _ := new(big.Rat).Mul(q.decimal(), units[q.Unit].factor).Float64()
	return v
}

// share returns a percentage as a ratio.
func (q Quantity) share() float64 {
	v, _ := new(big.Rat).Quo(q.decimal(), hundred).Float64()
	return v
}

func (q Quantity) decimal() *big.Rat {
	r, ok := new(big.Rat).SetString(strconv.FormatFloat(q.Number, 'f', -1, 64))
	if !ok {
		return new(big.Rat) // not of Parse, which refuses what is not finite
	}
	return r
}

// fits tells whether numbers in that unit can be held against the quantity. Zero
// is zero in every unit, and units without a name of their own are counts.
func (q Quantity) fits(unit results.Unit) bool {
	base := units[q.Unit].base
	if base == results.Count {
		return q.Number == 0 || unit != results.Seconds && unit != results.Bytes
	}
	return base == unit
}

var hundred = big.NewRat(100, 1)

// orderOfChange compares a number with what it may be: percent more than it was.
func orderOfChange(is, was float64, percent Quantity) int {
	factor := new(big.Rat).Add(hundred, percent.decimal())
	bound := new(big.Rat).Mul(exactly(was), factor.Quo(factor, hundred))
	return exactly(is).Cmp(bound)
}

// exactly returns the rational number that a finite float is.
func exactly(v float64) *big.Rat { return new(big.Rat).SetFloat64(v) }
