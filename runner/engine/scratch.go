package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// scratchPrefix begins the names of scratch directories.
const scratchPrefix = "cibench-scratch-"

// A Scratch is a new directory among the user's temporary files, for what
// containers and this process share. As long as the process lives, it holds a
// lock on the directory; so what a killed one left can be told.
type Scratch struct {
	Dir  string
	lock *os.File // the directory; nil when it is removed
}

// scratchTries are for directories that are taken for left ones, in the moment
// before they are locked.
const scratchTries = 10

// NewScratch makes a scratch directory. The caller removes it.
func NewScratch() (*Scratch, error) {
	for range scratchTries {
		dir, err := os.MkdirTemp("", scratchPrefix)
		if err != nil {
			return nil, fmt.Errorf("scratch directory: %w", err)
		}
		s, err := lockScratch(dir)
		if err == nil {
			return s, nil
		}
		if errors.Is(err, fs.ErrNotExist) { // taken for a left one, and removed
			continue
		}
		if s == nil {
			return nil, errors.Join(fmt.Errorf("scratch directory: %w", err), os.Remove(dir))
		}
		// A file system without such locks has none that are taken for left.
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return s, nil
		}
		s.lock.Close()
	}
	return nil, fmt.Errorf("scratch directory: none can be locked in %s", os.TempDir())
}

// lockScratch opens and locks a directory, unless it is another's, a link or
// gone. The scratch that it returns beside an error is open, but not locked.
func lockScratch(dir string) (*Scratch, error) {
	f, err := os.OpenFile(dir, os.O_RDONLY|syscall.O_DIRECTORY|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return nil, err
	}
	s := &Scratch{dir, f}
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	opened, statErr := f.Stat()
	named, nameErr := os.Lstat(dir)
	if statErr != nil || nameErr != nil || !os.SameFile(opened, named) || int(opened.Sys().(*syscall.Stat_t).Uid) != os.Geteuid() {
		return nil, errors.Join(fs.ErrNotExist, f.Close())
	}
	return s, err
}

// LeftScratch returns the scratch directories of this user whose processes have
// ended without removing them. They are locked: the caller removes them.
func LeftScratch() ([]*Scratch, error) {
	entries, err := os.ReadDir(os.TempDir())
	if err != nil {
		return nil, fmt.Errorf("scratch directories: %w", err)
	}
	var left []*Scratch
	for _, e := range entries {
		if !e.IsDir() || !strings.HasPrefix(e.Name(), scratchPrefix) {
			continue
		}
		s, err := lockScratch(filepath.Join(os.TempDir(), e.Name()))
		switch {
		case err == nil:
			left = append(left, s)
		case s != nil: // somebody has it
			s.lock.Close()
		}
	}
	return left, nil
}

// Remove removes the directory. When it fails, it can be tried again.
func (s *Scratch) Remove() error {
	if s.lock == nil {
		return nil
	}
	if err := os.RemoveAll(s.Dir); err != nil {
		return fmt.Errorf("scratch directory: %w", err)
	}
	err := s.lock.Close()
	s.lock = nil
	return err
}
