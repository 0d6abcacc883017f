package charts

// distributions returns the chart of the single totals; false when no variant
// has two in one state.
func (v view) distributions() (Distributions, bool) {
	d := Distributions{Caption: v.caption("every total")}
	enough := false
	for _, c := range v.cells() {
		row := Distribution{Variant: c.Variant, Values: v.totals(c.Cell)}
		if len(row.Values) == 0 {
			row.Note = outcomes(c)
		}
		enough = enough || len(row.Values) > 1
		d.Groups = addRow(d.Groups, c.State, row)
	}
	d.Notes = []string{"Each state has an axis of its own, which need not begin at zero. Beside each row: the median, the extremes. " +
		"What a variant saves is told by pairs of one block, not by two of them."}
	return d, enough
}
