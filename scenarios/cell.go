package scenarios

// A Cell is what one block of a study holds once.
type Cell struct {
	Job, Variant string
	State        State
}

// String returns "job/variant/state".
func (c Cell) String() string { return c.Job + "/" + c.Variant + "/" + string(c.State) }

// Cells returns what one block of the whole study holds, in the order of its
// file.
func (s *Study) Cells() []Cell {
	var cells []Cell
	for _, job := range s.Jobs {
		for _, v := range job.Variants {
			if v.Null {
				continue
			}
			for _, state := range job.StatesOf(v) {
				cells = append(cells, Cell{job.Name, v.Name, state})
			}
		}
	}
	return cells
}
