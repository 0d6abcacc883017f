package verdict_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
)

// TestPipeline holds the sum of two jobs against what is documented of it.
func TestPipeline(t *testing.T) {
	t.Parallel()
	run := newRun(results.Target{Job: "deploy", Phase: "total", Variant: "after", Baseline: "before",
		States: []string{"hit"}, Unit: results.Ratio, Low: 0.6, High: 0.6, Label: "~60%"})
	both := []results.Variant{{Name: "before"}, {Name: "after", Baseline: "before"}}
	run.Jobs = append(run.Jobs, results.Job{Name: "unit", Variants: both})
	run.Pipelines = []results.Pipeline{{Name: "deploy", Jobs: []string{"unit", "build"}, Variants: both}}
	var p plan
	for _, v := range []string{"before", "after"} {
		run.Pipelines[0].Cells = append(run.Pipelines[0].Cells, results.PipelineCell{Variant: v, State: "hit", Parts: []results.Cell{
			{Job: "unit", Variant: v, State: "hit"}, {Job: "build", Variant: v, State: "warm"}}})
	}
	for block := 1; block <= 3; block++ {
		p.add(block, "build", "before", "warm", phase("total", 60))
		p.add(block, "unit", "before", "hit", phase("total", 40))
		p.add(block, "build", "after", "warm", phase("total", 20))
	}
	p.add(1, "unit", "after", "hit", phase("total", 10))
	p.add(2, "unit", "after", "hit", phase("total", 30))
	p.add(3, "unit", "after", "hit", phase("total", 1), outcome(results.Invalid, "not hit"))

	sum := verdict.Summarize(run, p)
	var cells []string
	for _, c := range sum.Cells {
		cells = append(cells, fmt.Sprintf("%s %d %v", c.Cell, c.OK, c.Derived))
	}
	want := "build/before/warm 3 [], build/after/warm 3 [], unit/before/hit 3 [], unit/after/hit 2 [], " +
		"deploy/before/hit 3 [unit build], deploy/after/hit 2 [unit build]"
	if got := strings.Join(cells, ", "); got != want {
		t.Errorf("got cells\n%s\nwant\n%s", got, want)
	}
	var phases []string
	for _, ph := range sum.Cells[5].Phases {
		phases = append(phases, ph.Name)
	}
	if want := []string{"unit", "build", "total"}; !slices.Equal(phases, want) {
		t.Errorf("got phases %v, want %v", phases, want)
	}
	// Of block 3 a part is missing: 100 against 30 and against 50 s.
	i := slices.IndexFunc(sum.Savings, func(s verdict.Saving) bool { return s.Job == "deploy" && s.Phase == "total" })
	if i < 0 {
		t.Fatalf("no saving of the pipeline in %+v", sum.Savings)
	}
	total := sum.Savings[i]
	if want := (verdict.Spread{N: 2, Median: 1 - math.Sqrt(0.5*0.3), Min: 0.5, Max: 0.7}); !near(total.Spread, want) {
		t.Errorf("got saving %+v, want %+v", total.Spread, want)
	}
	if len(total.Documented) != 1 || total.Documented[0].Position != verdict.Around {
		t.Errorf("got %+v, want one comparison, around", total.Documented)
	}
}
