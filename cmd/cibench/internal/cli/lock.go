package cli

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"

	"github.com/google/renameio/v2"

	"github.com/cibench/cibench/runner/service/pypi"
)

// studyLock is the lock of a study, and what recordings on this machine added
// to it where it cannot be written to.
type studyLock struct {
	own     *pypi.Lock // the one that the study names; nil when there is none
	added   *pypi.Lock // nil when there is none
	file    string     // where new entries go
	machine bool       // file belongs to this machine and holds additions alone
}

// readLock reads the lock of a study.
func readLock(study *openedStudy, cacheDir string) (studyLock, error) {
	var l studyLock
	if name := study.Index.Lock; name != "" {
		data, err := fs.ReadFile(study.files, path.Clean(name))
		if err == nil {
			l.own, err = pypi.ParseLock(bytes.NewReader(data))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return studyLock{}, usage(fmt.Errorf("%s: %w", name, err))
		}
		if study.dir != "" {
			l.file = filepath.Join(study.dir, filepath.FromSlash(name))
			return l, nil
		}
	}
	l.file, l.machine = filepath.Join(cacheDir, "locks", study.id+"-"+runtime.GOARCH+".lock"), true
	var err error
	l.added, err = readLockFile(l.file)
	return l, err
}

// readLockFile reads a lock of this machine; nil when there is none.
func readLockFile(file string) (*pypi.Lock, error) {
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	lock, err := pypi.ParseLock(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return lock, nil
}

// all returns the lock to serve by; nil when there is none. The study's own
// entries win: after an upgrade this machine may have older ones.
func (l studyLock) all() *pypi.Lock {
	if l.own == nil || l.added == nil {
		return cmp.Or(l.own, l.added)
	}
	return l.added.With(l.own.Entries())
}

// add returns the lock with entries that it lacked, after writing them down:
// in the study's own file, or as this machine's additions.
func (l studyLock) add(entries []pypi.Entry) (studyLock, error) {
	if len(entries) == 0 {
		return l, nil
	}
	if !l.machine {
		l.own = l.own.With(entries)
		return l, writeLockFile(l.file, l.own)
	}
	var more []pypi.Entry
	for _, e := range append(l.added.Entries(), entries...) {
		if _, known := l.own.Lookup(e.Package, e.File); !known {
			more = append(more, e)
		}
	}
	l.added = (*pypi.Lock)(nil).With(more)
	return l, writeLockFile(l.file, l.added)
}

// writeLockFile replaces the file, whole or not at all.
func writeLockFile(file string, lock *pypi.Lock) error {
	var buf bytes.Buffer
	_, err := lock.WriteTo(&buf)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(file), 0o755)
	}
	if err == nil {
		err = renameio.WriteFile(file, buf.Bytes(), 0o644, renameio.WithTempDir(filepath.Dir(file)))
	}
	if err != nil {
		return fmt.Errorf("lock: %w", err)
	}
	return nil
}
