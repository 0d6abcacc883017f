package charts

// limit returns the groups with at most mostRows rows in all and none without
// rows, and the number of rows that were left out.
func limit[G, R any](groups []G, rowsOf func(*G) *[]R) (kept []G, left int) {
	room := mostRows
	for _, g := range groups {
		all := *rowsOf(&g)
		n := min(len(all), room)
		left += len(all) - n
		room -= n
		if n > 0 {
			*rowsOf(&g) = all[:n]
			kept = append(kept, g)
		}
	}
	return kept, left
}

func leftOut(rows int) []string {
	if rows == 0 {
		return nil
	}
	return []string{"Not drawn: " + count(rows, "more row") + "."}
}
