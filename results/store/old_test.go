package store_test

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/store"
)

// TestOldStore reads and continues a store of the first schema.
func TestOldStore(t *testing.T) {
	t.Parallel()
	schema, err := os.ReadFile("migrations/0001_init.sql")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "runs.db")
	db := raw(t, path)
	rawExec(t, db, string(schema))
	rawExec(t, db, "INSERT INTO migrations (version, name) VALUES (1, '0001_init.sql')")
	rawExec(t, db, `INSERT INTO runs (id, study, study_digest, seed, simulated, started, jobs, plan, targets, environment)
		VALUES ('old', 'starter', 'sha256:00', '7', 0, '2026-01-01T00:00:00.000000000Z', '[{"name":"build"}]', '{}', 'null', '{}')`)
	rawExec(t, db, `INSERT INTO trials (run, id, slot, block, job, variant, state, warmup, outcome, reason, started, duration, host, log)
		VALUES ('old', 't', 0, 1, 'build', 'before', 'cold', 0, 'ok', '', '2026-01-01T00:01:00.000000000Z', 2, '{}', '')`)
	rawExec(t, db, "INSERT INTO run_ends (run, how, reason) VALUES ('old', 'interrupted', 'SIGINT')")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s, err := store.OpenExisting(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	run, err := s.Run(t.Context(), "old")
	if err != nil || run.Pipelines != nil || run.Seed != 7 || len(run.Jobs) != 1 {
		t.Errorf("got run %+v, %v, want it as it was and without pipelines", run, err)
	}
	if want := (results.Policy{Confidence: 0.9375, Same: 0.03, Effect: 0.02}); run.Policy != want || run.Source != "" {
		t.Errorf("got policy %+v of %q, want %+v and no source", run.Policy, run.Source, want)
	}
	if sum, err := s.Summary(t.Context(), "old"); err != nil || sum.End == nil || sum.End.Reason != "SIGINT" {
		t.Errorf("got summary %+v, %v, want its end", sum, err)
	}
	if trials, err := s.Trials(t.Context(), "old"); err != nil || len(trials) != 1 || trials[0].Duration != 2 {
		t.Errorf("got trials %+v, %v, want the one of before", trials, err)
	}
	want := newRun("new")
	begin(t, s, want)
	if got, err := s.Run(t.Context(), "new"); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got new run %+v, %v, want %+v", got, err, want)
	}
}
