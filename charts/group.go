package charts

// mostRows are drawn of a chart; beyond that nobody reads it.
const mostRows = 120

// A Group holds the rows of one cache state.
type Group[R any] struct {
	State string
	Rows  []R
}

// addRow adds a row to the last group, which rows of one state share as they come
// in their order. For another state it begins a new one.
func addRow[R any](groups []Group[R], state string, row R) []Group[R] {
	if n := len(groups); n == 0 || groups[n-1].State != state {
		groups = append(groups, Group[R]{State: state})
	}
	last := &groups[len(groups)-1]
	last.Rows = append(last.Rows, row)
	return groups
}

// limit returns the groups with at most mostRows rows in all and none without
// rows, and the number of rows that were left out.
func limit[R any](groups []Group[R]) (kept []Group[R], left int) {
	room := mostRows
	for _, g := range groups {
		n := min(len(g.Rows), room)
		left += len(g.Rows) - n
		room -= n
		if n > 0 {
			kept = append(kept, Group[R]{g.State, g.Rows[:n]})
		}
	}
	return kept, left
}

// labelled returns the groups by their names, with a label of each row.
func labelled[R any](groups []Group[R], label func(R) string) []rowGroup {
	var all []rowGroup
	for _, g := range groups {
		rg := rowGroup{name: g.State}
		for _, r := range g.Rows {
			rg.labels = append(rg.labels, label(r))
		}
		all = append(all, rg)
	}
	return all
}

func leftOut(rows int) []string {
	if rows == 0 {
		return nil
	}
	return []string{"Not drawn: " + Count(rows, "more row") + "."}
}
