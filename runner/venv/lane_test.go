package venv

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/engine/enginetest"
	"github.com/cibench/cibench/runner/runnertest"
	"github.com/cibench/cibench/runner/service/servicetest"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// workflowText is a job that caches the given paths under the given prefix.
func workflowText(paths, prefix, install string) string {
	return `on: push
jobs:
  lint-and-test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with: {python-version: "3.11"}
      - name: Cache
        uses: actions/cache@v3
        with:
          path: |
` + paths + `
          key: ${{ runner.os }}-` + prefix + `-${{ hashFiles('**/requirements*.txt') }}
          restore-keys: |
            ${{ runner.os }}-` + prefix + `-
      - name: Install
        run: |
` + install + `
      - name: Lint
        run: python -m compileall -q app.py
      - name: Run the tests
        run: python app.py
      - uses: codecov/codecov-action@v4
`
}

// tree is a study on the synthetic index: no network is needed.
var tree = map[string]string{
	"study.yaml": `version: 1
name: synthetic
project: project
policy: {blocks: 1, timeout: 5m}
jobs:
  lint-and-test:
    lane: venv
    baseline: before
    states: [cold, hit, code-change, deps-bump, deps-add, deps-remove, dev-deps-bump, evicted, other-branch, corrupt]
    phases: [{phase: lint, match: ^Lint}, {phase: test, match: tests}]
    steps: [{uses: codecov/codecov-action, skip: true}]
    variants:
      before: {workflow: .github/workflows/before.yml}
      after: {workflow: .github/workflows/after.yml}
      broken: {workflow: .github/workflows/broken.yml}
mutations:
  code-change: [{file: app.py, append: "# {trial}\n"}]
  deps-bump:
    - {file: requirements.txt, replace: "synth-lib-07==1.0.0", with: "synth-lib-07==1.1.0"}
    - {file: requirements.txt, append: "# {trial}\n"}
  deps-add: [{file: requirements.txt, append: "synth-lib-06==1.0.0\n# {trial}\n"}]
  deps-remove: [{file: requirements.txt, replace: "synth-lib-07==1.0.0\n", with: "# {trial}\n"}]
  dev-deps-bump:
    - {file: requirements-dev.txt, replace: "synth-lib-05==1.0.0", with: "synth-lib-05==1.1.0"}
    - {file: requirements-dev.txt, append: "# {trial}\n"}
`,
	"project/app.py":               "print('tested')\n",
	"project/requirements.txt":     "synth-lib-00==1.0.0\nsynth-lib-07==1.0.0\n",
	"project/requirements-dev.txt": "synth-lib-05==1.0.0\n",
	"project/.github/workflows/before.yml": workflowText("            ~/.cache/pip", "pip",
		"          pip install -r requirements.txt\n          pip install -r requirements-dev.txt"),
	"project/.github/workflows/after.yml": workflowText("            ~/.cache/pip\n            .venv", "venv",
		"          python -m venv .venv || echo exists\n          source .venv/bin/activate\n"+
			"          pip install -r requirements.txt\n          pip install -r requirements-dev.txt"),
	"project/.github/workflows/broken.yml": workflowText("            ~/.cache/pip", "broken",
		"          pip install no-such-package"),
}

