package image

import (
	"errors"
	"testing"

	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/host"
	"github.com/cibench/cibench/runner/lane"
	"github.com/cibench/cibench/runner/snapshot"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// TestPrepareOnFullDisk refuses to begin a trial where there is no room for it:
// in /proc, there never is.
func TestPrepareOnFullDisk(t *testing.T) {
	t.Parallel()
	for _, builder := range Builders() {
		l := &Lane{Config: Config{
			Config:    lane.Config{Job: scenarios.Job{Variants: []scenarios.Variant{{Name: "before"}}}, Engine: &engine.Engine{}, Dir: "/proc"},
			Snapshots: &snapshot.Store{Dir: t.TempDir()}, Builder: builder,
		}}
		err := l.Prepare(t.Context(), plan.Trial{ID: "t", Variant: "before", State: scenarios.Warm})
		if full := (*host.DiskError)(nil); !errors.As(err, &full) || full.Dir != "/proc" {
			t.Errorf("builder %s: got %v, want a *host.DiskError", builder, err)
		}
	}
}
