package venv

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/engine/enginetest"
	"github.com/cibench/cibench/runner/lane"
	"github.com/cibench/cibench/runner/runnertest"
	"github.com/cibench/cibench/runner/service/actionscache"
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
        id: python
        with: {python-version: "3.11"}
      - name: Cache
        id: cache
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
    states: [cold, hit, code-change, deps-bump, deps-add, deps-remove, dev-deps-bump, python-bump,
             evicted, other-branch, corrupt, pip-cache-only]
    phases: [{phase: lint, match: ^Lint}, {phase: test, match: tests}]
    steps: [{uses: codecov/codecov-action, skip: true}]
    variants:
      before: {workflow: .github/workflows/before.yml}
      after: {workflow: .github/workflows/after.yml}
      fixed: {workflow: .github/workflows/fixed.yml}
      pinned: {workflow: .github/workflows/pinned.yml}
      broken: {workflow: .github/workflows/broken.yml}
      matrix: {workflow: .github/workflows/matrix.yml, matrix: {python: "3.11"}, states: [cold, hit, deps-bump]}
      two: {workflow: .github/workflows/two.yml, states: [cold, hit, pip-cache-only]}
  local-development:
    lane: venv
    baseline: again
    states: [cold, warm, code-change, deps-bump, deps-remove]
    variants:
      again: {workflow: local.yml, persistence: persistent}
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
  python-bump:
    - {file: .github/workflows/before.yml, replace: '"3.11"', with: '"3.13"'}
    - {file: .github/workflows/after.yml, replace: '"3.11"', with: '"3.13"'}
    - {file: .github/workflows/fixed.yml, replace: '"3.11"', with: '"3.13"'}
    - {file: .github/workflows/pinned.yml, replace: '"3.11"', with: '"3.13"'}
    - {file: app.py, append: "# {trial}\n"}
`,
	"project/app.py":               "print('tested')\n",
	"project/requirements.txt":     "synth-lib-00==1.0.0\nsynth-lib-07==1.0.0\n",
	"project/requirements-dev.txt": "synth-lib-05==1.0.0\n",
	"project/.github/workflows/before.yml": workflowText("            ~/.cache/pip", "pip",
		"          pip install -r requirements.txt\n          pip install -r requirements-dev.txt"),
	"project/.github/workflows/after.yml": workflowText("            ~/.cache/pip\n            .venv", "venv",
		"          python -m venv .venv || echo exists\n          source .venv/bin/activate\n"+
			"          pip install -r requirements.txt\n          pip install -r requirements-dev.txt"),
	"project/.github/workflows/fixed.yml": workflowText("            ~/.cache/pip\n            .venv", "fixed-${{ steps.python.outputs.python-version }}",
		"          if [ '${{ steps.cache.outputs.cache-hit }}' = true ] && [ -x .venv/bin/python ]; then exit 0; fi\n"+
			"          rm -rf .venv\n          python -m venv .venv\n"+
			"          .venv/bin/pip install -r requirements.txt\n          .venv/bin/pip install -r requirements-dev.txt"),
	"project/.github/workflows/pinned.yml": workflowText("            ~/.cache/pip", "pinned",
		"          python3.11 -m pip install -r requirements.txt"),
	"project/local.yml": `on: push
jobs:
  local-development:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/cache@v4
        with: {path: shared, key: local}
      - run: mkdir -p shared && touch shared/seen
      - name: Install
        run: |
          test -d .venv || python3 -m venv .venv
          source .venv/bin/activate
          pip install -r requirements.txt
      - run: source .venv/bin/activate
`,
	"project/.python-version": "3.11\n",
	"project/.github/workflows/two.yml": `on: push
jobs:
  lint-and-test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
      - uses: actions/cache/restore@v4
        with: {path: ~/.cache/pip, key: one-key, lookup-only: true}
      - uses: actions/cache@v4
        with: {path: ~/.cache/pip, key: one-key}
      - uses: actions/cache@v4
        with: {path: .venv, key: one-key}
      - name: Install
        run: test -x .venv/bin/python || { python -m venv .venv && .venv/bin/pip install -r requirements.txt; }
      - uses: codecov/codecov-action@v4
