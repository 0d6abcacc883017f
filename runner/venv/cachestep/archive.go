package cachestep

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// manifestFile is beside an archive while it is made.
const manifestFile = "manifest.txt"

// create makes the archive of dir of paths, which are seen from the workspace.
// The command lines are those of src/internal/tar.ts.
func (w *work) create(ctx context.Context, dir string, paths []string) error {
	if err := os.WriteFile(filepath.Join(dir, manifestFile), []byte(strings.Join(paths, "\n")), 0o600); err != nil {
		return err
	}
	return w.tar(ctx, dir, "--posix", "-cf", archiveFile, "--exclude", archiveFile, "-P", "-C", w.Workspace, "--files-from", manifestFile)
}

// extract extracts the archive of dir into the workspace.
func (w *work) extract(ctx context.Context, dir string) error {
	if err := os.MkdirAll(w.Workspace, 0o755); err != nil {
		return err
	}
	return w.tar(ctx, dir, "-xf", filepath.Join(dir, archiveFile), "-P", "-C", w.Workspace)
}

// tar runs tar in dir.
func (w *work) tar(ctx context.Context, dir string, args ...string) error {
	program, err := exec.LookPath("tar")
	if err != nil {
		return saidf("Unable to locate executable file: tar: %v", err)
	}
	cmd := exec.CommandContext(ctx, program, append(args, "--use-compress-program", w.Zstd)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, w.Log, w.Log
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8"} // on a host, no TAR_OPTIONS of its user
	w.say("%s", strings.Join(cmd.Args, " "))
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return fmt.Errorf("%q failed with error: The process '%s' failed with exit code %d", program, program, exit.ExitCode())
	}
	return err
}
