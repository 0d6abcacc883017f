package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/store"
)

var epoch = time.Date(2026, 11, 24, 3, 15, 0, 123456789, time.UTC)

func newRun(id string) results.Run {
	return results.Run{
		Policy:      results.Policy{Confidence: 0.9375, Same: 0.03, Effect: 0.02},
		Source:      "starter",
		ID:          id,
		Study:       "starter",
		StudyDigest: "sha256:00",
		Seed:        1<<64 - 1, // does not fit SQLite's integers
		Started:     epoch,
		Jobs:        []results.Job{{Name: "build-and-push", Variants: []results.Variant{{Name: "before"}, {Name: "after", Title: "cache mount", Baseline: "before"}}}},
		Pipelines: []results.Pipeline{{
			Name: "pipeline", Jobs: []string{"lint", "build-and-push"}, Variants: []results.Variant{{Name: "before"}},
			Cells: []results.PipelineCell{{Variant: "before", State: "hit", Parts: []results.Cell{{Job: "lint", Variant: "before", State: "hit"}}}},
		}},
		Plan: []byte(`{"study":"starter"}`),
		Targets: []results.Target{{
			ID: "pip", Job: "build-and-push", Phase: "pip-install", Variant: "after", Baseline: "before",
			States: []string{"warm"}, Unit: results.Ratio, Low: 0.7, High: 0.75, Label: "70-75%", Derived: true,
		}},
		Claims: []results.Claim{
			{ID: "mounts", Line: 85, Says: "a mount outlives the build", Checks: []results.ClaimCheck{{In: "a laptop", Rules: []string{"index.files <= 1"}}}},
			{ID: "energy", Says: "less", Unmeasured: "nothing measures it"},
		},
		Environment: results.Environment{"cpu.model": "Ünïcode, \"quoted\""},
	}
}

// newTrial returns a trial of that many samples, spans and checks, with every
// field set.
func newTrial(slot, parts int, rng *rand.Rand) results.Trial {
	steal := rng.Float64()
	t := results.Trial{
		ID:       fmt.Sprintf("b01-%06d", slot),
		Slot:     slot,
		Block:    1,
		Cell:     results.Cell{Job: "build-and-push", Variant: "after", State: "cold"},
		Warmup:   slot%2 == 1,
		Outcome:  results.Failed,
		Reason:   "exit 1:\n\tünïcode",
		Started:  epoch.Add(time.Duration(slot) * time.Second),
		Duration: rng.ExpFloat64(),
		Untimed:  new(rng.ExpFloat64()),
		Log:      "line\nline",
		Host:     results.Host{Load1: rng.Float64(), Steal: &steal},
	}
	for i := range parts {
		t.Samples = append(t.Samples, results.Sample{
			Name: fmt.Sprint("sample.", i), Kind: results.Phase, Unit: results.Seconds, Value: rng.NormFloat64() * 1e-9,
		})
		span := results.Span{
			Phase: "pip-install", Step: "sha256:01", Name: "RUN pip", Start: rng.Float64(), Stop: 2, Cached: i%2 == 0,
		}
		if i%3 == 1 {
			span.Open, span.Stop = true, 0
		}
		t.Spans = append(t.Spans, span)
		t.Checks = append(t.Checks, results.Check{Name: fmt.Sprint("check ", i), Want: "0", Got: "7", OK: i%2 == 0})
	}
	return t
}

func newRand() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

func openStore(t testing.TB, path string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func newStore(t testing.TB) (s *store.Store, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "runs.db")
	return openStore(t, path), path
}

func begin(t testing.TB, s *store.Store, run results.Run) *store.Recorder {
	t.Helper()
	r, err := s.BeginRun(t.Context(), run)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func record(t testing.TB, r *store.Recorder, trials ...results.Trial) {
	t.Helper()
	for _, tr := range trials {
		if err := r.Record(t.Context(), tr); err != nil {
			t.Fatal(err)
		}
	}
}

// text returns the error as a command prints it: the hint, if it has one, on a
// line of its own. The error itself, which may be kept or joined with others,
// has none.
func text(t testing.TB, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	if strings.Contains(err.Error(), "hint") {
		t.Errorf("the error's text has its hint in it: %q", err)
	}
	var h interface{ Hint() string }
	if errors.As(err, &h) {
		return err.Error() + "\nhint: " + h.Hint()
	}
	return err.Error()
}

// raw opens the file as another program would.
func raw(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func rawExec(t testing.TB, db *sql.DB, query string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), query); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}
