package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/cibench/cibench/results"
)

// A Summary is what a list of runs shows of one.
type Summary struct {
	ID        string
	Study     string
	Simulated bool
	Confirms  string // the run whose suspects it confirms; "" for a run of its own
	Started   time.Time
	End       *End                    // nil while the run is under way, and after a kill
	Trials    map[results.Outcome]int // number of trials by outcome, warm-ups included
}

// Runs returns a summary of every run, newest first.
func (s *Store) Runs(ctx context.Context) ([]Summary, error) {
	runs, err := s.summaries(ctx, "")
	return runs, s.fail("list runs", err)
}

// Summary returns the summary of the run that ref names, as Run does.
func (s *Store) Summary(ctx context.Context, ref string) (Summary, error) {
	id, err := s.resolve(ctx, ref)
	if err != nil {
		return Summary{}, err
	}
	runs, err := s.summaries(ctx, id)
	if err != nil {
		return Summary{}, s.fail("read run "+id, err)
	}
	return runs[0], nil
}

// summaries returns the run of that id, or all when it is empty.
func (s *Store) summaries(ctx context.Context, id string) ([]Summary, error) {
	runs, err := collect(ctx, s.db, `SELECT id, study, simulated, confirms, started, how, reason, ended
		FROM runs LEFT JOIN run_last_ends ON run = id AND how <> 'resumed'
		WHERE ?1 IN ('', id) ORDER BY started DESC, id DESC`, scanSummary, id)
	if err != nil {
		return nil, err
	}
	type count struct {
		run     string
		outcome results.Outcome
		n       int
	}
	counts, err := collect(ctx, s.db, `SELECT run, outcome, count(*) FROM trials
		WHERE ?1 IN ('', run) GROUP BY run, outcome`, func(rows *sql.Rows) (c count, err error) {
		return c, rows.Scan(&c.run, &c.outcome, &c.n)
	}, id)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]Summary, len(runs))
	for _, r := range runs {
		byID[r.ID] = r
	}
	for _, c := range counts {
		if r, ok := byID[c.run]; ok { // a run may have begun between the two queries
			r.Trials[c.outcome] = c.n
		}
	}
	return runs, nil
}

func scanSummary(rows *sql.Rows) (Summary, error) {
	sum := Summary{Trials: map[results.Outcome]int{}}
	var started string
	var how, reason, ended sql.NullString
	err := rows.Scan(&sum.ID, &sum.Study, &sum.Simulated, &sum.Confirms, &started, &how, &reason, &ended)
	if err != nil {
		return Summary{}, err
	}
	if sum.Started, err = parseTime(started); err != nil {
		return Summary{}, err
	}
	if how.Valid {
		sum.End = &End{How: How(how.String), Reason: reason.String}
		sum.End.At, err = parseTime(ended.String)
	}
	return sum, err
}