`,
	"project/.github/workflows/matrix.yml": strings.NewReplacer(
		`"3.11"`, `"${{ matrix.python }}"`,
		"    steps:", "    strategy: {matrix: {python: ['3.11', '3.13']}}\n    steps:",
	).Replace(workflowText("            ~/.cache/pip", "${{ matrix.python }}",
		"          test ${{ matrix.python }} = 3.11\n          pip install -r requirements.txt")),
	"project/.github/workflows/broken.yml": workflowText("            ~/.cache/pip", "broken",
		"          pip install no-such-package"),
}

// newLane returns a lane over the synthetic study, with everything it needs
// behind it.
func newLane(t *testing.T) *Lane {
	t.Helper()
	return newLaneOf(t, enginetest.Open(t), tree)
}

// newLaneOf is newLane over another study with the same variants.
func newLaneOf(t *testing.T, e *engine.Engine, tree map[string]string) *Lane {
	t.Helper()
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
		Config: lane.Config{
			Study: study, Files: files, Job: study.Jobs[0], Engine: e, Images: enginetest.Images(t, e),
			Index: index, IndexURL: indexURL, Cache: cache, CacheURL: cacheURL,
			Program: enginetest.Program(t), Dir: copies,
		},
		Trials: []plan.Trial{{ID: "t", Job: "lint-and-test", Variant: "fixed", State: scenarios.PythonBump}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Supply(t.Context(), []string{"before", "after", "fixed", "pinned", "broken", "matrix", "two"}); err != nil {
		t.Fatal(err)
	}
	// Also the image of a tree that some trial works on is there before the first.
	if got := l.ImageDigests(); len(got) != 2 || !strings.HasPrefix(got[1], base("3.13")+"@") {
		t.Fatalf("images: got %q, want those of 3.11 and 3.13", got)
	}
	return l
}

// TestStays runs a job again and again on a machine that stays: what was there is
// still there, removed packages among it. What other trials do to the Actions
// cache in between is not.
func TestStays(t *testing.T) {
	l := newLane(t)
	l.Job = l.Study.Jobs[1]
	var said []string
	l.Say = func(msg string) { said = append(said, msg) }
	got := map[scenarios.State]map[string]float64{}
	for _, state := range l.Job.States {
		got[state] = runnertest.Trial(t, l, plan.Trial{ID: "stays-" + string(state), Job: l.Job.Name, Variant: "again", State: state})
		if err := l.Cache.Reset(actionscache.Snapshot{}); err != nil {
			t.Fatal(err)
		}
	}
	full := got[scenarios.Cold][results.CounterIndexFileBytes]
	for _, tt := range []struct {
		state     scenarios.State
		name      string
		low, high float64
	}{
		{scenarios.Cold, results.CounterIndexFileBytes, 1000, full},
		{scenarios.Warm, results.CounterIndexRequests, 0, 0},
		{scenarios.Warm, results.CounterDrift, 0, 0},
		{scenarios.Cold, results.CounterCacheHits, 0, 0},
		{scenarios.Warm, results.CounterCacheHits, 1, 1},
		{scenarios.DepsRemove, results.CounterCacheHits, 1, 1},
		{scenarios.CodeChange, results.CounterIndexRequests, 0, 0},
		{scenarios.DepsBump, results.CounterFilesFetched, 1, 1},
		{scenarios.DepsRemove, "drift.synth-lib-07", 1, 1},
	} {
		runnertest.Within(t, got[tt.state], string(tt.state), tt.name, tt.low, tt.high)
	}
	// A trial has a disk of its own: what the first ones did to theirs is not in
	// the later ones'.
	want := []string{"priming again", "running again once", "running again in state deps-bump", "running again in state deps-remove"}
	if !slices.EqualFunc(said, want, strings.HasPrefix) {
		t.Errorf("said %q, want %q", said, want)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(l.Dir); err != nil || len(left) > 0 {
		t.Errorf("left: got %v, %v, want nothing", left, err)
	}
}

// TestContract runs the executors' contract on real jobs; TestStates has every
// state of the lane.
func TestContract(t *testing.T) {
	l := newLane(t)
	runnertest.Run(t, runnertest.Harness{
		Executor: l,
		Job:      "lint-and-test",
		Variant:  "after",
		Broken:   "broken",
		States:   []scenarios.State{scenarios.Cold, scenarios.Hit, scenarios.DepsRemove},
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
	for _, variant := range []string{"before", "after", "fixed"} {
		states := scenarios.LaneVenv.StatesFor(scenarios.Ephemeral)
		if variant == "fixed" {
			states = []scenarios.State{scenarios.Hit, scenarios.DepsRemove, scenarios.PythonBump, scenarios.PipCacheOnly}
		}
		for _, state := range states {
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
		{"before/hit", results.CounterPackagesInstalled, 3, 100}, // pip's cache spares it no installation
		{"after/hit", results.CounterPackagesInstalled, 0, 0},
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
		{"fixed/deps-remove", results.CounterCacheFallbacks, 1, 1},
		{"fixed/deps-remove", results.CounterDrift, 0, 0},
		{"after/dev-deps-bump", results.CounterCacheFallbacks, 1, 1},
		// The keys of before and after do not know of the other Python, whose pip
		// does not read the old one's cache. What comes back of an environment
		// becomes one of two Pythons, and nothing is saved.
		{"before/python-bump", results.CounterCacheHits, 1, 1},
		{"before/python-bump", results.CounterDrift, 0, 0},
		{"after/python-bump", results.CounterCacheHits, 1, 1},
		{"after/python-bump", results.CounterIndexFileBytes, full, full},
		{"after/python-bump", results.CounterCacheSaved, 0, 0},
		{"after/python-bump", results.CounterDrift, 1, 1},
		{"after/python-bump", "drift.python", 1, 1},
		{"fixed/python-bump", results.CounterCacheMisses, 1, 1},
		{"fixed/python-bump", results.CounterIndexFileBytes, full, full},
		{"fixed/python-bump", results.CounterCacheSaved, 1, 1},
		{"fixed/python-bump", results.CounterDrift, 0, 0},
		{"fixed/hit", results.CounterIndexRequests, 0, 0},
		{"after/evicted", results.CounterCacheMisses, 1, 1},
		{"after/other-branch", results.CounterCacheMisses, 1, 1},
		{"after/other-branch", results.CounterIndexFileBytes, full, full},
		// The look-up hits; what tar could unpack is there.
		{"after/corrupt", results.CounterCacheHits, 1, 1},
		{"before/corrupt", results.CounterIndexFileBytes, 1, full},
		// Without its environment the job installs again, from pip's cache.
		{"before/pip-cache-only", results.CounterCacheHits, 1, 1},
		{"before/pip-cache-only", results.CounterFilesFetched, 0, 0},
		{"after/pip-cache-only", results.CounterCacheHits, 1, 1},
		{"after/pip-cache-only", results.CounterIndexFileBytes, 0, 0},
		{"after/pip-cache-only", results.CounterIndexRequests, 1, 100},
		{"after/pip-cache-only", results.CounterDrift, 0, 0},
		{"fixed/pip-cache-only", results.CounterCacheHits, 1, 1},
		{"fixed/pip-cache-only", results.CounterFilesFetched, 0, 0},
	} {
		runnertest.Within(t, counters[tt.cell], tt.cell, tt.counter, tt.low, tt.high)
	}
}

// TestMatrix runs one combination of a job's matrix.
func TestMatrix(t *testing.T) {
	l := newLane(t)
	for _, tt := range []struct {
		state                  scenarios.State
		hits, fallbacks, saved float64
	}{
		{scenarios.Cold, 0, 0, 1}, {scenarios.Hit, 1, 0, 0}, {scenarios.DepsBump, 0, 1, 1},
	} {
		got := runnertest.Trial(t, l, plan.Trial{ID: "matrix-" + string(tt.state), Job: "lint-and-test", Variant: "matrix", State: tt.state})
		for name, want := range map[string]float64{
			results.CounterCacheHits: tt.hits, results.CounterCacheFallbacks: tt.fallbacks, results.CounterCacheSaved: tt.saved, results.CounterDrift: 0,
		} {
			runnertest.Within(t, got, string(tt.state), name, want, want)
		}
	}
	held, err := l.Cache.List()
	if err != nil || len(held) == 0 || !strings.HasPrefix(held[0].Key, "Linux-3.11-") {
		t.Errorf("the cache holds %+v, %v, want a key of the combination", held, err)
	}
}

// TestTwoEntries has two cache steps with one key, whose paths tell their
// entries apart, one that only asks, and a Python that a file names.
func TestTwoEntries(t *testing.T) {
	l := newLane(t)
	for _, tt := range []struct {
		state               scenarios.State
		hits, misses, saved float64
		files               float64 // fetched at most
	}{
		{scenarios.Cold, 0, 3, 2, 100}, {scenarios.Hit, 3, 0, 0, 0}, {scenarios.PipCacheOnly, 3, 0, 0, 0},
	} {
		got := runnertest.Trial(t, l, plan.Trial{ID: "two-" + string(tt.state), Job: "lint-and-test", Variant: "two", State: tt.state})
		for name, want := range map[string]float64{
			results.CounterCacheHits: tt.hits, results.CounterCacheMisses: tt.misses, results.CounterCacheSaved: tt.saved, results.CounterDrift: 0,
		} {
			runnertest.Within(t, got, string(tt.state), name, want, want)
		}
		runnertest.Within(t, got, string(tt.state), results.CounterFilesFetched, 0, tt.files)
	}
}

// TestFailsOnMutatedTree has a job that works until it sets up another Python:
// its trials in that state fail, and recording goes on.
func TestFailsOnMutatedTree(t *testing.T) {
	l := newLane(t)
	tr := plan.Trial{ID: "pinned", Job: "lint-and-test", Variant: "pinned", State: scenarios.PythonBump}
	if err := l.Record(t.Context(), []plan.Trial{tr}); err != nil {
		t.Errorf("record: %v", err)
	}
	said := false
	l.Say = func(msg string) { said = true }
	if err := l.Prepare(t.Context(), tr); err != nil {
		t.Fatalf("prepare: %v", err)
	}
	if said {
		t.Error("the job that failed was run again")
	}
	attempt, err := l.Execute(t.Context(), tr)
	if err != nil || !strings.Contains(attempt.Failure, `step "Install" failed: Process completed with exit code 127`) || !strings.Contains(attempt.Log, "python3.11") {
		t.Errorf("execute: got %+v, %v, want the step's failure", attempt, err)
	}
	if ev, err := l.Verify(t.Context(), tr, attempt); err != nil || len(ev.Checks) > 0 {
		t.Errorf("verify: got %+v, %v, want nothing claimed", ev, err)
	}
	if err := l.Restore(t.Context(), tr); err != nil {
		t.Errorf("restore: %v", err)
	}
}
