package host

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/dustin/go-humanize"
	"golang.org/x/sys/unix"
)

// A DiskError says that a file system has too little space left.
type DiskError struct {
	Dir        string
	Free, Need uint64 // bytes
}

func (e *DiskError) Error() string {
	return fmt.Sprintf("%s has %s free, %s is needed", e.Dir, humanize.IBytes(e.Free), humanize.IBytes(e.Need))
}

// Hint says what to do.
func (e *DiskError) Hint() string {
	return "free some space there, or use another disk: --cache-dir for the cache, --store for the store, TMPDIR for project copies, data-root of the engine for containers"
}

// CheckDisk returns a *DiskError when the file system of dir has less than
// need bytes left.
func CheckDisk(dir string, need uint64) error {
	free, err := FreeBytes(dir)
	if err == nil && free < need {
		err = &DiskError{Dir: dir, Free: free, Need: need}
	}
	return err
}

// FreeBytes returns what an unprivileged process may still write to the file
// system of dir, or of its nearest parent that exists.
func FreeBytes(dir string) (uint64, error) {
	for {
		var st unix.Statfs_t
		err := unix.Statfs(dir, &st)
		if err == nil {
			return st.Bavail * uint64(st.Bsize), nil
		}
		parent := filepath.Dir(dir)
		if !errors.Is(err, os.ErrNotExist) || parent == dir {
			return 0, fmt.Errorf("free space of %s: %w", dir, err)
		}
		dir = parent
	}
}
