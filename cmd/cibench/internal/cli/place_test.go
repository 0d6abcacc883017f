package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/cibench/cibench/runner/host"
)

// TestPlaceError tells a wrong name, which is a mistake of the user's, from
// trouble with a right one.
func TestPlaceError(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		err  error
		code int
	}{
		"no directory":   {syscall.ENOENT, exitUsage},
		"a directory":    {syscall.EISDIR, exitUsage},
		"below a file":   {syscall.ENOTDIR, exitUsage},
		"taken":          {syscall.EEXIST, exitUsage},
		"not ours":       {syscall.EACCES, exitUsage},
		"read only":      {syscall.EROFS, exitUsage},
		"long":           {syscall.ENAMETOOLONG, exitUsage},
		"full":           {syscall.ENOSPC, exitHarness},
		"broken":         {syscall.EIO, exitHarness},
		"something else": {errors.New("no such luck"), exitHarness},
	} {
		err := placeError("report", &fs.PathError{Op: "open", Path: "x", Err: tc.err})
		if got := exitCode(t.Context(), err); got != tc.code {
			t.Errorf("%s: got exit code %d, want %d", name, got, tc.code)
		}
		if got, want := err.Error(), fmt.Sprintf("report: open x: %v", tc.err); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
		if got, want := len(hintsOf(err)) == 1, tc.code == exitUsage; got != want {
			t.Errorf("%s: got a hint = %v, want %v", name, got, want)
		}
	}
}

func TestCause(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"path":   &fs.PathError{Op: "open", Path: ".b.656347444", Err: syscall.EACCES},
		"link":   &os.LinkError{Op: "rename", Old: ".b.656347444", New: "b", Err: syscall.EACCES},
		"joined": errors.Join(&fs.PathError{Op: "open", Path: ".b.656347444", Err: syscall.EACCES}, errors.New("and more")),
		"itself": syscall.EACCES,
	} {
		if got := cause(err); !errors.Is(got, syscall.EACCES) || got.Error() != "permission denied" {
			t.Errorf("%s: got %q, want the system's answer", name, got)
		}
	}
}

// TestRoomFor takes /proc, which never has a byte free, for a full disk.
func TestRoomFor(t *testing.T) {
	t.Parallel()
	full := (*host.DiskError)(nil)
	if err := roomFor("/proc/results.db"); !errors.As(err, &full) || full.Dir != "/proc" {
		t.Errorf("full disk: got %v, want a *host.DiskError", err)
	}
	if err := roomFor(filepath.Join(t.TempDir(), "results.db")); err != nil {
		t.Errorf("got %v, want room", err)
	}
}
