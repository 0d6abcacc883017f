package verdict

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/stats"
)

// A Contrast holds what one phase or counter was in two places: in two variants
// of a run, or in one cell of two runs.
type Contrast struct {
	Job   string       `json:"job"`
	State string       `json:"state"`
	A     Side         `json:"a"`
	B     Side         `json:"b"`
	Name  string       `json:"name"`
	Kind  results.Kind `json:"kind"`
	Unit  results.Unit `json:"unit"`
	// Effect is that of B beside A, of a phase.
	Effect Effect `json:"effect"`
	// Equal tells of a counter whether all values of both sides are the same.
	Equal bool `json:"equal"`
}

// A Side is one of the two places.
type Side struct {
	Variant string `json:"variant"`
	Spread
}

// Variants contrasts two variants of a run, a as the baseline: the trials of one
// block are pairs, as for Summarize, and what that judges is judged as there.
// Each job and state is in it that has ok trials of both.
func Variants(run results.Run, trials []results.Trial, a, b string) []Contrast {
	type phase struct{ job, state, name string }
	cells, find := cellsOf(run, trials)
	judged := map[phase]Effect{} // of these two, either against the other
	for _, s := range allSavings(run, cells, find) {
		if s.Baseline == a && s.Variant == b || s.Baseline == b && s.Variant == a {
			judged[phase{s.Job, s.State, s.Phase}] = s.Effect
		}
	}
	var all []Contrast
	for _, n := range cells {
		other := find[results.Cell{Job: n.cell.Job, Variant: b, State: n.cell.State}]
		if n.cell.Variant != a || other == nil || n.ok == 0 || other.ok == 0 {
			continue
		}
		for name := range either(n.samples, other.samples) {
			x, y := seriesOf(n, name), seriesOf(other, name)
			c := newContrast(n.cell, other.cell, name, x, y)
			if c.Kind == results.Phase {
				c.Effect = newSaving(run, a, n, other, name).Effect
				c.Effect.judgeAs(judged[phase{c.Job, c.State, name}], run.Policy)
			}
			all = append(all, c)
		}
	}
	sortContrasts(all)
	return all
}

// seriesOf returns what the cell has by that name; nothing when it has none.
func seriesOf(n *numbers, name string) results.Series {
	s := n.samples[name]
	if s == nil {
		return results.Series{}
	}
	return results.Series{Kind: s.kind, Unit: s.unit, Values: s.values}
}

// either returns the keys of two maps.
func either[K comparable, V any](a, b map[K]V) map[K]bool {
	keys := map[K]bool{}
	for _, m := range []map[K]V{a, b} {
		for k := range m {
			keys[k] = true
		}
	}
	return keys
}

// Runs contrasts the cells that two runs, or a baseline and a run, have in
// common, a as the baseline. Their trials are no pairs: whatever differs between
// the two times counts as noise or, worse, as effect.
func Runs(policy results.Policy, a, b []results.Series) []Contrast {
	ofA, ofB := byCell(a), byCell(b)
	var all []Contrast
	for cell, x := range ofA {
		y, ok := ofB[cell]
		if !ok {
			continue
		}
		for name := range either(x, y) {
			c := newContrast(cell, cell, name, x[name], y[name])
			if c.Kind == results.Phase {
				c.Effect = DecideUnpaired(policy, x[name].Values, y[name].Values)
			}
			all = append(all, c)
		}
	}
	sortContrasts(all)
	return all
}

// byCell sorts series by cell and name.
func byCell(all []results.Series) map[results.Cell]map[string]results.Series {
	m := map[results.Cell]map[string]results.Series{}
	for _, s := range all {
		if m[s.Cell] == nil {
			m[s.Cell] = map[string]results.Series{}
		}
		m[s.Cell][s.Name] = s
	}
	return m
}

// DecideUnpaired returns what two independent samples of seconds show under the
// policy, as Decide does for pairs. N is the size of the smaller one.
// Comparisons of two runs are judged each by itself.
func DecideUnpaired(policy results.Policy, a, b []float64) Effect {
	e := Effect{N: min(len(a), len(b)), Verdict: Inconclusive}
	if e.N == 0 {
		e.Reason = "only one of them has it"
		return e
	}
	if stats.Median(a) < results.Resolution {
		e.N, e.Reason = 0, fmt.Sprintf("under %.0f ms", results.Resolution*1000)
		return e
	}
	var i stats.Interval
	e.Ratio, i = Ratio(policy.Confidence, a, b)
	e.Low, e.High, e.Level = i.Low, i.High, i.Level
	e.decide(policy)
	if e.few {
		e.Reason = fmt.Sprintf("%d and %d of %d trials each", len(a), len(b), stats.RankSumMinN(policy.Confidence))
	}
	return e
}

// Ratio returns by what factor the seconds of b are longer than those of a, two
// independent samples, and its interval: the shift of their logarithms. Times
// under the Resolution count as that.
func Ratio(confidence float64, a, b []float64) (float64, stats.Interval) {
	x, y := logarithms(a), logarithms(b)
	i := stats.ShiftInterval(x, y, confidence)
	return math.Exp(stats.Shift(x, y)), stats.Interval{Low: math.Exp(i.Low), High: math.Exp(i.High), Level: i.Level}
}

// logarithms returns those of times, of which none is under the Resolution.
func logarithms(seconds []float64) []float64 {
	logs := make([]float64, len(seconds))
	for i, v := range seconds {
		logs[i] = math.Log(max(v, results.Resolution))
	}
	return logs
}

// newContrast contrasts what one phase or counter was in two cells, of which one
// may lack it.
func newContrast(a, b results.Cell, name string, x, y results.Series) Contrast {
	kind, unit := cmp.Or(x.Kind, y.Kind), cmp.Or(x.Unit, y.Unit)
	c := Contrast{
		Job: a.Job, State: a.State, Name: name, Kind: kind, Unit: unit,
		A: Side{a.Variant, SpreadOf(x.Values)}, B: Side{b.Variant, SpreadOf(y.Values)},
	}
	c.Equal = kind == results.Counter && c.A.N > 0 && c.B.N > 0 && c.A.Min == c.A.Max && c.A.Min == c.B.Min && c.B.Min == c.B.Max
	return c
}

// sortContrasts orders by job, state and variant, phases before counters.
func sortContrasts(all []Contrast) {
	slices.SortStableFunc(all, func(a, b Contrast) int {
		kinds := 0
		if a.Kind != b.Kind {
			kinds = 1
			if a.Kind == results.Phase {
				kinds = -1
			}
		}
		return cmp.Or(
			strings.Compare(a.Job, b.Job), compareStates(a.State, b.State),
			strings.Compare(a.A.Variant, b.A.Variant), strings.Compare(a.B.Variant, b.B.Variant),
			kinds, comparePhases(a.Name, b.Name),
		)
	})
}
