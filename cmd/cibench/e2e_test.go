package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cibench/cibench/internal/testneed"
	"github.com/cibench/cibench/runner/engine/enginetest"
)

// line is what the test reads of an exported sample.
type line struct {
	Variant string   `json:"variant"`
	State   string   `json:"state"`
	Phase   string   `json:"phase"`
	Value   *float64 `json:"value"`
	Outcome string   `json:"outcome"`
	Reason  string   `json:"reason"`
}

// TestStarter runs one block of the built-in study on real packages, as a user
// would, and reads the proof from the export. Recording needs the network once
// per machine; BENCH_REQUIRE=pypi says that it must be there. What was recorded
// for two states serves the others without an upstream.
func TestStarter(t *testing.T) {
	enginetest.Alone(t)
	program := enginetest.Program(t)
	dir := t.TempDir()
	store := filepath.Join(dir, "results.db")
	charts := filepath.Join(dir, "charts")
	if out := runStarter(t, program, store, "--record", "--only", "build-and-push/*/deps-bump"); !strings.Contains(out, "2 ok, 0 failed, 0 invalid") {
		t.Errorf("not all trials are ok:\n%s", out)
	}
	values := export(t, program, store)
	out := runStarter(t, program, store, "--charts", charts,
		"--only", "build-and-push/*/cold", "--only", "build-and-push/*/warm", "--only", "build-and-push/*/code-change")
	if !strings.Contains(out, "6 ok, 0 failed, 0 invalid") {
		t.Errorf("not all trials are ok:\n%s", out)
	}
	maps.Copy(values, export(t, program, store))
	for _, name := range []string{"build-and-push-phases", "build-and-push-savings"} {
		for _, ext := range []string{".svg", ".png", ".pdf"} {
			if fi, err := os.Stat(filepath.Join(charts, name+ext)); err != nil || fi.Size() < 1000 {
				t.Errorf("chart %s%s: %v", name, ext, err)
			}
		}
	}
	full := values["before/cold/index.file.bytes"]
	if full < 10e6 {
		t.Errorf("cold fetched %.0f bytes of packages, want the full set", full)
	}
	wantValues(t, values, []wanted{
		{"after/cold/index.file.bytes", full, full},
		{"before/code-change/index.requests", 0, 0},
		{"after/code-change/index.requests", 0, 0},
		{"before/warm/index.requests", 0, 0},
		{"after/warm/steps.executed", 0, 0},
		{"before/deps-bump/index.file.bytes", 0.95 * full, 1.05 * full},
		{"after/deps-bump/index.file.bytes", 1, 0.05 * full},
		{"after/cold/pip-install", 0.5, 1e6},
		{"after/cold/pip.install", 0.1, 1e6},
	})
}

// TestStarterJob does the same for the job of the study's workflow.
func TestStarterJob(t *testing.T) {
	enginetest.Alone(t)
	program := enginetest.Program(t)
	store := filepath.Join(t.TempDir(), "results.db")
	only := []string{"--record"}
	for _, cell := range []string{
		"before/cold", "before/hit", "after/cold", "after/hit", "after/deps-remove",
		"after-fixed/hit", "after-fixed/deps-remove", "uv/hit",
	} {
		only = append(only, "--only", "lint-and-test/"+cell)
	}
	out := runStarter(t, program, store, only...)
	if !strings.Contains(out, "8 ok, 0 failed, 0 invalid") {
		t.Errorf("not all trials are ok:\n%s", out)
	}
	values := export(t, program, store)
	full := values["before/cold/index.file.bytes"]
	if full < 10e6 {
		t.Errorf("cold fetched %.0f bytes of packages, want the full set", full)
	}
	wantValues(t, values, []wanted{
		{"after/cold/index.file.bytes", full, full},
		{"after/cold/cache.saved", 1, 1},
		{"after/hit/cache.hits", 1, 1},
		{"after/hit/index.requests", 0, 0},
		{"after/hit/cache.saved", 0, 0},
		{"after/hit/drift", 0, 0},
		{"before/hit/index.files", 0, 0},
		{"after/deps-remove/cache.fallbacks", 1, 1},
		{"after/deps-remove/drift.uvicorn", 1, 1},
		{"after-fixed/hit/index.requests", 0, 0},
		{"after-fixed/deps-remove/cache.fallbacks", 1, 1},
		{"after-fixed/deps-remove/index.files", 0, 0},
		{"after-fixed/deps-remove/drift", 0, 0},
		{"before/hit/pip.install", 0.5, 1e6},
		{"uv/hit/cache.hits", 1, 1},
		{"uv/hit/index.files", 0, 0},
		{"after/hit/lint", 0.01, 1e6},
		{"after/hit/test", 0.1, 1e6},
		{"after/hit/cache-restore.extract", 0.01, 1e6},
		{"before/hit/dependency-install", 0.5, 1e6},
	})
}

// runStarter runs one block of the study and returns what it printed. Where the
// packages cannot be recorded, the test is skipped, if it may be.
func runStarter(t *testing.T, program, store string, args ...string) string {
	t.Helper()
	args = append([]string{"run", "starter", "--blocks", "1", "--seed", "1", "--store", store}, args...)
	out, err := runProgram(t, program, args...)
	if err != nil {
		if strings.Contains(err.Error(), "upstream") {
			testneed.Skip(t, "pypi", err.Error())
		}
		t.Fatal(err)
	}
	return out
}

// A wanted is a range for a value of an export.
type wanted struct {
	key       string
	low, high float64
}

func wantValues(t *testing.T, values map[string]float64, want []wanted) {
	t.Helper()
	for _, w := range want {
		if got, ok := values[w.key]; !ok || got < w.low || got > w.high {
			t.Errorf("%s: got %v (exported: %v), want %v to %v", w.key, got, ok, w.low, w.high)
		}
	}
}

// export returns the values of the latest run by variant/state/phase.
func export(t *testing.T, program, store string) map[string]float64 {
	t.Helper()
	out, err := runProgram(t, program, "export", "--store", store)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]float64{}
	for dec := json.NewDecoder(strings.NewReader(out)); ; {
		var l line
		if err := dec.Decode(&l); errors.Is(err, io.EOF) {
			return values
		} else if err != nil {
			t.Fatal(err)
		}
		if l.Outcome != "ok" || l.Value == nil {
			t.Errorf("%s/%s %s: %s %s", l.Variant, l.State, l.Phase, l.Outcome, l.Reason)
			continue
		}
		values[l.Variant+"/"+l.State+"/"+l.Phase] = *l.Value
	}
}

// runProgram returns the program's standard output; its error holds what it
// wrote to standard error.
func runProgram(t *testing.T, program string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	var out, log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &log
	if err := cmd.Run(); err != nil {
		return out.String(), errors.Join(err, errors.New(log.String()))
	}
	return out.String(), nil
}
