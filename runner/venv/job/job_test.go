package job

import (
	"slices"
	"strings"
	"testing"

	"github.com/cibench/cibench/runner/engine/enginetest"
	"github.com/cibench/cibench/runner/service/actionscache"
	"github.com/cibench/cibench/runner/venv/cachestep"
	"github.com/cibench/cibench/runner/venv/workflow"
)

// Test runs jobs in real containers.
func Test(t *testing.T) { // not parallel: one of them sets the environment
	r := newRig(t, enginetest.Open(t))
	for name, test := range map[string]func(*testing.T, *rig){
		"caches":       testCaches,
		"cache halves": testCacheHalves,
		"pip cache":    testSetupPythonCache,
		"flow":         testFlow,
		"failures":     testFailures,
		"timeout":      testTimeout,
		"end":          testEnd,
		"environment":  testEnvironment,
		"empty":        testEmpty,
	} {
		t.Run(name, func(t *testing.T) {
			if err := r.cache.Reset(actionscache.Snapshot{}); err != nil {
				t.Fatal(err)
			}
			test(t, r)
		})
	}
}

var python = project{
	"requirements.txt":     "synth-lib-07==1.0.0\n",
	"requirements-dev.txt": "synth-pure==1.0.0\n",
	"app.py":               "import synth_lib_07\n",
}

const lintAndTest = `
      - uses: actions/checkout@v4
      - {uses: actions/setup-python@v5, with: {python-version: "3.11"}}
      - name: Cache
        id: cache
        uses: actions/cache@v3
        with:
          path: |
            ~/.cache/pip
            .venv
          key: ${{ runner.os }}-venv-${{ hashFiles('**/requirements*.txt') }}
          restore-keys: ${{ runner.os }}-venv-
      - name: Install
        run: |
          python -m venv .venv
          source .venv/bin/activate
          pip install -r requirements.txt
      - name: Lint
        run: .venv/bin/python -m compileall -q app.py
      - name: Test
        run: .venv/bin/python app.py && echo "hit=${{ steps.cache.outputs.cache-hit }}"
`

// requests returns how many requests the index got while do ran.
func (r *rig) requests(do func()) int64 {
	before := r.index.Counters()
	do()
	return r.index.Counters().Sub(before).Served().Requests
}

func testCaches(t *testing.T, r *rig) {
	type run struct {
		name      string
		project   project
		exact     bool
		found     bool
		indexed   bool
		saved     bool
		hit       string // output cache-hit
		installed string
	}
	bumped := python.with("requirements.txt", "synth-lib-06==1.0.0\n").with("app.py", "import synth_lib_06\n")
	var firstKey string
	for _, tt := range []run{
		{"cold", python, false, false, true, true, "hit=\n", "synth-lib-07==1.0.0\n"},
		{"exact", python, true, true, false, false, "hit=true\n", "synth-lib-07==1.0.0\n"},
		{"code changed", python.with("app.py", "import synth_lib_07 as s\n"), true, true, false, false, "hit=true\n", "synth-lib-07==1.0.0\n"},
		// What the old environment held is still there.
		{"requirements changed", bumped, false, true, true, true, "hit=false\n", "synth-lib-06==1.0.0\nsynth-lib-07==1.0.0\n"},
	} {
		var m *Machine
		var report *Report
		requests := r.requests(func() { m, report = ran(t, r.config(t, tt.project, lintAndTest)) })
		if !report.Success() {
			t.Fatalf("%s: got %s\n%s", tt.name, report.Outcome, log(report))
		}
		step, post := named(t, report, "Cache"), named(t, report, "Post Cache")
		restore, _ := cacheOf(step, cachestep.Restore)
		save, saved := cacheOf(post, cachestep.Save)
		if firstKey == "" {
			firstKey = restore.Keys.Primary
		}
		if restore.Exact != tt.exact || (restore.Found == firstKey) != tt.found || saved != tt.saved || (save.Entry != "") != tt.saved || (requests > 0) != tt.indexed {
			t.Errorf("%s: %d requests to the index, restore %+v, save %+v\n%s", tt.name, requests, restore, save, log(report))
		}
		if got := text(named(t, report, "Test")); got != tt.hit {
			t.Errorf("%s: test printed %q, want %q", tt.name, got, tt.hit)
		}
		freeze, err := m.Evidence(t.Context(), ".venv/bin/pip freeze --all | grep synth")
		if err != nil || !strings.HasSuffix(freeze, tt.installed) {
			t.Errorf("%s: installed %q, %v, want %q", tt.name, freeze, err, tt.installed)
		}
		checkPosts(t, report)
	}
	testCorrupt(t, r, firstKey)
}

// checkPosts holds the order of the steps: the posts come last, the last
// step's first.
func checkPosts(t *testing.T, report *Report) {
	t.Helper()
	const want = "Run actions/checkout@v4: success\nRun actions/setup-python@v5: success\nCache: success\nInstall: success\n" +
		"Lint: success\nTest: success\nPost Cache: success\nPost Run actions/setup-python@v5: success\n"
	if got := summary(report); got != want {
		t.Errorf("steps: got\n%swant\n%s", got, want)
	}
}

