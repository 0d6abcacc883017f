package cli

import (
	"reflect"
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/scenarios"
)

// TestNewPipeline carries into the evidence all that a pipeline's numbers are
// derived and judged by.
func TestNewPipeline(t *testing.T) {
	t.Parallel()
	got := newPipeline(scenarios.Pipeline{
		Name: "p", Jobs: []string{"lint", "build"}, Baseline: "before",
		Variants: []scenarios.PipelineVariant{
			{Name: "before", Title: "old", Runs: []scenarios.PipelineRun{{State: scenarios.Hit, Cells: []scenarios.Cell{
				{Job: "lint", Variant: "a", State: scenarios.Hit}, {Job: "build", Variant: "b", State: scenarios.Warm}}}}},
			{Name: "after", DocumentedAs: "new"},
		},
	})
	want := results.Pipeline{
		Name: "p", Jobs: []string{"lint", "build"},
		Variants: []results.Variant{{Name: "before", Title: "old"}, {Name: "after", Baseline: "before", DocumentedAs: "new"}},
		Cells: []results.PipelineCell{{Variant: "before", State: "hit", Parts: []results.Cell{
			{Job: "lint", Variant: "a", State: "hit"}, {Job: "build", Variant: "b", State: "warm"}}}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
