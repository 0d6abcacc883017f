package runnertest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/runner/phase"
	"github.com/cibench/cibench/scenarios/plan"
)

// Trial runs one trial, expects it to succeed with its state proven and its
// spans sound, and returns its phases, in seconds, and its counters by name.
func Trial(t *testing.T, ex runner.Executor, tr plan.Trial) map[string]float64 {
	t.Helper()
	defer func() {
		if err := ex.Restore(context.WithoutCancel(t.Context()), tr); err != nil {
			t.Fatalf("%s: restore: %v", tr.ID, err)
		}
	}()
	if err := ex.Prepare(t.Context(), tr); err != nil {
		t.Fatalf("%s: prepare: %v", tr.ID, err)
	}
	start := time.Now()
	attempt, err := ex.Execute(t.Context(), tr)
	window := time.Since(start)
	if err != nil || attempt.Failure != "" {
		t.Fatalf("%s: execute: %v %s\n%s", tr.ID, err, attempt.Failure, attempt.Log)
	}
	evidence, err := ex.Verify(t.Context(), tr, attempt)
	if err != nil {
		t.Fatalf("%s: verify: %v", tr.ID, err)
	}
	for _, problem := range append(spanProblems(evidence.Spans, window), checkProblems(evidence.Checks)...) {
		t.Errorf("%s: %s", tr.ID, problem)
	}
	phases, err := phase.Measure(evidence.Spans)
	if err != nil {
		t.Fatalf("%s: phases: %v", tr.ID, err)
	}
	figures := map[string]float64{}
	for _, s := range append(phases, evidence.Counters...) {
		figures[s.Name] = s.Value
	}
	return figures
}

// TrialFails runs one trial, expects it to fail for that reason with that in its
// log, and to leave nothing in the lane's directory.
func TrialFails(t *testing.T, ex runner.Executor, tr plan.Trial, dir, reason, log string) {
	t.Helper()
	if err := ex.Prepare(t.Context(), tr); err != nil {
		t.Errorf("%s: prepare: %v", tr.ID, err)
	}
	attempt, err := ex.Execute(t.Context(), tr)
	if err != nil || attempt.Failure != reason || !strings.Contains(attempt.Log, log) {
		t.Errorf("%s: execute: got %+v, %v, want %q and %q in the log", tr.ID, attempt, err, reason, log)
	}
	if err := ex.Restore(t.Context(), tr); err != nil {
		t.Errorf("%s: restore: %v", tr.ID, err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%s: left: got %v, %v, want nothing", tr.ID, left, err)
	}
}

// Within expects a figure of a cell in a range. One that the cell has not is 0.
func Within(t *testing.T, figures map[string]float64, cell, name string, low, high float64) {
	t.Helper()
	if got := figures[name]; got < low || got > high {
		t.Errorf("%s %s: got %v, want %v to %v", cell, name, got, low, high)
	}
}

// WriteTree writes files, content by slash-separated path, below dir.
func WriteTree(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
