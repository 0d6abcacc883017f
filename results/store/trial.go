package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"

	"github.com/cibench/cibench/results"
)

// Trials returns the trials of the run of that id, whole and in the order of
// the plan.
func (s *Store) Trials(ctx context.Context, runID string) ([]results.Trial, error) {
	var all []results.Trial
	for t, err := range s.trials(ctx, runID, loadSamples, loadSpans, loadChecks) {
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, nil
}

// Stream yields the trials of the run of that id in the order of the plan,
// without their spans and checks, which are the bulk of a trial. The first
// error ends it.
func (s *Store) Stream(ctx context.Context, runID string) iter.Seq2[results.Trial, error] {
	return s.trials(ctx, runID, loadSamples)
}

// A part is a query for one kind of a trial's rows, with the trial's key as its
// argument, and what adds a row to the trial.
type part struct {
	query string
	add   func(*results.Trial, *sql.Rows) error
}

var (
	loadSamples = part{
		"SELECT name, kind, unit, value FROM samples WHERE trial = ? ORDER BY ord",
		func(t *results.Trial, rows *sql.Rows) error {
			var s results.Sample
			err := rows.Scan(&s.Name, &s.Kind, &s.Unit, &s.Value)
			t.Samples = append(t.Samples, s)
			return err
		},
	}
	loadSpans = part{
		"SELECT phase, step, name, start, stop, cached FROM spans WHERE trial = ? ORDER BY ord",
		func(t *results.Trial, rows *sql.Rows) error {
			var s results.Span
			var stop sql.NullFloat64
			err := rows.Scan(&s.Phase, &s.Step, &s.Name, &s.Start, &stop, &s.Cached)
			s.Stop, s.Open = stop.Float64, !stop.Valid
			t.Spans = append(t.Spans, s)
			return err
		},
	}
	loadChecks = part{
		"SELECT name, want, got, ok FROM checks WHERE trial = ? ORDER BY ord",
		func(t *results.Trial, rows *sql.Rows) error {
			var c results.Check
			err := rows.Scan(&c.Name, &c.Want, &c.Got, &c.OK)
			t.Checks = append(t.Checks, c)
			return err
		},
	}
)

// A head is a trial without its parts.
type head struct {
	key   int64
	trial results.Trial
}

// trials needs no transaction: a trial is stored whole and never changed, so
// the parts of a head that was seen are there.
func (s *Store) trials(ctx context.Context, runID string, parts ...part) iter.Seq2[results.Trial, error] {
	return func(yield func(results.Trial, error) bool) {
		op := "read trials of run " + runID
		heads, err := collect(ctx, s.db, `SELECT key, id, slot, block, job, variant, state, warmup, outcome, reason,
			started, duration, untimed, host, log FROM trials WHERE run = ? ORDER BY slot`, scanHead, runID)
		if err != nil {
			yield(results.Trial{}, s.fail(op, err))
			return
		}
		stmts := make([]*sql.Stmt, len(parts))
		for i, p := range parts {
			if stmts[i], err = s.db.PrepareContext(ctx, p.query); err != nil {
				yield(results.Trial{}, s.fail(op, err))
				return
			}
			defer stmts[i].Close()
		}
		for _, h := range heads {
			for i, p := range parts {
				if err := p.load(ctx, stmts[i], &h); err != nil {
					yield(results.Trial{}, s.fail(op, fmt.Errorf("trial %q: %w", h.trial.ID, err)))
					return
				}
			}
			if !yield(h.trial, nil) {
				return
			}
		}
	}
}

func (p part) load(ctx context.Context, stmt *sql.Stmt, h *head) error {
	rows, err := stmt.QueryContext(ctx, h.key)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := p.add(&h.trial, rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func scanHead(rows *sql.Rows) (h head, err error) {
	t := &h.trial
	var started string
	var host []byte
	err = rows.Scan(&h.key, &t.ID, &t.Slot, &t.Block, &t.Cell.Job, &t.Cell.Variant, &t.Cell.State, &t.Warmup,
		&t.Outcome, &t.Reason, &started, &t.Duration, &t.Untimed, &host, &t.Log)
	if err != nil {
		return h, err
	}
	if t.Started, err = parseTime(started); err != nil {
		return h, err
	}
	return h, json.Unmarshal(host, &t.Host)
}
