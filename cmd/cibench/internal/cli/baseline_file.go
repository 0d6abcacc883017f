package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"
	"github.com/spf13/cobra"

	"github.com/cibench/cibench/results/baseline"
)

// baselineFile is where a baseline is kept unless --file names another place.
const baselineFile = "cibench.baseline"

// baselineLimit is the largest file that is read as one, in bytes. A run of a
// thousand cells has a tenth of it.
const baselineLimit = 64 << 20

func addBaselineFile(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVar(file, "file", baselineFile, "the baseline")
}

// readBaseline reads the baseline in that file.
func readBaseline(file string) (baseline.Baseline, error) {
	data, err := readLimited(file)
	if err != nil {
		return baseline.Baseline{}, err
	}
	b, err := baseline.Parse(file, data)
	return b, usage(err)
}

func readLimited(file string) ([]byte, error) {
	const hint = "`cibench baseline set` makes one, --file names it"
	if file == "" {
		return nil, usageHint("the default is "+baselineFile, "--file: no name")
	}
	fi, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, usageHint(hint, "baseline %s: no such file", file)
	case err != nil:
		return nil, placeError("baseline "+file, cause(err))
	case fi.IsDir():
		return nil, usageHint(hint, "baseline %s: is a directory", file)
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, placeError("baseline "+file, cause(err))
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, baselineLimit+1))
	if err != nil {
		return nil, fmt.Errorf("baseline: %w", err)
	}
	if len(data) > baselineLimit {
		return nil, usageHint(hint, "baseline %s: more than %d MB", file, baselineLimit>>20)
	}
	return data, nil
}

// replaceBaseline writes the baseline to the file, whole or not at all. What is
// there and is no baseline that this program can read is not its to replace.
func replaceBaseline(file string, b baseline.Baseline) error {
	var text bytes.Buffer
	if _, err := b.WriteTo(&text); err != nil {
		return err
	}
	target, mode, err := replaceable(file)
	if err != nil {
		return err
	}
	if err := renameio.WriteFile(target, text.Bytes(), mode, renameio.WithTempDir(filepath.Dir(target)), renameio.IgnoreUmask()); err != nil {
		return placeError("baseline "+file, cause(err))
	}
	return nil
}

// replaceable returns the file behind links, and the mode that it has or will
// have.
func replaceable(file string) (target string, mode fs.FileMode, err error) {
	if file == "" {
		return "", 0, usageHint("the default is "+baselineFile, "--file: no name")
	}
	if _, err := os.Lstat(file); errors.Is(err, fs.ErrNotExist) {
		return file, 0o644, nil
	}
	target, err = filepath.EvalSymlinks(file)
	if errors.Is(err, fs.ErrNotExist) {
		return "", 0, usageHint("remove the link, or name another file with --file", "baseline %s: a link that leads nowhere", file)
	}
	if err != nil {
		return "", 0, placeError("baseline "+file, cause(err))
	}
	fi, err := os.Stat(target)
	if err != nil {
		return "", 0, placeError("baseline "+file, cause(err))
	}
	const hint = "it was left as it is; name another with --file"
	if !fi.Mode().IsRegular() {
		return "", 0, usageHint(hint, "baseline %s: there is something else than a file", file)
	}
	data, err := readLimited(target)
	if err != nil {
		return "", 0, err
	}
	if err := baseline.CheckVersion(file, data); len(data) > 0 && err != nil {
		return "", 0, usageHint(hint, "not replaced: %v", err) // with one hint
	}
	return target, fi.Mode().Perm(), nil
}
