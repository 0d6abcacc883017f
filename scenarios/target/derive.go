package target

import "slices"

// saving returns what the times of one table row imply: the share that after
// saves of before, low against low and high against high. The document gives
// no other pairing; the two shares, ordered, are the range.
func saving(before, after Target) Target {
	a, b := 1-after.Low/before.Low, 1-after.High/before.High
	s := after
	s.States = slices.Clone(after.States)
	s.ID += "/saving"
	s.Baseline = before.Variant
	s.Unit = Ratio
	s.Low, s.High = min(a, b), max(a, b)
	s.Label = percentLabel(s.Low, s.High)
	s.Derived = true
	return s
}
