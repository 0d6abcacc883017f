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

// ErrPath is the error of a path at which there is no store, and of one at which
// there cannot be one.
var ErrPath = errors.New("no place of a store")

const (
	hintWritable = "the file and its directory must be writable, because SQLite keeps its log beside the file"
	hintForeign  = "the file was left as it is; move it away or name another path"
	hintCorrupt  = "the file is damaged and was left as it is; move it away, and \"sqlite3 FILE .recover\" saves what can be read"
	hintFull     = "free some disk space; every trial recorded so far is kept"
	hintBusy     = "another process is writing to the store; try again when it is done"
	hintNewer    = "use a newer cibench or another store; the file was left as it is"
	hintEmpty    = "it holds no run yet; \"cibench run STUDY\" makes one"
	hintMissing  = "\"cibench run STUDY\" makes a store; --store names another"
)

// hinted is an error that the user can mend.
type hinted struct {
	err  error
	hint string
}

func (e *hinted) Error() string { return e.err.Error() }
func (e *hinted) Unwrap() error { return e.err }

// Hint says what to do.
func (e *hinted) Hint() string { return e.hint }

// Is tells whether the path is to blame, when target is ErrPath.
func (e *hinted) Is(target error) bool {
	return target == ErrPath && (e.hint == hintWritable || e.hint == hintForeign || e.hint == hintMissing)
}

// withHint makes an error of format with that hint.
func withHint(hint, format string, args ...any) error {
	return &hinted{err: fmt.Errorf(format, args...), hint: hint}
}

// fail says of which store err is and adds the hint that its cause calls for.
// It returns nil for a nil err.
func (s *Store) fail(op string, err error) error {
	if err == nil {
		return nil
	}
	hint := hintOf(err)
	err = fmt.Errorf("store %s: %s: %w", s.path, op, err)
	if hint == "" {
		return err
	}
	return &hinted{err, hint}
}

// hintOf returns what to do about SQLite's err; "" where that is clear.
func hintOf(err error) string {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return ""
	}
	switch e.Code() & 0xff { // the primary code; the rest is detail
	case sqlite3.SQLITE_NOTADB:
		return hintForeign
	case sqlite3.SQLITE_CORRUPT:
		return hintCorrupt
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return hintWritable
	case sqlite3.SQLITE_FULL:
		return hintFull
	case sqlite3.SQLITE_BUSY:
		return hintBusy
	default:
		return ""
	}
}
