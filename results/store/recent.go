package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/cibench/cibench/results"
)

// Recent returns the newest n runs of the study that were measured and not
// simulated, newest first: their ID, Started and Environment alone.
func (s *Store) Recent(ctx context.Context, study string, n int) ([]results.Run, error) {
	runs, err := collect(ctx, s.db, `SELECT id, started, environment FROM runs
		WHERE study = ? AND NOT simulated ORDER BY started DESC, id DESC LIMIT ?`,
		func(rows *sql.Rows) (run results.Run, err error) {
			var started string
			var environment []byte
			if err := rows.Scan(&run.ID, &started, &environment); err != nil {
				return run, err
			}
			if run.Started, err = parseTime(started); err != nil {
				return run, err
			}
			run.Study = study
			return run, json.Unmarshal(environment, &run.Environment)
		}, study, n)
	return runs, s.fail("find runs of study "+study, err)
}

// Times returns when the trials of the run of that id were and how they ended,
// in the order of the plan: their Slot, Cell, Outcome, Started, Duration
// and Untimed alone.
func (s *Store) Times(ctx context.Context, runID string) ([]results.Trial, error) {
	trials, err := collect(ctx, s.db, `SELECT slot, job, variant, state, outcome, started, duration, untimed
		FROM trials WHERE run = ? ORDER BY slot`,
		func(rows *sql.Rows) (t results.Trial, err error) {
			var started string
			err = rows.Scan(&t.Slot, &t.Cell.Job, &t.Cell.Variant, &t.Cell.State, &t.Outcome, &started, &t.Duration, &t.Untimed)
			if err != nil {
				return t, err
			}
			t.Started, err = parseTime(started)
			return t, err
		}, runID)
	return trials, s.fail("read times of run "+runID, err)
}
