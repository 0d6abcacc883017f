package cli

import (
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
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/catalog"
	"github.com/cibench/cibench/scenarios/plan"
)

var update = flag.Bool("update", false, "write the operating table into docs/method.md")

// simulatedRuns is the number of runs behind each row of the operating table: a
// rate of 1 % is then known to ±0.4 %.
const simulatedRuns = 2000

// An operation is a row of the operating table: what the stopping rule makes of
// an effect under noise.
type operation struct {
	noise  float64 // standard deviation of a pair's log-ratio
	effect float64 // by which the variant is slower

	differ, same, open float64 // shares of runs by their verdict
	wrong              float64 // share of runs that see a difference in the wrong direction
	pairs              float64 // on average
}

// TestOperatingTable simulates the stopping rule as `cibench run` has it, with
// the policy of a study that states none but max-blocks, and holds what it does
// against what it promises and against the table in docs/method.md.
func TestOperatingTable(t *testing.T) {
	t.Parallel()
	rows := []operation{
		{noise: 0.03, effect: 0}, {noise: 0.03, effect: 0.02}, {noise: 0.03, effect: 0.03}, {noise: 0.03, effect: 0.05},
		{noise: 0.03, effect: -0.05}, {noise: 0.07, effect: 0}, {noise: 0.07, effect: 0.05}, {noise: 0.07, effect: 0.10},
	}
	study := twoVariants(t)
	var all sync.WaitGroup
	for i := range rows {
		all.Go(func() { rows[i].simulate(t, study, uint64(i)) })
	}
	all.Wait()
	for _, r := range rows {
		var missed string
		switch [2]float64{r.noise, r.effect} {
		case [2]float64{0.03, 0}:
			missed = unless(r.differ <= 0.01 && r.pairs <= 10, "no effect: at most 1 % false alarms, at most 10 pairs")
		case [2]float64{0.03, 0.05}, [2]float64{0.03, -0.05}:
			missed = unless(r.differ-r.wrong >= 0.99 && r.pairs <= 8, "5 %: found in 99 %, at most 8 pairs")
		case [2]float64{0.07, 0}:
			missed = unless(r.differ <= 0.05, "no effect under much noise: at most 5 % false alarms")
		case [2]float64{0.07, 0.10}:
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

// twoVariants returns a study with one comparison to decide.
func twoVariants(t *testing.T) *scenarios.Study {
	t.Helper()
	files, err := catalog.Open("starter")
	if err != nil {
		t.Fatal(err)
	}
	s, err := scenarios.Parse(files, catalog.StudyFile)
	if err != nil {
		t.Fatal(err)
	}
	s.Policy.MaxBlocks = 30
	return s
}

// simulate fills in what simulatedRuns runs come to.
func (o *operation) simulate(t *testing.T, s *scenarios.Study, seed uint64) {
	p, err := plan.New(s, plan.Options{Seed: seed, MaxBlocks: s.Policy.MaxBlocks, Only: []string{"build-and-push/*/cold"}})
	if err != nil {
		t.Error(err)
		return
	}
	run := results.Run{Policy: decisionOf(s.Policy), Jobs: []results.Job{{
		Name: "build-and-push", Variants: []results.Variant{{Name: "before"}, {Name: "after", Baseline: "before"}},
	}}}
	random := rand.New(rand.NewPCG(seed, 2026))
	for range simulatedRuns {
		trials := o.run(t, run, p, random)
		e := verdict.Summarize(run, trials).Savings[0].Effect
		switch {
		case e.Verdict == verdict.Same:
			o.same++
		case e.Verdict == verdict.Inconclusive:
			o.open++
		default:
			o.differ++
			if (e.Verdict == verdict.Slower) != (o.effect > 0) {
				o.wrong++
			}
		}
		o.pairs += float64(e.N)
	}
	for _, share := range []*float64{&o.differ, &o.same, &o.open, &o.wrong, &o.pairs} {
		*share /= simulatedRuns
	}
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
				ID: trial.ID, Slot: trial.Slot, Block: trial.Block, Cell: cellOf(trial), Outcome: results.OK, Duration: seconds,
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
	table.WriteString("| noise of a pair | true effect | faster or slower | same | undecided after 30 | pairs |\n|---:|---:|---:|---:|---:|---:|\n")
	for _, r := range rows {
		fmt.Fprintf(&table, "| %.0f %% | %+.0f %% | %.1f %% | %.1f %% | %.1f %% | %.1f |\n",
			100*r.noise, 100*r.effect, 100*r.differ, 100*r.same, 100*r.open, r.pairs)
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
