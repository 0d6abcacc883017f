package store

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// ErrNotFound is the error of a reference that names no run.
var ErrNotFound = errors.New("no such run")

// ErrAmbiguous is the error of a prefix that several runs share.
var ErrAmbiguous = errors.New("ambiguous run")

const (
	hintWritable = "\nhint: the file and its directory must be writable, because SQLite keeps its log beside the file"
	hintForeign  = "\nhint: the file was left as it is; move it away or name another path"
)

// fail says of which store err is and adds the hint that its cause calls for.
// It returns nil for a nil err.
func (s *Store) fail(op string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("store %s: %s: %w%s", s.path, op, err, hint(err))
}

func hint(err error) string {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return ""
	}
	switch e.Code() & 0xff { // the primary code; the rest is detail
	case sqlite3.SQLITE_NOTADB:
		return hintForeign
	case sqlite3.SQLITE_CORRUPT:
		return "\nhint: the file is damaged and was left as it is; move it away, and \"sqlite3 FILE .recover\" saves what can be read"
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return hintWritable
	case sqlite3.SQLITE_FULL:
		return "\nhint: free some disk space; every trial recorded so far is kept"
	case sqlite3.SQLITE_BUSY:
		return "\nhint: another process is writing to the store; try again when it is done"
	default:
		return ""
	}
}
