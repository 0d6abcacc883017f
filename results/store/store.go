// Package store keeps runs and their trials in one SQLite file.
//
// A trial is stored whole or not at all, and what is stored is never changed:
// triggers refuse updates and deletes. Once Record has returned, neither
// kill -9 nor a loss of power takes the trial away. What the numbers mean is
// for package verdict, and how they are exported for package results.
package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the database/sql driver "sqlite", without cgo
)

// A Store is an open database. It is safe for concurrent use, and any number
// of processes may read while one writes.
type Store struct {
	db   *sql.DB
	path string
}

// Open opens the store at path, and creates it and its directory where they
// are missing. A store of an older schema is brought up to date. A file that
// is anything else, or of a newer schema, is an error and stays as it is.
func Open(ctx context.Context, path string) (*Store, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, withHint(hintWritable, "open store %s: %w", path, err)
	}
	return open(ctx, path, "rwc")
}

// OpenExisting is Open for readers: a missing store is an error that wraps
// fs.ErrNotExist, and nothing is created.
func OpenExisting(ctx context.Context, path string) (*Store, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, withHint(hintMissing, "open store: %w", err)
	}
	return open(ctx, path, "rw")
}

func open(ctx context.Context, path, mode string) (*Store, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	db, err := sql.Open("sqlite", dsn(abs, mode))
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	s := &Store{db: db, path: path}
	if err := s.migrate(ctx); err != nil {
		db.Close()
		return nil, err
	}
	return s, nil
}

// dsn returns the driver's name for the file. Each setting holds for every
// connection of the pool, and none of them changes the file.
func dsn(path, mode string) string {
	q := url.Values{
		"mode":          {mode},
		"_busy_timeout": {"10000"}, // milliseconds; a writer holds the lock for one trial's insert
		"_foreign_keys": {"on"},
		// NORMAL would do for kill -9, since a committed page is in the kernel
		// by then. FULL adds one fsync per trial, outside its timed window, and
		// so covers a loss of power too.
		"_synchronous": {"FULL"},
		"_txlock":      {"immediate"}, // a write waits for its lock at BEGIN, where waiting is safe
		"_error_rc":    {"true"},      // no unrelated message behind an error's own
	}
	return "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?" + q.Encode()
}

// Close closes the store.
func (s *Store) Close() error { return s.fail("close", s.db.Close()) }

// collect returns what scan makes of each row.
func collect[T any](ctx context.Context, db *sql.DB, query string, scan func(*sql.Rows) (T, error), args ...any) ([]T, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		item, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, item)
	}
	return all, rows.Err()
}
