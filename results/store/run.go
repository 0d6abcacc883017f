package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/cibench/cibench/results"
)

// Latest is the reference to the run that started last, but for those that confirm
// another one, and for simulated ones unless there are no others.
const Latest = "latest"

// How is the way in which a run ended.
type How string

// The ways in which a run ends. A run whose process was killed has none.
const (
	Complete    How = "complete"    // the plan was walked, as far as anything was left to decide
	OutOfTime   How = "out of time" // what is left would not have ended in time
	Interrupted How = "interrupted" // the user stopped it
	Broken      How = "broken"      // the harness could not go on
)

// resumed takes the place of a run's end when the run goes on.
const resumed How = "resumed"

// An End says how and when a run ended.
type End struct {
	How    How
	Reason string // why it is not Complete; empty when it is
	At     time.Time
}

// BeginRun stores the run and returns the recorder of its trials.
func (s *Store) BeginRun(ctx context.Context, run results.Run) (*Recorder, error) {
	op := fmt.Sprintf("begin run %q", run.ID)
	if run.ID == "" || run.ID == Latest {
		return nil, s.fail(op, errors.New("not a run's id"))
	}
	var docs [6]string
	for i, v := range []any{run.Jobs, run.Targets, run.Environment, run.Pipelines, run.Policy, run.Claims} {
		b, err := json.Marshal(v)
		if err != nil {
			return nil, s.fail(op, err)
		}
		docs[i] = string(b)
	}
	_, err := s.db.ExecContext(ctx, `INSERT INTO runs
		(id, study, study_digest, seed, simulated, started, jobs, plan, targets, environment, pipelines, policy, claims, source, confirms)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		run.ID, run.Study, run.StudyDigest, strconv.FormatUint(run.Seed, 10), run.Simulated,
		run.Started.UTC().Format(timeLayout), docs[0], string(run.Plan), docs[1], docs[2], docs[3], docs[4], docs[5], run.Source, run.Confirms)
	if err != nil {
		return nil, s.fail(op, err)
	}
	return &Recorder{store: s, run: run.ID}, nil
}

// ResumeRun returns the recorder of a run that was begun earlier and is not
// complete. It does not tell whether another process is at it still.
func (s *Store) ResumeRun(ctx context.Context, id string) (*Recorder, error) {
	_, err := s.db.ExecContext(ctx, "INSERT INTO run_ends (run, how, reason) VALUES (?, ?, '')", id, resumed)
	if err != nil {
		return nil, s.fail("resume run "+id, err)
	}
	return &Recorder{store: s, run: id}, nil
}

// EndRun notes, once, how the run of that id ended. No trial can be recorded
// after it, unless the run is resumed.
func (s *Store) EndRun(ctx context.Context, id string, how How, reason string) error {
	_, err := s.db.ExecContext(ctx, "INSERT INTO run_ends (run, how, reason) VALUES (?, ?, ?)", id, how, reason)
	return s.fail("end run "+id, err)
}

// OutOfTimeAt returns when the run of that id last ended as OutOfTime, the zero
// time for never: it may have been resumed since.
func (s *Store) OutOfTimeAt(ctx context.Context, id string) (time.Time, error) {
	ends, err := collect(ctx, s.db, "SELECT ended FROM run_ends WHERE run = ? AND how = ? ORDER BY key DESC LIMIT 1", func(rows *sql.Rows) (t time.Time, err error) {
		var ended string
		if err := rows.Scan(&ended); err != nil {
			return t, err
		}
		return parseTime(ended)
	}, id, OutOfTime)
	if err != nil || len(ends) == 0 {
		return time.Time{}, s.fail("read end of run "+id, err)
	}
	return ends[0], nil
}

// Run returns the run that ref names: its id, a prefix that no other run
// shares, or Latest. The error wraps ErrNotFound or ErrAmbiguous.
func (s *Store) Run(ctx context.Context, ref string) (results.Run, error) {
	id, err := s.resolve(ctx, ref)
	if err != nil {
		return results.Run{}, err
	}
	run := results.Run{ID: id}
	var seed, started string
	var plan, jobs, targets, environment, pipelines, policy, claims []byte
	err = s.db.QueryRowContext(ctx, `SELECT study, study_digest, seed, simulated, started, plan, jobs, targets, environment, pipelines, policy, claims, source, confirms
		FROM runs WHERE id = ?`, id).
		Scan(&run.Study, &run.StudyDigest, &seed, &run.Simulated, &started, &plan, &jobs, &targets, &environment, &pipelines, &policy, &claims, &run.Source, &run.Confirms)
	if err != nil {
		return results.Run{}, s.fail("read run "+id, err)
	}
	run.Plan = plan
	var errs [8]error
	run.Seed, errs[0] = strconv.ParseUint(seed, 10, 64)
	run.Started, errs[1] = parseTime(started)
	errs[2] = json.Unmarshal(jobs, &run.Jobs)
	errs[3] = json.Unmarshal(targets, &run.Targets)
	errs[4] = json.Unmarshal(environment, &run.Environment)
	errs[5] = json.Unmarshal(pipelines, &run.Pipelines)
	errs[6] = json.Unmarshal(policy, &run.Policy)
	errs[7] = json.Unmarshal(claims, &run.Claims)
	return run, s.fail("read run "+id, errors.Join(errs[:]...))
}

// resolve returns the id of the run that ref names.
func (s *Store) resolve(ctx context.Context, ref string) (string, error) {
	latest, err := s.ids(ctx, "SELECT id FROM runs ORDER BY confirms <> '', simulated, started DESC, id DESC LIMIT 1")
	if err != nil {
		return "", err
	}
	if len(latest) == 0 {
		return "", withHint(hintEmpty, "store %s: %w: %q", s.path, ErrNotFound, ref)
	}
	if ref == Latest {
		return latest[0], nil
	}
	// An exact match sorts before the ids that it is a prefix of.
	ids, err := s.ids(ctx, "SELECT id FROM runs WHERE substr(id, 1, length(?1)) = ?1 AND ?1 <> '' ORDER BY id LIMIT 5", ref)
	switch {
	case err != nil:
		return "", err
	case len(ids) == 0:
		return "", withHint("the latest is "+latest[0], "store %s: %w: %q", s.path, ErrNotFound, ref)
	case len(ids) > 1 && ids[0] != ref:
		return "", withHint("it begins "+strings.Join(ids, ", "), "store %s: %w: %q", s.path, ErrAmbiguous, ref)
	}
	return ids[0], nil
}

func (s *Store) ids(ctx context.Context, query string, args ...any) ([]string, error) {
	ids, err := collect(ctx, s.db, query, func(rows *sql.Rows) (id string, err error) {
		return id, rows.Scan(&id)
	}, args...)
	return ids, s.fail("find run", err)
}
