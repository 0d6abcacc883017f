package cli

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/catalog"
	"github.com/cibench/cibench/scenarios/plan"
)

var update = flag.Bool("update", false, "write the operating table into docs/method.md")

// simulatedComparisons is the number of comparisons behind a row of the operating
// table: a rate of 1 % is then known to ±0.4 %. A row of many blocks has a quarter.
const simulatedComparisons = 2000

// An operation is a row of the operating table: what the stopping rule makes of
// an effect under noise.
type operation struct {
	noise  float64 // standard deviation of a pair's log-ratio
	effect float64 // by which each variant is slower
	totals int     // that are judged together
	most   int     // blocks

	differ float64 // share of comparisons that are faster or slower
	any    float64 // share of runs with such a comparison
	same   float64 // share of comparisons
	open   float64 // share of comparisons that are undecided at the end
	wrong  float64 // share of comparisons that see a difference in the wrong direction
	pairs  float64 // of a comparison, on average
	holds  float64 // share of comparisons whose interval holds the effect
	seen   float64 // what the effect is estimated to be where a difference is seen, on average
}

// TestOperatingTable simulates the stopping rule as `cibench run` has it, with
// the policy of a study that states none but max-blocks, and holds what it does
// against what it promises and against the table in docs/method.md.
func TestOperatingTable(t *testing.T) {
	t.Parallel()
	rows := []operation{
		{noise: 0.03, effect: 0}, {noise: 0.03, effect: 0.02}, {noise: 0.03, effect: 0.03}, {noise: 0.03, effect: 0.05},
		{noise: 0.03, effect: -0.05}, {noise: 0.03, effect: 0, totals: 4}, {noise: 0.03, effect: 0.05, totals: 4},
		{noise: 0.07, effect: 0}, {noise: 0.07, effect: 0.05}, {noise: 0.07, effect: 0.10},
		{noise: 0.10, effect: 0}, {noise: 0.10, effect: 0.10}, {noise: 0.10, effect: 0.10, most: 12},
		{noise: 0.20, effect: 0}, {noise: 0.20, effect: 0, totals: 4}, {noise: 0.20, effect: 0.20, most: 12}, {noise: 0.20, effect: 0.50, most: 12},
		{noise: 0.20, effect: 0, most: 100},
	}
	var all sync.WaitGroup
	for i := range rows {
		r := &rows[i]
		r.totals, r.most = cmp.Or(r.totals, 1), cmp.Or(r.most, 30)
		all.Go(func() { r.simulate(t, uint64(i)) })
	}
	all.Wait()
	for _, r := range rows {
		var missed string
		switch {
		case r.effect == 0 && r.noise == 0.03:
			missed = unless(r.any <= 0.01 && r.pairs <= 10, "no effect: at most 1 % false alarms, at most 10 pairs")
		case r.effect == 0 && r.noise == 0.07:
			missed = unless(r.any <= 0.05, "no effect under much noise: at most 5 % false alarms")
		case r.effect == 0 && r.most > 30:
			missed = unless(r.any <= 0.15, "no effect under any noise, looked at a hundred times: at most 15 % false alarms")
		case r.effect == 0 && r.totals == 1:
			missed = unless(r.any <= 0.09, "no effect under any noise: at most 9 % false alarms")
		case r.effect == 0:
			missed = unless(r.any <= 0.12, "no effect of four under any noise: at most 12 % of runs with a false alarm")
		case math.Abs(r.effect) == 0.05 && r.noise == 0.03 && r.totals == 1:
			missed = unless(r.differ-r.wrong >= 0.99 && r.pairs <= 8, "5 %: found in 99 %, at most 8 pairs")
		case r.effect == 0.10 && r.noise == 0.07:
			missed = unless(r.differ-r.wrong >= 0.99, "10 % under much noise: found in 99 %")
		}
		if missed != "" {
			t.Errorf("got %+v, want %s", r, missed)
		}
	}
	checkTable(t, rows)
}

func unless(ok bool, want string) string {
	if ok {
		return ""
	}
	return want
}

