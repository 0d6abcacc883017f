package image

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/moby/buildkit/client"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/image/trace"
	"github.com/cibench/cibench/runner/runnertest"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// TestEmbeddedStates builds on the engine's own BuildKit in every state that
// it can be brought into, and finds the cache mounts of each trial gone.
func TestEmbeddedStates(t *testing.T) {
	l := newLane(t, BuilderEngine)
	counters := map[string]map[string]float64{}
	for _, variant := range []string{"before", "after"} {
		for _, state := range scenarios.LaneImage.States() {
			if !BuilderEngine.reaches(state) || variant == "before" && state != scenarios.NewCommit && state != scenarios.DepsBump {
				continue
			}
			cell := variant + "/" + string(state)
			counters[cell] = runnertest.Trial(t, l, plan.Trial{ID: variant + "-" + string(state), Job: "build", Variant: variant, State: state})
		}
	}
	for _, tt := range []struct {
		cell, counter string
		low, high     float64
	}{
		{"after/warm", results.CounterIndexRequests, 0, 0},
		{"after/warm", trace.StepsExecuted, 0, 0},
		{"after/warm", results.CounterBuilderMountBytes, 1000, 1e9},
		{"after/warm", CounterImageUnpackedBytes, 1e6, 1e10},
		{"after/code-change", results.CounterIndexRequests, 0, 0},
		{"before/new-commit", results.CounterIndexFiles, 2, 9},
		{"after/new-commit", results.CounterIndexRequests, 0, 0},
		{"before/deps-bump", results.CounterIndexFiles, 2, 9},
		{"after/deps-bump", results.CounterIndexFiles, 1, 1},
		{"after/deps-add", results.CounterIndexFiles, 1, 1},
		{"after/base-bump", results.CounterIndexFileBytes, 0, 0},
	} {
		runnertest.Within(t, counters[tt.cell], tt.cell, tt.counter, tt.low, tt.high)
	}
	if left := embeddedMounts(t, l); len(left) > 0 {
		t.Errorf("cache mounts of trials that are over: %q", left)
	}
}

// embeddedMounts returns the descriptions of the cache mounts in the engine
// that trials of this test made.
func embeddedMounts(t *testing.T, l *Lane) []string {
	t.Helper()
	e, err := l.Engine.EmbeddedBuildKit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close(context.WithoutCancel(t.Context()), 0)
	usage, err := e.Client().DiskUsage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, u := range usage {
		if u.RecordType == client.UsageRecordTypeCacheMount && strings.Contains(u.Description, `with id "cibench-`+l.nonce) {
			left = append(left, u.Description)
		}
	}
	return left
}

// TestEmbeddedRefuses wants no state that would need the user's cache emptied,
// and a failed build told as one.
func TestEmbeddedRefuses(t *testing.T) {
	l := newLane(t, BuilderEngine)
	cold := plan.Trial{ID: "cold", Job: "build", Variant: "after", State: scenarios.Cold}
	var refused *StateError
	if err := l.Prepare(t.Context(), cold); !errors.As(err, &refused) {
		t.Errorf("cold: got %v, want a StateError", err)
	}
	if err := l.Restore(t.Context(), cold); err != nil {
		t.Error(err)
	}

	broken := plan.Trial{ID: "broken", Job: "build", Variant: "broken", State: scenarios.Warm}
	if err := l.Prepare(t.Context(), broken); err != nil {
		t.Fatal(err)
	}
	a, err := l.Execute(t.Context(), broken)
	if err != nil || !strings.Contains(a.Log, "no-such-package") {
		t.Errorf("broken: got %v %q, want the package in the log", err, a.Log)
	}
	if err := l.Restore(t.Context(), broken); err != nil {
		t.Error(err)
	}
}

func TestBuilderCheck(t *testing.T) {
	t.Parallel()
	study := &scenarios.Study{Jobs: []scenarios.Job{{Name: "build", Variants: []scenarios.Variant{
		{Name: "plain", Dockerfile: "Dockerfile", Persistence: scenarios.Persistent},
		{Name: "hosted", Dockerfile: "Dockerfile", Persistence: scenarios.Ephemeral},
		{Name: "gha", Dockerfile: "Dockerfile", Persistence: scenarios.Persistent, Cache: scenarios.BuildCache{Backend: scenarios.BackendGHA}},
	}}}}
	var p plan.Plan
	for _, state := range []scenarios.State{scenarios.DepsBump, scenarios.Cold, scenarios.Warm} {
		p.Trials = append(p.Trials, plan.Trial{Job: "build", Variant: "plain", State: state})
	}
	if err := BuilderContainer.Check(study, p); err != nil {
		t.Error(err)
	}
	var refused *StateError
	if err := BuilderEngine.Check(study, p); !errors.As(err, &refused) {
		t.Fatalf("got %v, want a StateError", err)
	}
	if want := "--only warm,deps-bump"; !strings.Contains(refused.Hint(), want) {
		t.Errorf("hint: got %q, want %q in it", refused.Hint(), want)
	}
	pruned := plan.Plan{Trials: []plan.Trial{{Job: "build", Variant: "plain", State: scenarios.MountsPruned}}}
	if err := BuilderEngine.Check(study, pruned); !errors.As(err, &refused) || refused.State != scenarios.MountsPruned {
		t.Errorf("mounts-pruned: got %v, want a StateError of it", err)
	}
	pruned.Trials = append(pruned.Trials, p.Trials...)
	if err := BuilderEngine.Check(study, pruned); !errors.As(err, &refused) || refused.State != scenarios.Cold {
		t.Errorf("mounts-pruned and cold: got %v, want a StateError of cold, whatever comes first", err)
	}
	p.Trials = p.Trials[1:2]
	if err := BuilderEngine.Check(study, p); !errors.As(err, &refused) || strings.Contains(refused.Hint(), "--only") {
		t.Errorf("cold alone: got %v, want a StateError that leaves out --only", err)
	}
	for _, v := range study.Jobs[0].Variants[1:] {
		p.Trials = []plan.Trial{{Job: "build", Variant: v.Name, State: scenarios.Warm}}
		var own *VariantError
		if err := BuilderEngine.Check(study, p); !errors.As(err, &own) || own.Variant != "build/"+v.Name {
			t.Errorf("%s: got %v, want a VariantError", v.Name, err)
		}
		if err := BuilderContainer.Check(study, p); err != nil {
			t.Errorf("%s: got %v, want none", v.Name, err)
		}
	}
}