// newLane returns a lane over the synthetic study, with everything it needs
// behind it.
func newLane(t *testing.T) *Lane {
	t.Helper()
	e := enginetest.Open(t)
	dir := t.TempDir()
	runnertest.WriteTree(t, filepath.Join(dir, "study"), tree)
	files := os.DirFS(filepath.Join(dir, "study"))
	study, err := scenarios.Parse(files, "study.yaml")
	if err != nil {
		t.Fatal(err)
	}
	index, indexURL := servicetest.Index(t)
	cache, cacheURL := servicetest.Cache(t)
	copies := filepath.Join(dir, "copies")
	if err := os.Mkdir(copies, 0o755); err != nil {
		t.Fatal(err)
	}
	l, err := New(Config{
		Study: study, Files: files, Job: study.Jobs[0], Engine: e, Images: enginetest.Images(t, e),
		Index: index, IndexURL: indexURL, Cache: cache, CacheURL: cacheURL,
		Program: enginetest.Program(t), Dir: copies,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Supply(t.Context(), []string{"before", "after", "broken"}); err != nil {
		t.Fatal(err)
	}
	return l
}

// TestContract runs the executors' contract on real jobs, every state of the
// lane among them.
func TestContract(t *testing.T) {
	l := newLane(t)
	runnertest.Run(t, runnertest.Harness{
		Executor: l,
		Job:      "lint-and-test",
		Variant:  "after",
		Broken:   "broken",
		States:   scenarios.LaneVenv.States(),
		Counters: []string{
			results.CounterIndexFileBytes, results.CounterCacheHits, results.CounterCacheFallbacks, results.CounterCacheMisses,
			results.CounterCacheSaved, results.CounterPackages, results.CounterDrift,
		},
		// The entries that the state declares gone are back.
		Spoil: func(context.Context, plan.Trial) error { return l.Cache.Reset(l.cur.primed.cache) },
	})
}

// TestStates checks what each state's evidence says of the two variants.
func TestStates(t *testing.T) {
	l := newLane(t)
	counters := map[string]map[string]float64{}
	for _, variant := range []string{"before", "after"} {
		for _, state := range scenarios.LaneVenv.States() {
			cell := variant + "/" + string(state)
			counters[cell] = runnertest.Trial(t, l, plan.Trial{ID: variant + "-" + string(state), Job: "lint-and-test", Variant: variant, State: state})
		}
	}
	full := counters["before/cold"][results.CounterIndexFileBytes]
	if full < 1000 {
		t.Fatalf("a cold job fetched %v bytes of packages", full)
	}
	for _, tt := range []struct {
		cell, counter string
		low, high     float64
	}{
		{"after/cold", results.CounterIndexFileBytes, full, full},
		{"after/cold", results.CounterCacheMisses, 1, 1},
		{"after/cold", results.CounterCacheSaved, 1, 1},
		{"after/cold", results.CounterDrift, 0, 0},
		{"before/hit", results.CounterCacheHits, 1, 1},
		{"before/hit", results.CounterFilesFetched, 0, 0},
		{"before/hit", results.CounterCacheSaved, 0, 0},
		{"after/hit", results.CounterCacheHits, 1, 1},
		{"after/hit", results.CounterIndexRequests, 0, 0},
		{"after/hit", results.CounterCacheSaved, 0, 0},
		{"after/hit", results.CounterDrift, 0, 0},
		{"after/code-change", results.CounterIndexRequests, 0, 0},
		{"after/deps-bump", results.CounterCacheFallbacks, 1, 1},
		{"after/deps-bump", results.CounterCacheSaved, 1, 1},
		{"after/deps-bump", results.CounterFilesFetched, 1, 1},
		{"after/deps-add", results.CounterDrift, 0, 0},
		// What was removed stays in an environment that comes back.
		{"before/deps-remove", results.CounterDrift, 0, 0},
		{"after/deps-remove", "drift.synth-lib-07", 1, 1},
		{"after/dev-deps-bump", results.CounterCacheFallbacks, 1, 1},
		{"after/evicted", results.CounterCacheMisses, 1, 1},
		{"after/other-branch", results.CounterCacheMisses, 1, 1},
		{"after/other-branch", results.CounterIndexFileBytes, full, full},
		// The look-up hits; what tar could unpack is there.
		{"after/corrupt", results.CounterCacheHits, 1, 1},
		{"before/corrupt", results.CounterIndexFileBytes, 1, full},
	} {
		if got := counters[tt.cell][tt.counter]; got < tt.low || got > tt.high {
			t.Errorf("%s %s: got %v, want %v to %v", tt.cell, tt.counter, got, tt.low, tt.high)
		}
	}
}
