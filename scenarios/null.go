package scenarios

import (
	"fmt"
	"slices"
)

// WithNull returns the study with one variant more in each job: the job's
// baseline once more, compared with that baseline. What is found between the two
// is chance. Cells leaves these variants out; NullCells has them.
func (s *Study) WithNull() *Study {
	all := *s
	all.Jobs = slices.Clone(s.Jobs)
	for i, job := range all.Jobs {
		twin, err := job.Variant(job.Baseline)
		if err != nil {
			continue // nothing is compared
		}
		twin.Name, twin.Title = job.again(job.Baseline), "the baseline once more"
		twin.Baseline, twin.DocumentedAs, twin.Departs, twin.Null = job.Baseline, "", false, true
		all.Jobs[i].Variants = append(slices.Clone(job.Variants), twin)
	}
	return &all
}

// again returns a name for the variant once more that no other one has.
func (j Job) again(variant string) string {
	name := variant + "-again"
	for n := 2; ; n++ {
		if _, err := j.Variant(name); err != nil {
			return name
		}
		name = fmt.Sprintf("%s-again-%d", variant, n)
	}
}

// NullCells returns the cells of WithNull's variants that go with those of their
// baselines among the given ones.
func (s *Study) NullCells(cells []Cell) []Cell {
	var twins []Cell
	for _, c := range cells {
		for _, job := range s.Jobs {
			if job.Name != c.Job {
				continue
			}
			for _, v := range job.Variants {
				if v.Null && v.Baseline == c.Variant {
					twins = append(twins, Cell{c.Job, v.Name, c.State})
				}
			}
		}
	}
	return twins
}
