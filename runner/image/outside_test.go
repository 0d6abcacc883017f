package image

import (
	"maps"
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/engine/enginetest"
	"github.com/cibench/cibench/runner/image/trace"
	"github.com/cibench/cibench/runner/lane"
	"github.com/cibench/cibench/runner/runnertest"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// outsideTree is the synthetic study on builders that are new for each build.
func outsideTree() map[string]string {
	files := maps.Clone(tree)
	files["study.yaml"] = `version: 1
name: outside
project: project
policy: {blocks: 1, timeout: 5m}
jobs:
  build:
    lane: image
    baseline: none
    states: [cold, warm, code-change, new-commit, deps-bump, deps-add, base-bump]
    build-args: {COMMIT_SHA: "{commit}"}
    variants:
      none: {dockerfile: Dockerfile.after, persistence: ephemeral}
      gha: {dockerfile: Dockerfile.after, persistence: ephemeral, cache: {backend: gha, mode: max}}
      gha-min: {dockerfile: Dockerfile.after, persistence: ephemeral, cache: {backend: gha}}
      registry: {dockerfile: Dockerfile.after, persistence: ephemeral, cache: {backend: registry, mode: max}}
      inline: {dockerfile: Dockerfile.after, persistence: ephemeral, cache: {backend: inline}}
      local: {dockerfile: Dockerfile.after, persistence: ephemeral, cache: {backend: local, mode: max}}
      carried: {dockerfile: Dockerfile.after, persistence: ephemeral, cache: {backend: gha, mode: max, carry-mounts: "**/requirements*.txt"}}
      at-home: {dockerfile: Dockerfile.after, cache: {backend: gha, mode: max}}
      broken: {dockerfile: Dockerfile.broken, persistence: ephemeral, cache: {backend: gha}}
` + mutations
	return files
}

// TestOutsideStates checks what each state's evidence says where the builder is
// new for each build: what the cache outside gives, and what a cache mount does
// not.
func TestOutsideStates(t *testing.T) {
	e := enginetest.Open(t)
	l := newLaneOf(t, BuilderContainer, e, enginetest.Images(t, e), outsideTree())
	backends := []string{"none", "gha", "gha-min", "registry", "inline", "local", "carried", "at-home"}
	if err := l.Supply(t.Context(), backends); err != nil {
		t.Fatal(err)
	}
	got := map[string]map[string]float64{}
	for _, variant := range backends {
		states := []scenarios.State{scenarios.CodeChange}
		switch variant {
		case "none":
			states = []scenarios.State{scenarios.Cold, scenarios.DepsBump}
		case "gha":
			states = []scenarios.State{
				scenarios.Cold, scenarios.CodeChange, scenarios.NewCommit, scenarios.DepsBump, scenarios.DepsAdd, scenarios.BaseBump,
			}
		case "carried":
			states = []scenarios.State{scenarios.Cold, scenarios.Warm, scenarios.CodeChange, scenarios.NewCommit}
		case "at-home":
			states = []scenarios.State{scenarios.DepsBump}
		}
		for _, state := range states {
			cell := variant + "/" + string(state)
			got[cell] = runnertest.Trial(t, l, plan.Trial{ID: variant + "-" + string(state), Job: "build", Variant: variant, State: state})
		}
	}
	// Recording builds as a trial does, also what has to be carried.
	if err := l.Record(t.Context(), []plan.Trial{{ID: "local", Job: "build", Variant: "local", State: scenarios.DepsBump}}); err != nil {
		t.Errorf("record: %v", err)
	}
	// A later run finds all of it where priming kept it.
	l.primed = lane.Once[*primed]{}
	l.Say = func(msg string) { t.Errorf("with what is kept: got %q, want silence", msg) }
	got["carried/deps-bump"] = runnertest.Trial(t, l, plan.Trial{ID: "kept", Job: "build", Variant: "carried", State: scenarios.DepsBump})
	carried, err := l.Job.Variant("carried")
	if err != nil {
		t.Fatal(err)
	}
	if p, err := l.prime(t.Context(), carried); err != nil || p.cached.Empty() {
		t.Errorf("with what is kept: got %v, want entries that were loaded", err)
	}
	full := got["none/cold"][results.CounterIndexFileBytes]
	if full < 1000 {
		t.Fatalf("a cold build fetched %v bytes of packages", full)
	}
	const most = 1 << 40
	for _, tt := range []struct {
		cell, name string
		low, high  float64
	}{
		// Without a cache outside, every state is a cold one.
		{"none/deps-bump", results.CounterIndexFileBytes, full / 2, most},
		// A cache outside keeps layers, and no mounts.
		{"gha/code-change", results.CounterIndexRequests, 0, 0},
		{"gha/code-change", trace.CacheImport, 0.001, most},
		{"gha/code-change", results.CounterCacheDownloaded, 1000, most},
		{"carried/warm", trace.StepsExecuted, 0, 0},
		{"gha/deps-bump", results.CounterIndexFileBytes, full / 2, most},
		{"gha/deps-add", results.CounterIndexFileBytes, full, most},
		{"gha/base-bump", results.CounterIndexFileBytes, full / 2, most},
		{"gha/cold", trace.CacheExport, 0.001, most},
		{"gha/cold", CounterBuildCacheBytes, 1 << 20, most},
		{"gha-min/code-change", results.CounterIndexRequests, 0, 0},
		{"registry/code-change", results.CounterIndexRequests, 0, 0},
		{"registry/code-change", CounterBuildCachePulled, 1, most},
		{"inline/code-change", CounterBuildCachePulled, 1, most},
		{"registry/code-change", CounterBuildCacheBytes, 1 << 20, most},
		{"inline/code-change", results.CounterIndexRequests, 0, 0},
		{"local/code-change", results.CounterIndexRequests, 0, 0},
		{"local/code-change", trace.CacheImport + ".download", 0.001, most},
		{"local/code-change", CounterBuildCacheBytes, 1 << 20, most},
		// Carried mounts keep what pip fetched.
		{"carried/cold", MountSave, 0.001, most},
		{"carried/new-commit", results.CounterIndexRequests, 0, 0},
		{"carried/deps-bump", results.CounterIndexFiles, 1, 1},
		{"carried/deps-bump", MountRestore + ".inject", 0.001, most},
		{"carried/deps-bump", MountSave + ".upload", 0.001, most},
		{"carried/deps-bump", CounterMountArchiveBytes, 1000, most},
		{"carried/code-change", MountRestore, 0.001, most},
		// A builder that keeps all needs none of it.
		{"at-home/deps-bump", results.CounterIndexFiles, 1, 1},
	} {
		runnertest.Within(t, got[tt.cell], tt.cell, tt.name, tt.low, tt.high)
	}
	if _, saved := got["carried/code-change"][MountSave]; saved {
		t.Error("carried/code-change: the mounts were saved again, though their key was found")
	}
}
