package sim

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/runner/runnertest"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

var (
	_ runner.Executor = (*Executor)(nil)
	_ runner.Clock    = (*Clock)(nil)
)

const studyYAML = `version: 1
name: small
project: project
policy: {timeout: 10m}
jobs:
  build-and-push:
    lane: image
    baseline: before
    states: [cold, warm, code-change, new-commit, deps-bump, deps-add, base-bump, mounts-pruned]
    build-args: {COMMIT_SHA: "{commit}"}
    variants:
      before: {dockerfile: Dockerfile.before}
      after: {dockerfile: Dockerfile.after}
      fixed: {dockerfile: Dockerfile.fixed}
      broken: {dockerfile: Dockerfile.broken}
mutations:
  code-change:
    - {file: app/main.py, append: "# {trial}\n"}
  new-commit:
    - {file: app/main.py, append: "# {trial}\n"}
  deps-bump:
    - {file: requirements.txt, replace: "httpx==0.27.0", with: "httpx==0.27.2"}
    - {file: requirements.txt, append: "# {trial}\n"}
  deps-add:
    - {file: requirements.txt, append: "tenacity==8.2.3\n# {trial}\n"}
`

// projectFiles has three orders of steps: the commit's argument above pip, with
// and without a mount, and below it.
var projectFiles = map[string]string{
	"Dockerfile.before": `FROM python:3.11-slim
ARG COMMIT_SHA=unknown
ENV COMMIT_SHA=${COMMIT_SHA} PIP_NO_CACHE_DIR=1
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
`,
	"Dockerfile.after": `# syntax=docker/dockerfile:1.4
FROM python:3.11-slim
ARG COMMIT_SHA=unknown
ENV COMMIT_SHA=${COMMIT_SHA}
WORKDIR /app
COPY requirements.txt .
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install -r requirements.txt
COPY . .
`,
	"Dockerfile.fixed": `FROM python:3.11-slim
WORKDIR /app
COPY requirements.txt .
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt
COPY . .
ARG COMMIT_SHA=unknown
ENV COMMIT_SHA=${COMMIT_SHA}
LABEL revision=${COMMIT_SHA}
`,
	"Dockerfile.broken": "FROM python:3.11-slim\nRUN pip install -r requirements.txt\nCOPY nothing-here .\n",
	"requirements.txt":  "fastapi==0.110.0\nhttpx==0.27.0\nuvicorn[standard]==0.29.0  # server\npydantic>=2.6\nregex==2024.4.16\n",
	"app/main.py":       "print('hello')\n",
}

