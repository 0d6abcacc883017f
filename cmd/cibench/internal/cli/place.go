package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/cibench/cibench/results/store"
	"github.com/cibench/cibench/runner/host"
)

// placeError says that what is there under a name that the user gave, or in the
// configuration, cannot be used; err is the system's answer. What is no matter of
// the name, such as a full disk, is not the user's mistake.
func placeError(what string, err error) error {
	hint := ""
	switch {
	case errors.Is(err, fs.ErrNotExist):
		hint = "name one in a directory that is there"
	case errors.Is(err, syscall.EISDIR):
		hint = "name a file: this is a directory"
	case errors.Is(err, syscall.ENOTDIR), errors.Is(err, fs.ErrExist):
		hint = "name another: a file is where a directory has to be"
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		hint = "name one in a directory that you may write to"
	case errors.Is(err, syscall.ENAMETOOLONG), errors.Is(err, syscall.ELOOP):
		hint = "name another"
	default:
		return fmt.Errorf("%s: %w", what, err)
	}
	return usageHint(hint, "%s: %w", what, err)
}

// cause returns the system's answer without the name of a file, which may be one
// that nobody but this program knows.
func cause(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}

// openStore opens the store of earlier runs.
func openStore(ctx context.Context, cfg *config) (*store.Store, error) {
	st, err := store.OpenExisting(ctx, cfg.Store)
	return st, storeError(err)
}

// storeLeast is what must be free for a store before a trial, in bytes: far more
// than a trial adds to it.
const storeLeast = 64 << 20

// roomFor returns a *host.DiskError when a trial may not fit into the store.
func roomFor(store string) error { return host.CheckDisk(filepath.Dir(store), storeLeast) }

// createStore opens the store, and makes one where there is none.
func createStore(ctx context.Context, cfg *config) (*store.Store, error) {
	st, err := store.Open(ctx, cfg.Store)
	return st, storeError(err)
}

// storeError marks the error of a store that was looked for in the wrong place.
func storeError(err error) error {
	if errors.Is(err, store.ErrPath) {
		return usage(err)
	}
	return err
}
