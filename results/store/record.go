package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/cibench/cibench/results"
)

// timeLayout has a fixed width, so that times sort as text.
const timeLayout = "2006-01-02T15:04:05.000000000Z"

// A Recorder adds the trials of one run. It satisfies runner.Recorder.
type Recorder struct {
	store *Store
	run   string
}

// Record stores t with its samples, spans and checks in one transaction. When
// it returns nil the trial is on disk; else nothing of it is stored. A trial
// that is not evidence is refused: an unknown outcome, a trial that is not OK
// without a reason, a number that is not finite.
func (r *Recorder) Record(ctx context.Context, t results.Trial) error {
	err := valid(t)
	if err == nil {
		err = r.insert(ctx, t)
	}
	return r.store.fail(fmt.Sprintf("record trial %q of run %s", t.ID, r.run), err)
}

func (r *Recorder) insert(ctx context.Context, t results.Trial) error {
	host, err := json.Marshal(t.Host)
	if err != nil {
		return fmt.Errorf("host: %w", err)
	}
	tx, err := r.store.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	res, err := tx.ExecContext(ctx, `INSERT INTO trials
		(run, id, slot, block, job, variant, state, warmup, outcome, reason, started, duration, untimed, host, log)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		r.run, t.ID, t.Slot, t.Block, t.Cell.Job, t.Cell.Variant, t.Cell.State, t.Warmup, t.Outcome, t.Reason,
		t.Started.UTC().Format(timeLayout), t.Duration, t.Untimed, string(host), t.Log)
	if err != nil {
		return err
	}
	key, err := res.LastInsertId()
	if err != nil {
		return err
	}
	err = insertAll(ctx, tx, "INSERT INTO samples (trial, ord, name, kind, unit, value) VALUES (?, ?, ?, ?, ?, ?)",
		key, t.Samples, func(s results.Sample) []any { return []any{s.Name, s.Kind, s.Unit, s.Value} })
	if err != nil {
		return fmt.Errorf("samples: %w", err)
	}
	err = insertAll(ctx, tx, "INSERT INTO spans (trial, ord, phase, step, name, start, stop, cached) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		key, t.Spans, func(s results.Span) []any {
			stop := sql.NullFloat64{Float64: s.Stop, Valid: !s.Open}
			return []any{s.Phase, s.Step, s.Name, s.Start, stop, s.Cached}
		})
	if err != nil {
		return fmt.Errorf("spans: %w", err)
	}
	err = insertAll(ctx, tx, "INSERT INTO checks (trial, ord, name, want, got, ok) VALUES (?, ?, ?, ?, ?, ?)",
		key, t.Checks, func(c results.Check) []any { return []any{c.Name, c.Want, c.Got, c.OK} })
	if err != nil {
		return fmt.Errorf("checks: %w", err)
	}
	return tx.Commit()
}

// insertAll runs the prepared query for each item, after the trial's key and
// the item's position.
func insertAll[T any](ctx context.Context, tx *sql.Tx, query string, key int64, items []T, columns func(T) []any) error {
	stmt, err := tx.PrepareContext(ctx, query)
	if err != nil {
		return err
	}
	defer stmt.Close()
	for i, item := range items {
		if _, err := stmt.ExecContext(ctx, append([]any{key, i}, columns(item)...)...); err != nil {
			return err
		}
	}
	return nil
}

func valid(t results.Trial) error {
	if _, err := results.ParseOutcome(string(t.Outcome)); err != nil {
		return err
	}
	if t.Outcome != results.OK && t.Reason == "" {
		return fmt.Errorf("outcome %q without a reason", t.Outcome)
	}
	errs := []error{finite("duration", t.Duration)}
	if t.Untimed != nil {
		errs = append(errs, finite("untimed", *t.Untimed))
	}
	for _, s := range t.Samples {
		errs = append(errs, finite("sample "+s.Name, s.Value))
	}
	for _, s := range t.Spans {
		errs = append(errs, finite("start of "+s.Name, s.Start), finite("stop of "+s.Name, s.Stop))
	}
	return errors.Join(errs...)
}

func finite(what string, v float64) error {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return fmt.Errorf("%s is %v", what, v)
	}
	return nil
}

func parseTime(s string) (time.Time, error) { return time.Parse(time.RFC3339Nano, s) }
