package results

import (
	"iter"
	"slices"
	"strings"
)

// A Pipeline is what the run knows of jobs that CI runs one after the other.
// Nothing runs a pipeline: its trials are derived, see Derive.
type Pipeline struct {
	Name     string         `json:"name"`
	Jobs     []string       `json:"jobs"`     // in the order in which they run
	Variants []Variant      `json:"variants"` // in the order of the study
	Cells    []PipelineCell `json:"cells"`
}

// A PipelineCell says which cells a pipeline consists of in a variant and
// state of its own: one for each of its jobs, in their order.
type PipelineCell struct {
	Variant string `json:"variant"`
	State   string `json:"state"`
	Parts   []Cell `json:"parts"`
}

// AllJobs returns the jobs of the run, and then each pipeline as if it were
// one.
func (r *Run) AllJobs() []Job {
	all := slices.Clip(r.Jobs)
	for _, p := range r.Pipelines {
		all = append(all, Job{Name: p.Name, Variants: p.Variants})
	}
	return all
}

// Pipeline returns the pipeline of that name, and whether there is one.
func (r *Run) Pipeline(name string) (Pipeline, bool) {
	for _, p := range r.Pipelines {
		if p.Name == name {
			return p, true
		}
	}
	return Pipeline{}, false
}

// Derive returns the trials that the run's pipelines come to, given its
// measured ones: in each block one for each of a pipeline's cells, whose total
// is the sum of the totals of its parts, and whose phases are its jobs. A block
// in which a part has no OK trial has none. Of several trials of one cell in a
// block the last counts. The id names the trials that are summed.
//
// A sum leaves out what passes between two jobs of a real pipeline: waiting for
// a machine, and starting it.
func (r *Run) Derive(trials []Trial) []Trial {
	if len(r.Pipelines) == 0 {
		return nil
	}
	d := newDeriver()
	for _, t := range trials {
		d.add(t)
	}
	return d.derive(r.Pipelines)
}

// AllTrials returns the trials, and then those that Derive returns for them, in a
// slice of its own.
func (r *Run) AllTrials(trials []Trial) []Trial {
	return slices.Concat(trials, r.Derive(trials))
}

// WithDerived yields the trials, and after the last one, unless an error ended
// them, those that Derive returns for them.
func (r *Run) WithDerived(trials iter.Seq2[Trial, error]) iter.Seq2[Trial, error] {
	return func(yield func(Trial, error) bool) {
		d := newDeriver()
		for t, err := range trials {
			d.add(t)
			if !yield(t, err) || err != nil {
				return
			}
		}
		for _, t := range d.derive(r.Pipelines) {
			if !yield(t, nil) {
				return
			}
		}
	}
}

// A deriver holds what trials of pipelines are made of.
type deriver struct {
	byCell map[Cell]map[int]Trial // by block; without parts but the total
	blocks []int                  // in order of appearance
	slot   int                    // the largest one
}

func newDeriver() *deriver { return &deriver{byCell: map[Cell]map[int]Trial{}, slot: -1} }

func (d *deriver) add(t Trial) {
	d.slot = max(d.slot, t.Slot)
	total, ok := t.Value(PhaseTotal)
	if !t.Counts() || !ok {
		return
	}
	if !slices.Contains(d.blocks, t.Block) {
		d.blocks = append(d.blocks, t.Block)
	}
	blocks := d.byCell[t.Cell]
	if blocks == nil {
		blocks = map[int]Trial{}
		d.byCell[t.Cell] = blocks
	}
	if before, twice := blocks[t.Block]; !twice || before.Slot < t.Slot {
		blocks[t.Block] = Trial{ID: t.ID, Slot: t.Slot, Started: t.Started, Duration: total}
	}
}

func (d *deriver) derive(pipelines []Pipeline) []Trial {
	slices.Sort(d.blocks)
	var all []Trial
	for _, block := range d.blocks {
		for _, p := range pipelines {
			for _, c := range p.Cells {
				if t, ok := d.sum(p, c, block); ok {
					d.slot++
					t.Slot = d.slot
					all = append(all, t)
				}
			}
		}
	}
	return all
}

// sum returns the pipeline's trial of a block; false when a part is missing.
func (d *deriver) sum(p Pipeline, c PipelineCell, block int) (Trial, bool) {
	t := Trial{Block: block, Cell: Cell{Job: p.Name, Variant: c.Variant, State: c.State}, Outcome: OK}
	var ids []string
	for i, cell := range c.Parts {
		part, ok := d.byCell[cell][block]
		if !ok || i >= len(p.Jobs) {
			return Trial{}, false
		}
		if t.Started.IsZero() || part.Started.Before(t.Started) {
			t.Started = part.Started
		}
		ids = append(ids, part.ID)
		t.Duration += part.Duration
		t.Samples = append(t.Samples, Sample{Name: p.Jobs[i], Kind: Phase, Unit: Seconds, Value: part.Duration})
	}
	t.ID = strings.Join(ids, " + ")
	total := Sample{Name: PhaseTotal, Kind: Phase, Unit: Seconds, Value: t.Duration}
	t.Samples = append([]Sample{total}, t.Samples...)
	return t, len(c.Parts) > 0
}