// smallStudy returns the study and its directory.
func smallStudy(t *testing.T) (*scenarios.Study, fstest.MapFS) {
	t.Helper()
	files := fstest.MapFS{"study.yaml": {Data: []byte(studyYAML)}}
	for name, text := range projectFiles {
		files["project/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	study, err := scenarios.Parse(files, "study.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return study, files
}

func newExecutor(t *testing.T, seed uint64) *Executor {
	t.Helper()
	study, files := smallStudy(t)
	variants := []string{"before", "after", "fixed", "broken"}
	e, err := New(Config{Study: study, Files: files, Job: study.Jobs[0], Variants: variants, Seed: seed, Clock: NewClock(time.Unix(1e9, 0))})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestContract(t *testing.T) {
	t.Parallel()
	e := newExecutor(t, 1)
	runnertest.Run(t, runnertest.Harness{
		Executor: e,
		Job:      "build-and-push",
		Variant:  "after",
		Broken:   "broken",
		States:   scenarios.LaneImage.States(),
		Counters: []string{"index.requests", "index.bytes", "index.file.bytes", "steps.cached", "steps.executed", "wheels.built", "image.bytes", "builder.bytes"},
		Clock:    e.cfg.Clock,
		Spoil: func(_ context.Context, tr plan.Trial) error {
			v, err := e.cfg.Job.Variant(tr.Variant)
			if err != nil {
				return err
			}
			p, err := e.prime(v)
			if err != nil {
				return err
			}
			e.cur.build.builder = p.build.builder.clone()
			return nil
		},
	})
}

// TestSpoiledStates gives each state a builder that it does not declare.
func TestSpoiledStates(t *testing.T) {
	t.Parallel()
	e := newExecutor(t, 1)
	for _, state := range scenarios.LaneImage.States() {
		for name, spoil := range map[string]func(b *builder){
			"empty":        func(b *builder) { *b = *newBuilder() },
			"without base": func(b *builder) { clear(b.bases) },
			"mounts empty": func(b *builder) {
				for id := range b.mounts {
					b.mounts[id] = newPipCache()
				}
			},
			"another layer": func(b *builder) { b.layers["x"] = 1 },
		} {
			tr := plan.Trial{ID: "t", Variant: "after", State: state}
			if err := e.Prepare(t.Context(), tr); err != nil {
				t.Fatal(err)
			}
			spoil(e.cur.build.builder)
			a, err := e.Execute(t.Context(), tr)
			if err != nil {
				t.Fatal(err)
			}
			ev, err := e.Verify(t.Context(), tr, a)
			if err != nil {
				t.Fatal(err)
			}
			holds := !slices.ContainsFunc(ev.Checks, func(c results.Check) bool { return !c.OK })
			// Some harm is none: a cold builder is empty, and nobody looks into a
			// mount when no pip step runs.
			harmless := state == scenarios.Cold && name != "another layer" ||
				name == "mounts empty" && (state == scenarios.Warm || state == scenarios.CodeChange || state == scenarios.MountsPruned)
			if holds != harmless {
				t.Errorf("%s, %s: all checks hold: got %t, want %t: %+v", state, name, holds, harmless, ev.Checks)
			}
		}
	}
}

// walk walks the trials in the given order and returns them by id.
func walk(t *testing.T, seed uint64, trials []plan.Trial) map[string]results.Trial {
	t.Helper()
	e := newExecutor(t, seed)
	kept := keeper{}
	w := runner.Walker{
		Executors: map[string]runner.Executor{"build-and-push": e},
		Recorder:  kept,
		Timeout:   10 * time.Minute,
		Clock:     e.cfg.Clock,
	}
	if err := w.Walk(t.Context(), plan.Plan{Trials: trials}); err != nil {
		t.Fatal(err)
	}
	return kept
}

// A keeper records trials by id.
type keeper map[string]results.Trial

func (k keeper) Record(_ context.Context, t results.Trial) error {
	k[t.ID] = t
	return nil
}

// cells returns one trial of each cell that builds, "after/deps-bump".
func cells(variants ...string) []plan.Trial {
	var trials []plan.Trial
	for _, v := range variants {
		for _, s := range scenarios.LaneImage.States() {
			trials = append(trials, plan.Trial{
				ID: fmt.Sprintf("%s/%s", v, s), Slot: len(trials), Block: 1,
				Job: "build-and-push", Variant: v, State: s,
			})
		}
	}
	return trials
}

func TestDeterministic(t *testing.T) {
	t.Parallel()
	trials := cells("before", "after", "fixed")
	backwards := slices.Clone(trials)
	slices.Reverse(backwards)
	first, again, other := walk(t, 7, trials), walk(t, 7, slices.Concat(trials, backwards)), walk(t, 8, trials)
	for id, want := range first {
		got := again[id]
		got.Started = want.Started // the order differs, so the moment does
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the second time, in another order, got\n%+v, want\n%+v", id, got, want)
		}
		if got := other[id]; got.Duration == want.Duration {
			t.Errorf("%s: another seed took %v s too", id, got.Duration)
		} else if !reflect.DeepEqual(counters(got), counters(want)) {
			t.Errorf("%s: another seed counted %v, want %v", id, counters(got), counters(want))
		}
	}
}

func TestTrialsVary(t *testing.T) {
	t.Parallel()
	tr := cells("after")[0]
	again := tr
	again.ID = "again"
	trials := walk(t, 7, []plan.Trial{tr, again})
	got, first := trials[again.ID].Duration, trials[tr.ID].Duration
	if ratio := got / first; ratio == 1 || ratio < 0.8 || ratio > 1.25 {
		t.Errorf("got %v s, then %v s, want a little difference", first, got)
	}
}

func counters(t results.Trial) []results.Sample {
	return slices.DeleteFunc(slices.Clone(t.Samples), func(s results.Sample) bool { return s.Kind != results.Counter })
}

// TestEffects holds what the study's variants and states are about.
func TestEffects(t *testing.T) {
	t.Parallel()
	trials := walk(t, 3, cells("before", "after", "fixed"))
	all := value(t, trials, "before/cold", "index.file.bytes")
	base := float64(baseSize("python:3.11-slim"))
	bumped := float64(newPkg(requirement{name: "httpx", version: "0.27.2"}, nil).size)
	var added float64
	for _, p := range packages([]requirement{{name: "tenacity", version: "8.2.3"}}, nil) {
		added += float64(p.size)
	}
	for _, tt := range []struct {
		trial    string
		executed float64
		files    float64
		base     float64
	}{
		{"before/cold", 4, all, base},
		{"after/cold", 4, all, base},
		{"before/warm", 0, 0, 0},
		{"after/warm", 0, 0, 0},
		{"after/mounts-pruned", 0, 0, 0},
		{"before/code-change", 1, 0, 0},
		{"after/code-change", 1, 0, 0},
		{"before/new-commit", 2, all, 0}, // the RUN sees the commit, and the copy stands on it
		{"after/new-commit", 2, 0, 0},
		{"fixed/new-commit", 1, 0, 0},
		{"before/deps-bump", 3, all, 0},
		{"after/deps-bump", 3, bumped, 0},
		{"before/deps-add", 3, all + added, 0},
		{"after/deps-add", 3, added, 0},
		{"before/base-bump", 4, all, base},
		{"after/base-bump", 4, 0, base},
	} {
		if got := trials[tt.trial]; got.Outcome != results.OK {
			t.Errorf("%s: got %s, %s", tt.trial, got.Outcome, got.Reason)
		}
		for name, want := range map[string]float64{
			"steps.executed": tt.executed, "index.file.bytes": tt.files, "registry.blob.bytes": tt.base,
		} {
			if got := value(t, trials, tt.trial, name); got != want {
				t.Errorf("%s: %s: got %v, want %v", tt.trial, name, got, want)
			}
		}
	}
	if got := value(t, trials, "after/warm", "index.requests"); got != 0 {
		t.Errorf("after/warm: got %v index requests, want 0", got)
	}
	if got, want := value(t, trials, "after/warm", "registry.pushed.bytes"), 0.0; got != want {
		t.Errorf("after/warm: got %v bytes pushed, want %v", got, want)
	}
	if cold, warm := trials["after/cold"].Duration, trials["after/warm"].Duration; cold < 5*warm {
		t.Errorf("after: cold took %v s, warm %v s, want cold to be far slower", cold, warm)
	}
}

func value(t *testing.T, trials map[string]results.Trial, id, name string) float64 {
	t.Helper()
	trial := trials[id]
	v, ok := trial.Value(name)
	if !ok {
		t.Fatalf("%s has no %s", id, name)
	}
	return v
}

func TestFailedBuild(t *testing.T) {
	t.Parallel()
	trials := walk(t, 3, cells("broken")[:2])
	for id, want := range map[string]string{
		"broken/cold": `[stage-0 3/3] COPY nothing-here .: "/nothing-here": not found`,
		"broken/warm": `the build that primes the caches failed: [stage-0 3/3] COPY nothing-here .: "/nothing-here": not found`,
	} {
		got := trials[id]
		if got.Outcome != results.Failed || got.Reason != want || got.Log == "" {
			t.Errorf("%s: got %s, %q, log %q, want failed, %q and a log", id, got.Outcome, got.Reason, got.Log, want)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	study, files := smallStudy(t)
	files["project/Dockerfile.after"].Data = []byte("FROM x\nRUN <<EOF\npip install y\nEOF\n")
	files["project/Dockerfile.fixed"].Data = []byte("FROM x\nCOPPY a b\n")
	cfg := Config{Study: study, Files: files, Job: study.Jobs[0], Variants: []string{"before", "after", "fixed"}, Clock: NewClock(time.Unix(0, 0))}
	_, err := New(cfg)
	want := "Dockerfile.after:2: a here-document\nDockerfile.fixed:2: unknown instruction \"COPPY\""
	var unsupported *UnsupportedError
	if err == nil || err.Error() != want || !errors.As(err, &unsupported) || unsupported.Hint() == "" {
		t.Errorf("got %v, want %s", err, want)
	}
	cfg.Variants = []string{"before", "broken"} // as --only leaves the others out
	if _, err := New(cfg); err != nil {
		t.Errorf("without the variants of these files: got %v", err)
	}
}

func TestExecuteUnprepared(t *testing.T) {
	t.Parallel()
	e := newExecutor(t, 1)
	done := cells("after")[0]
	if err := errors.Join(e.Prepare(t.Context(), done), e.Restore(t.Context(), done)); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Execute(t.Context(), done); !errors.Is(err, errOrder) {
		t.Errorf("Execute: got %v, want %v", err, errOrder)
	}
	if _, err := e.Verify(t.Context(), done, runner.Attempt{}); !errors.Is(err, errOrder) {
		t.Errorf("Verify: got %v, want %v", err, errOrder)
	}
	if err := e.Prepare(t.Context(), plan.Trial{Variant: "none"}); err == nil {
		t.Error("Prepare: got no error of an unknown variant")
	}
}
