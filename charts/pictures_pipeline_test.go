package charts

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/cibench/cibench/results"
)

// TestPicturesOfAPipeline shows the sum of two jobs as a bar of the two.
func TestPicturesOfAPipeline(t *testing.T) {
	t.Parallel()
	run, trials := documentedRun(), measured()
	const lint = "lint-and-test"
	run.Pipelines = []results.Pipeline{{Name: "pipeline", Jobs: []string{lint, job}, Variants: run.Jobs[0].Variants}}
	for i, variant := range []string{"before", "after"} {
		part := results.Cell{Job: lint, Variant: variant, State: "hit"}
		run.Pipelines[0].Cells = append(run.Pipelines[0].Cells, results.PipelineCell{
			Variant: variant, State: "hit", Parts: []results.Cell{part, {Job: job, Variant: variant, State: "warm"}}})
		for block := 1; block <= 2; block++ {
			total := []float64{30, 10}[i]
			trials = append(trials, results.Trial{ID: "l", Slot: len(trials), Block: block, Outcome: results.OK, Cell: part,
				Samples: []results.Sample{{Name: "total", Kind: results.Phase, Unit: results.Seconds, Value: total}}})
		}
	}
	run.Targets = append(run.Targets, results.Target{Job: "pipeline", Phase: "total", Variant: "after", Baseline: "before",
		States: []string{"hit"}, Unit: results.Ratio, Low: 0.6, High: 0.6})
	all := pictures(run, trials)
	find := func(name string) Chart {
		for _, p := range all {
			if p.Name == name {
				return p.Chart
			}
		}
		t.Fatalf("no picture %s", name)
		return nil
	}
	phases := find("pipeline-phases").(StackedPhases)
	if want := []string{lint, job}; !slices.Equal(phases.Phases, want) || phases.Title != "pipeline: time by job" {
		t.Errorf("got %q of phases %q, want the jobs %q", phases.Title, phases.Phases, want)
	}
	if got := phases.Subtitle[0]; !strings.Contains(got, "in 2 blocks, sums of the totals of lint-and-test and build-and-push. Derived, not measured") {
		t.Errorf("got subtitle %q, want it to say how the sums came about", got)
	}
	bars := phases.Groups[0].Rows
	after := bars[1]
	if len(bars) != 2 || len(after.Trials) != 2 || after.Trials[0] != 10+2.1+0.25 || after.Phases[0] != (PhaseTime{lint, 10}) {
		t.Errorf("got bars %+v, want before and after of two sums each", bars)
	}
	if after.Expected == nil || math.Abs(after.Expected.High-0.4*bars[0].Total.Median) > 1e-9 {
		t.Errorf("got expected %+v, want 40 %% of %+v", after.Expected, bars[0].Total)
	}
	saved := find("pipeline-savings").(Savings)
	if cell := saved.Groups[0].Rows[0].Cells[0]; len(cell.Blocks) != 2 || cell.Word != "below" && cell.Word != "above" {
		t.Errorf("got %+v, want two blocks beside the documented saving", cell)
	}
	if !strings.Contains(saved.Notes[0], "of the two sums of one block") {
		t.Errorf("got notes %q", saved.Notes)
	}
	fall := find("pipeline-waterfall").(Waterfall)
	if !strings.HasSuffix(fall.Title, "by job") || len(fall.Steps) != 2 || fall.Steps[0] != (WaterfallStep{lint, -20}) || strings.Contains(fall.Notes[0], "overlap") {
		t.Errorf("got %q of %+v, want a step per job, of which lint-and-test saves 20 s", fall.Title, fall.Steps)
	}
	if pairs := find("pipeline-pairs").(Pairs); !strings.Contains(pairs.Notes[0], "of the two sums of one block") {
		t.Errorf("got notes %q of the pairs", pairs.Notes)
	}
	for _, p := range all {
		if p.Name == "build-and-push-phases" && !strings.Contains(p.Chart.(StackedPhases).Subtitle[0], "18 trials in 3 blocks, all ok.") {
			t.Errorf("got %q of the job, want its own trials alone", p.Chart.(StackedPhases).Subtitle[0])
		}
	}
}
