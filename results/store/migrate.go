package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// applicationID marks a database as ours, see migrations/0001_init.sql.
const applicationID = 0x43494243

//go:embed migrations/*.sql
var scripts embed.FS

type migration struct {
	version int
	name    string
	sql     string
}

// migrations returns the embedded scripts, which are numbered without a gap
// from 1.
func migrations() ([]migration, error) {
	entries, err := scripts.ReadDir("migrations") // sorted by name
	if err != nil {
		return nil, err
	}
	all := make([]migration, len(entries))
	for i, e := range entries {
		number, _, _ := strings.Cut(e.Name(), "_")
		version, err := strconv.Atoi(number)
		if err != nil || version != i+1 {
			return nil, fmt.Errorf("migration %s: want number %04d", e.Name(), i+1)
		}
		text, err := scripts.ReadFile(path.Join("migrations", e.Name()))
		if err != nil {
			return nil, err
		}
		all[i] = migration{version: version, name: e.Name(), sql: string(text)}
	}
	return all, nil
}

// migrate brings the schema up to date. It writes only to an empty database
// or to an older store.
func (s *Store) migrate(ctx context.Context) error {
	all, err := migrations()
	if err != nil {
		return s.fail("read migrations", err)
	}
	have, err := s.version(ctx, s.db, len(all))
	if err != nil {
		return err
	}
	if have == len(all) {
		return nil
	}
	if have == 0 {
		if err := s.useWAL(ctx); err != nil {
			return s.fail("set journal mode", err)
		}
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return s.fail("migrate", err)
	}
	defer tx.Rollback()
	have, err = s.version(ctx, tx, len(all)) // another process may have been first
	if err != nil {
		return err
	}
	for _, m := range all[have:] {
		if _, err := tx.ExecContext(ctx, m.sql); err != nil {
			return s.fail("migration "+m.name, err)
		}
		const note = "INSERT INTO migrations (version, name) VALUES (?, ?)"
		if _, err := tx.ExecContext(ctx, note, m.version, m.name); err != nil {
			return s.fail("migration "+m.name, err)
		}
	}
	return s.fail("migrate", tx.Commit())
}

// useWAL sets the journal mode, outside of a transaction, as SQLite demands. It
// stays with the file. For another process that does the same SQLite does not
// wait, whatever the busy timeout says.
func (s *Store) useWAL(ctx context.Context) error {
	for tries := 0; ; tries++ {
		_, err := s.db.ExecContext(ctx, "PRAGMA journal_mode = WAL")
		var of *sqlite.Error
		if !errors.As(err, &of) || of.Code()&0xff != sqlite3.SQLITE_BUSY || tries == 200 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

type queryer interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// version returns the schema version of the database, 0 when it is empty. A
// database of another program, or of a version beyond known, is an error.
func (s *Store) version(ctx context.Context, q queryer, known int) (int, error) {
	var id, objects int
	// At once: another process may be filling it.
	const both = "SELECT (SELECT application_id FROM pragma_application_id), (SELECT count(*) FROM sqlite_schema)"
	if err := q.QueryRowContext(ctx, both).Scan(&id, &objects); err != nil {
		return 0, s.fail("open", err)
	}
	switch {
	case id == 0 && objects == 0:
		return 0, nil
	case id != applicationID:
		return 0, withHint(hintForeign, "store %s: open: a database of another program", s.path)
	}
	var have int
	if err := q.QueryRowContext(ctx, "SELECT max(version) FROM migrations").Scan(&have); err != nil {
		return 0, s.fail("open", err)
	}
	if have > known {
		return 0, withHint(hintNewer, "store %s: open: schema version %d, and this cibench knows versions up to %d", s.path, have, known)
	}
	return have, nil
}
