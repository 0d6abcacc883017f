package pypi

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// MissingError says that a package, or one of its files, is not there.
type MissingError struct {
	Package  string
	File     string // "" for the whole package
	Upstream string // the index that was asked, without credentials; "" in replay
}

func (e *MissingError) Error() string {
	what := fmt.Sprintf("package %q", e.Package)
	if e.File != "" {
		what += fmt.Sprintf(": file %q", e.File)
	}
	if e.Upstream != "" {
		return what + ": not at the upstream index " + e.Upstream
	}
	return what + ": not in the recorded index"
}

// Hint says how to get it.
func (e *MissingError) Hint() string {
	if e.Upstream != "" {
		return "check the name in the requirements, and the index that pip is configured with"
	}
	return "run once with --record to fetch what is missing from the upstream index"
}

// UnlockedError says that a recorded file is not in the lock.
type UnlockedError struct{ Package, File string }

func (e *UnlockedError) Error() string {
	return fmt.Sprintf("package %q: file %q: not in the lock", e.Package, e.File)
}

// Hint says how to add it.
func (e *UnlockedError) Hint() string { return "run once with --record to add it to the lock" }

// LockMismatchError says that an index page and the lock disagree on a file.
type LockMismatchError struct {
	Package, File string
	Page, Lock    Digest
}

func (e *LockMismatchError) Error() string {
	return fmt.Sprintf("package %q: file %q: the index says %s, the lock says %s", e.Package, e.File, e.Page, e.Lock)
}

// Hint says how to accept the new file.
func (e *LockMismatchError) Hint() string {
	return "the file was replaced since it was locked; if that is right, delete its line from the lock and run with --record"
}

// DownloadMismatchError says that an upstream sent other bytes than its page
// announced. Nothing of them was kept.
type DownloadMismatchError struct{ Got, Want Digest }

func (e *DownloadMismatchError) Error() string {
	return fmt.Sprintf("download has %s, the index page says %s", e.Got, e.Want)
}

// Hint says whom to suspect.
func (e *DownloadMismatchError) Hint() string {
	return "nothing was kept; run again, and suspect the mirror or proxy if it stays"
}

// CorruptError says that something in the store is not what was recorded.
type CorruptError struct {
	Path string
	Err  error
}

func (e *CorruptError) Error() string { return "corrupt store: " + e.Path + ": " + e.Err.Error() }
func (e *CorruptError) Unwrap() error { return e.Err }

// Hint says how to repair the store.
func (e *CorruptError) Hint() string { return "delete " + e.Path + " and run once with --record" }

// NoUploadTimeError says that a cut-off cannot be applied to a package.
type NoUploadTimeError struct {
	Package string
	Cutoff  time.Time
}

func (e *NoUploadTimeError) Error() string {
	return fmt.Sprintf("package %q: no file has an upload time, so the cut-off %s cannot be applied",
		e.Package, e.Cutoff.UTC().Format(time.RFC3339))
}

// Hint says what kind of index has them.
func (e *NoUploadTimeError) Hint() string {
	return "use an upstream index that serves JSON pages with upload times (PEP 691, PEP 700), or drop the cut-off"
}

// UpstreamError says that the upstream index, or a host its pages name, did
// not answer as it should.
type UpstreamError struct {
	URL string // without credentials and query
	Err error
}

func (e *UpstreamError) Error() string { return "upstream " + e.URL + ": " + e.Err.Error() }
func (e *UpstreamError) Unwrap() error { return e.Err }

// Hint says what to check.
func (e *UpstreamError) Hint() string {
	return "check the network and the index that pip is configured with (PIP_INDEX_URL, pip.conf)"
}

// StoreBusyError says that another process has the store open.
type StoreBusyError struct{ Dir string }

func (e *StoreBusyError) Error() string {
	return "package store " + e.Dir + ": in use by another process"
}

// Hint says what to do.
func (e *StoreBusyError) Hint() string { return "wait for the other run, or use another store" }

// status returns the HTTP status that tells a client of err. pip tries again
// after a 503, which only makes sense where the upstream may recover.
func status(err error) int {
	var (
		missing  *MissingError
		unlocked *UnlockedError
		upstream *UpstreamError
	)
	switch {
	case errors.As(err, &missing), errors.As(err, &unlocked):
		return http.StatusNotFound
	case errors.As(err, &upstream):
		return http.StatusServiceUnavailable
	default:
		return http.StatusConflict
	}
}
