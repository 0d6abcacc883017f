package results

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// A Series is what a phase or counter was in the OK trials of a cell, warm-ups
// aside, one value per trial in the order of their slots.
type Series struct {
	Cell
	Name   string
	Kind   Kind
	Unit   Unit
	Values []float64
}

// SeriesOf returns the series of the trials, which are in the order of their
// slots, sorted by cell and name. A value that is not finite is no measurement.
func SeriesOf(trials []Trial) []Series {
	type key struct {
		cell Cell
		name string
	}
	byKey := map[key]*Series{}
	for _, t := range trials {
		if !t.Counts() {
			continue
		}
		for _, s := range t.Samples {
			if math.IsNaN(s.Value) || math.IsInf(s.Value, 0) {
				continue
			}
			k := key{t.Cell, s.Name}
			if byKey[k] == nil {
				byKey[k] = &Series{Cell: t.Cell, Name: s.Name, Kind: s.Kind, Unit: s.Unit}
			}
			byKey[k].Values = append(byKey[k].Values, s.Value)
		}
	}
	all := make([]Series, 0, len(byKey))
	for _, s := range byKey {
		all = append(all, *s)
	}
	slices.SortFunc(all, Series.Compare)
	return all
}

// CellsOf returns the cells of series that are sorted.
func CellsOf(sorted []Series) []Cell {
	var cells []Cell
	for _, s := range sorted {
		if len(cells) == 0 || cells[len(cells)-1] != s.Cell {
			cells = append(cells, s.Cell)
		}
	}
	return cells
}

// Compare orders series by job, variant, state and name. It returns 0 for two
// that cannot both be of one run.
func (s Series) Compare(other Series) int {
	return cmp.Or(
		strings.Compare(s.Job, other.Job), strings.Compare(s.Variant, other.Variant), strings.Compare(s.State, other.State),
		strings.Compare(s.Name, other.Name),
	)
}
