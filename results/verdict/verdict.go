// Package verdict says what the trials of a run show.
//
// A Summary is a pure function of the run and its trials. Only numbers of OK
// trials that are not warm-ups enter it; every other trial is counted and
// named with its reason. A Position describes where a median lies and is no
// statistical verdict. Drawing and printing is for packages charts and report.
package verdict

import (
	"cmp"
	"slices"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/stats"
)

// A Summary is what a run shows. Its order is that of tables: jobs and variants
// in the order of the study, states from cold to partial, phases in the order
// of a build.
type Summary struct {
	Run       string   `json:"run"`
	Study     string   `json:"study"`
	Simulated bool     `json:"simulated,omitempty"` // measured by the cost model
	Cells     []Cell   `json:"cells"`
	Savings   []Saving `json:"savings"`
	Noise     *Noise   `json:"noise,omitempty"` // nil when no comparison that decides has two pairs
	Null      *Null    `json:"null,omitempty"`  // nil when no baseline was run once more
	Cost      *Cost    `json:"cost,omitempty"`  // nil of a simulated run, and where it was not recorded
}

// Compared returns the savings whose baseline was run in their state: those that
// there is something to say of.
func (s Summary) Compared() []Saving {
	return slices.DeleteFunc(slices.Clone(s.Savings), func(x Saving) bool { return x.NoBaseline })
}

// Cost is how long a run's trials took, in seconds: within what was timed, and
// around it, for preparation, proof and removal.
type Cost struct {
	Timed   float64 `json:"timed"`
	Untimed float64 `json:"untimed"`
}

// costOf adds up the trials that have both.
func costOf(run results.Run, trials []results.Trial) *Cost {
	var c Cost
	for _, t := range trials {
		if t.Untimed != nil {
			c.Timed += t.Duration
			c.Untimed += *t.Untimed
		}
	}
	if run.Simulated || c.Timed == 0 {
		return nil
	}
	return &c
}

// A Spread is the middle and the ends of N numbers. With N = 0 there is no
// number, and the rest is meaningless.
type Spread struct {
	N      int     `json:"n"`
	Median float64 `json:"median"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
}

// SpreadOf returns the middle and the ends of x.
func SpreadOf(x []float64) Spread {
	if len(x) == 0 {
		return Spread{}
	}
	return Spread{N: len(x), Median: stats.Median(x), Min: stats.Min(x), Max: stats.Max(x)}
}

// Summarize returns the summary of the run with these trials, in any order. The
// run's pipelines are in it as jobs are, with the trials that results.Run.Derive
// makes of these. Trials of one block are pairs: a cell has one trial in a block,
// and of more the last in the plan counts towards savings.
func Summarize(run results.Run, trials []results.Trial) Summary {
	cells, find := cellsOf(run, trials)
	sum := Summary{Run: run.ID, Study: run.Study, Simulated: run.Simulated, Cost: costOf(run, trials), Savings: allSavings(run, cells, find)}
	for _, n := range cells {
		sum.Cells = append(sum.Cells, n.summary(run))
	}
	sum.Noise = noiseOf(sum.Savings)
	sum.Null = nullOf(run, sum.Savings)
	return sum
}

// allSavings returns what each variant saves against its baseline, with those
// that decide the run judged together.
func allSavings(run results.Run, cells []*numbers, find map[results.Cell]*numbers) []Saving {
	var all []Saving
	for _, n := range cells {
		baseline := run.Baseline(n.cell.Job, n.cell.Variant)
		if baseline == "" {
			continue
		}
		base := find[results.Cell{Job: n.cell.Job, Variant: baseline, State: n.cell.State}]
		if base == nil {
			base = &numbers{}
		}
		all = append(all, savings(run, baseline, base, n)...)
	}
	judgeFamily(run, all)
	return all
}

// cellsOf returns the cells of the run and its pipelines, in the order of tables
// and by name.
func cellsOf(run results.Run, trials []results.Trial) ([]*numbers, map[results.Cell]*numbers) {
	trials = slices.SortedFunc(slices.Values(trials), func(a, b results.Trial) int { return cmp.Compare(a.Slot, b.Slot) })
	cells := gather(run.AllTrials(trials))
	sortCells(cells, run.AllJobs())
	find := make(map[results.Cell]*numbers, len(cells))
	for _, n := range cells {
		find[n.cell] = n
	}
	return cells, find
}
