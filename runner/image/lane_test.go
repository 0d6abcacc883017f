package image

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/engine/enginetest"
	"github.com/cibench/cibench/runner/image/trace"
	"github.com/cibench/cibench/runner/lane"
	"github.com/cibench/cibench/runner/provision"
	"github.com/cibench/cibench/runner/runnertest"
	"github.com/cibench/cibench/runner/service/servicetest"
	"github.com/cibench/cibench/runner/snapshot"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// mutations end a study of the synthetic project.
const mutations = `mutations:
  code-change: [{file: app.py, append: "# {trial}\n"}]
  new-commit: [{file: app.py, append: "# {trial}\n"}]
  deps-bump:
    - {file: requirements.txt, replace: "synth-lib-07==1.0.0", with: "synth-lib-07==1.1.0"}
    - {file: requirements.txt, append: "# {trial}\n"}
  deps-add: [{file: requirements.txt, append: "synth-pure==1.0.0\n# {trial}\n"}]
`

// tree is a study on the synthetic index: no network is needed.
var tree = map[string]string{
	"study.yaml": `version: 1
name: synthetic
project: project
policy: {blocks: 1, timeout: 5m}
jobs:
  build:
    lane: image
    baseline: before
    states: [cold, warm, code-change, new-commit, deps-bump, deps-add, base-bump, mounts-pruned]
    build-args: {COMMIT_SHA: "{commit}"}
    variants:
      before: {dockerfile: Dockerfile.before}
      after: {dockerfile: Dockerfile.after}
      broken: {dockerfile: Dockerfile.broken}
` + mutations,
	"project/app.py":           "print()\n",
	"project/requirements.txt": "synth-lib-00==1.0.0\nsynth-lib-07==1.0.0\n",
	"project/Dockerfile.before": `FROM python:3.11-slim
ARG COMMIT_SHA
ENV PIP_NO_CACHE_DIR=1 COMMIT=$COMMIT_SHA
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
`,
	"project/Dockerfile.after": `# syntax=docker/dockerfile:1.4
FROM python:3.11-slim
COPY requirements.txt .
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt
COPY . .
ARG COMMIT_SHA
LABEL commit=$COMMIT_SHA
`,
	"project/Dockerfile.broken": "FROM python:3.11-slim\nRUN pip install no-such-package\n",
}

// newLane returns a lane over the synthetic study, with everything it needs
// behind it.
func newLane(t *testing.T, builder Builder) *Lane {
	t.Helper()
	e := enginetest.Open(t)
	l := newLaneOf(t, builder, e, enginetest.Images(t, e), tree)
	if err := l.Supply(t.Context(), []string{"before", "after", "broken"}); err != nil {
		t.Fatal(err)
	}
	return l
}

// newLaneOf returns a lane over a study on the synthetic index, which has not
// been supplied.
func newLaneOf(t *testing.T, builder Builder, e *engine.Engine, images *provision.Images, tree map[string]string) *Lane {
	t.Helper()
	dir := t.TempDir()
	runnertest.WriteTree(t, filepath.Join(dir, "study"), tree)
	files := os.DirFS(filepath.Join(dir, "study"))
	study, err := scenarios.Parse(files, "study.yaml")
	if err != nil {
		t.Fatal(err)
	}
	index, indexURL := servicetest.Index(t)
	reg, addr := servicetest.Registry(t)
	cache, cacheURL := servicetest.Cache(t)
	copies := filepath.Join(dir, "copies")
	if err := os.Mkdir(copies, 0o755); err != nil {
		t.Fatal(err)
	}
	l, err := New(Config{
		Config: lane.Config{
			Study: study, Files: files, Job: study.Jobs[0], Engine: e, Images: images,
			Index: index, IndexURL: indexURL, Cache: cache, CacheURL: cacheURL,
			Program: enginetest.Program(t), Dir: copies,
		},
		Snapshots: &snapshot.Store{Dir: filepath.Join(dir, "snapshots"), Keep: 4, Tasks: e, Program: enginetest.Program(t)},
		Registry:  reg, Addr: addr, Builder: builder,
	})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestContract runs the executors' contract on real builds; TestStates has every
// state of the lane. "after" can only be proven where its mount and its order of
// steps work.
func TestContract(t *testing.T) {
	l := newLane(t, BuilderContainer)
	runnertest.Run(t, runnertest.Harness{
		Executor: l,
		Job:      "build",
		Variant:  "after",
		Broken:   "broken",
		States:   []scenarios.State{scenarios.Cold, scenarios.NewCommit, scenarios.DepsBump},
		Counters: []string{
			results.CounterIndexRequests, results.CounterIndexFileBytes, results.CounterRegistryBytes,
			trace.StepsCached, trace.StepsExecuted, results.CounterPackagesInstalled,
		},
		Spoil: spoil(l),
	})
}

// spoil builds the trial's input once more, which fills what its state declares
// empty.
func spoil(l *Lane) func(context.Context, plan.Trial) error {
	return func(ctx context.Context, _ plan.Trial) error {
		s := l.cur
		err := s.solve(ctx)
		s.status = trace.Collector{}
		return err
	}
}

// TestStates checks what each state's evidence says of the two variants.
func TestStates(t *testing.T) {
	l := newLane(t, BuilderContainer)
	counters := map[string]map[string]float64{}
	for _, variant := range []string{"before", "after"} {
		for _, state := range scenarios.LaneImage.States() {
			cell := variant + "/" + string(state)
			counters[cell] = runnertest.Trial(t, l, plan.Trial{ID: variant + "-" + string(state), Job: "build", Variant: variant, State: state})
		}
	}
	full := counters["before/cold"][results.CounterIndexFileBytes]
	if full < 1000 {
		t.Fatalf("a cold build fetched %v bytes of packages", full)
	}
	for _, tt := range []struct {
		cell, counter string
		low, high     float64
	}{
		{"after/cold", results.CounterIndexFileBytes, full, full},
		{"before/warm", results.CounterIndexRequests, 0, 0},
		{"after/warm", results.CounterIndexRequests, 0, 0},
		{"before/code-change", results.CounterIndexRequests, 0, 0},
		{"after/code-change", results.CounterIndexRequests, 0, 0},
		// The commit's argument stands in an ENV above pip in one Dockerfile,
		// below everything in the other.
		{"before/new-commit", results.CounterIndexFileBytes, full, full},
		{"after/new-commit", results.CounterIndexRequests, 0, 0},
		{"before/deps-bump", results.CounterIndexFiles, 2, 9},
		{"after/deps-bump", results.CounterIndexFiles, 1, 1},
		{"after/deps-add", results.CounterIndexFiles, 1, 1},
		{"before/base-bump", results.CounterIndexFileBytes, full, full},
		{"after/base-bump", results.CounterIndexFileBytes, 0, 0},
		{"before/warm", results.CounterRegistryBytes, 0, 0},
		{"after/mounts-pruned", results.CounterIndexRequests, 0, 0},
		{"after/mounts-pruned", trace.StepsExecuted, 0, 0},
		{"after/mounts-pruned", results.CounterBuilderMountBytes, 0, 0},
	} {
		runnertest.Within(t, counters[tt.cell], tt.cell, tt.counter, tt.low, tt.high)
	}
}