// plan returns the plan of a study with the row's totals to decide, and its
// policy.
func (o *operation) plan(t *testing.T, seed uint64) (plan.Plan, results.Policy) {
	files, err := catalog.Open("starter")
	if err != nil {
		t.Fatal(err)
	}
	s, err := scenarios.Parse(files, catalog.StudyFile)
	if err != nil {
		t.Fatal(err)
	}
	var only []string
	for _, state := range []string{"cold", "warm", "code-change", "deps-bump"}[:o.totals] {
		only = append(only, "build-and-push/*/"+state)
	}
	p, err := plan.New(s, plan.Options{Seed: seed, MaxBlocks: o.most, Only: only})
	if err != nil {
		t.Fatal(err)
	}
	return p, decisionOf(s.Policy)
}

// simulate fills in what runs with simulatedComparisons come to.
func (o *operation) simulate(t *testing.T, seed uint64) {
	p, policy := o.plan(t, seed)
	run := results.Run{Policy: policy, Jobs: []results.Job{{
		Name: "build-and-push", Variants: []results.Variant{{Name: "before"}, {Name: "after", Baseline: "before"}},
	}}}
	random := rand.New(rand.NewPCG(seed, 2026))
	comparisons := simulatedComparisons
	if o.most > 30 {
		comparisons /= 4
	}
	runs := comparisons / o.totals
	for range runs {
		differ := o.differ
		for _, s := range verdict.Summarize(run, o.run(t, run, p, random)).Savings {
			switch s.Effect.Verdict {
			case verdict.Same:
				o.same++
			case verdict.Inconclusive:
				o.open++
			default:
				o.differ++
				o.seen += math.Log(s.Effect.Ratio)
				if (s.Effect.Verdict == verdict.Slower) != (o.effect > 0) {
					o.wrong++
				}
			}
			o.pairs += float64(s.N)
			if s.Effect.Low <= 1+o.effect && 1+o.effect <= s.Effect.High {
				o.holds++
			}
		}
		if o.differ > differ {
			o.any++
		}
	}
	o.seen = math.Expm1(o.seen / max(o.differ, 1))
	for _, share := range []*float64{&o.differ, &o.same, &o.open, &o.wrong, &o.pairs, &o.holds} {
		*share /= float64(comparisons)
	}
	o.any /= float64(runs)
}

// run walks one plan as the walker does, with times that are drawn.
func (o *operation) run(t *testing.T, run results.Run, p plan.Plan, random *rand.Rand) []results.Trial {
	var done []results.Trial
	s := &stopper{
		run: run, plan: p, say: func(string) {},
		trials: func(context.Context) ([]results.Trial, error) { return done, nil },
	}
	for _, block := range p.ByBlock() {
		chosen, err := s.Choose(t.Context(), block)
		if err != nil {
			t.Error(err)
			return done
		}
		for _, trial := range chosen {
			seconds := 100.0
			if trial.Variant == "after" {
				seconds *= (1 + o.effect) * math.Exp(o.noise*random.NormFloat64())
			}
			done = append(done, results.Trial{
				ID: trial.ID, Slot: trial.Slot, Block: trial.Block, Cell: runner.CellOf(trial), Outcome: results.OK, Duration: seconds,
				Samples: []results.Sample{{Name: results.PhaseTotal, Kind: results.Phase, Unit: results.Seconds, Value: seconds}},
			})
		}
	}
	return done
}

// checkTable holds the rows against the table in docs/method.md.
func checkTable(t *testing.T, rows []operation) {
	const file = "../../../../docs/method.md"
	const begin, end = "<!-- operating table -->\n", "<!-- end of operating table -->\n"
	var table strings.Builder
	table.WriteString("| noise of a pair | true effect | totals | blocks at most | faster or slower | in any total | same | undecided | pairs | interval holds it | seen as |\n" +
		"|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	for _, r := range rows {
		seen := ""
		if r.effect != 0 {
			seen = fmt.Sprintf("%+.1f %%", 100*r.seen)
		}
		fmt.Fprintf(&table, "| %.0f %% | %+.0f %% | %d | %d | %.1f %% | %.1f %% | %.1f %% | %.1f %% | %.1f | %.0f %% | %s |\n",
			100*r.noise, 100*r.effect, r.totals, r.most, 100*r.differ, 100*r.any, 100*r.same, 100*r.open, r.pairs, 100*r.holds, seen)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(data), begin)
	have, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no %s", file, begin)
	}
	if have == table.String() {
		return
	}
	if *update {
		if err := os.WriteFile(file, []byte(before+begin+table.String()+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("got\n%s\nwant what %s has; -update writes it\n%s", table.String(), file, have)
}