// testCorrupt leaves half of the archive under a key.
func testCorrupt(t *testing.T, r *rig, key string) {
	held, err := r.cache.List()
	if err != nil || len(held) != 2 {
		t.Fatalf("entries: %v, %v, want two", held, err)
	}
	for _, h := range held {
		if h.Key == key {
			if err := r.cache.Truncate(h.ID, h.Size/2); err != nil {
				t.Fatal(err)
			}
		}
	}
	_, report := ran(t, r.config(t, python, lintAndTest))
	got := log(report)
	for _, want := range []string{
		"Cache hit for: " + key, "Warning: Failed to restore: \"/usr/bin/tar\" failed with error: The process '/usr/bin/tar' failed with exit code 2",
		"Cache not found for input keys: " + key + ", Linux-venv-", "hit=\n",
		"Warning: Failed to save: Unable to reserve cache with key " + key + ", another job may be creating this cache.",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("truncated archive: no %q in\n%s", want, got)
		}
	}
	restore, _ := cacheOf(named(t, report, "Cache"), cachestep.Restore)
	if restore.Found != key || restore.Matched != "" || !report.Success() {
		t.Errorf("truncated archive: got %s, %+v", report.Outcome, restore)
	}
}

const halves = `
      - uses: actions/cache/restore@v4
        id: restore
        with: {path: data, key: "${{ github.ref }}-1", restore-keys: refs/}
      - run: mkdir -p data && date >>data/file
        if: steps.restore.outputs.cache-hit != 'true'
      - run: echo "${{ steps.restore.outputs.cache-primary-key }} ${{ steps.restore.outputs.cache-matched-key }} ${{ steps.restore.outputs.cache-hit }}"
        name: outputs
      - uses: actions/cache/save@v4
        name: save
        with: {path: data, key: "${{ steps.restore.outputs.cache-primary-key }}"}
      - uses: actions/cache@v4
        name: look up
        with: {path: data, key: other, restore-keys: refs/heads/main-, lookup-only: true}
      - uses: actions/cache@v4
        name: insist
        with: {path: data, key: none, fail-on-cache-miss: true}
`

func testCacheHalves(t *testing.T, r *rig) {
	for i, want := range []string{"refs/heads/main-1\n", "refs/heads/main-1 refs/heads/main-1 true\n"} {
		_, report := ran(t, r.config(t, nil, halves))
		if got := text(named(t, report, "outputs")); got != want {
			t.Errorf("run %d: outputs %q, want %q", i+1, got, want)
		}
		saved := "Cache saved with key: refs/heads/main-1\n"
		if i > 0 { // it always tries
			saved = "Warning: Cache save failed.\n"
		}
		if got := text(named(t, report, "save")); !strings.HasSuffix(got, saved) {
			t.Errorf("run %d: save printed\n%s\nwant %q in the end", i+1, got, saved)
		}
		if got := text(named(t, report, "look up")); !strings.HasSuffix(got, "Cache found and can be restored from key: refs/heads/main-1\n") {
			t.Errorf("run %d: look-up printed\n%s", i+1, got)
		}
		insist := named(t, report, "insist")
		if !strings.Contains(insist.Error, "Failed to restore cache entry") || report.Outcome != workflow.Failure {
			t.Errorf("run %d: insist: got %+v", i+1, insist)
		}
		if post := named(t, report, "Post look up"); post.Outcome != workflow.Skipped {
			t.Errorf("run %d: a failed job saves: %+v", i+1, post)
		}
	}
}

const withPipCache = `
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        id: python
        with: {python-version: "3.11", cache: pip, cache-dependency-path: requirements*.txt}
      - name: install
        run: python -m venv .venv && .venv/bin/pip install -r requirements.txt && echo "${{ steps.python.outputs.cache-hit }} $pythonLocation $PKG_CONFIG_PATH"
`

func testSetupPythonCache(t *testing.T, r *rig) {
	for i, want := range []string{"pip cache is not found", "Cache restored from key: setup-python-Linux-"} {
		cfg := r.config(t, python, withPipCache)
		before := r.index.Counters()
		_, report := ran(t, cfg)
		files := r.index.Counters().Sub(before).Files.Requests
		all := log(report)
		if !report.Success() || !strings.Contains(all, want) || (files == 0) != (i == 1) {
			t.Errorf("run %d: got %s, %d files from the index\n%s", i+1, report.Outcome, files, all)
		}
		flow := []string{"false", "true"}[i] + " /usr /usr/lib/pkgconfig\n"
		if got := text(named(t, report, "install")); !strings.HasSuffix(got, flow) {
			t.Errorf("run %d: install printed\n%s\nwant %q in the end", i+1, got, flow)
		}
		saved := []string{"Cache saved with the key: ", "Cache hit occurred on the primary key "}[i] + "setup-python-Linux-"
		if got := text(named(t, report, "Post Run actions/setup-python@v5")); !strings.Contains(got, saved) || !strings.Contains(got, "-python-3.11.") {
			t.Errorf("run %d: the post step printed\n%s\nwant %q", i+1, got, saved)
		}
	}
}

// cacheOf returns the step's operation of a kind.
func cacheOf(s Step, op cachestep.Op) (Cache, bool) {
	i := slices.IndexFunc(s.Caches, func(c Cache) bool { return c.Op == op })
	if i < 0 {
		return Cache{}, false
	}
	return s.Caches[i], true
}
