// Package project makes the copy of a study's project that a trial works on,
// with the trial's mutation in it.
//
// What a change means to a cache is left to the lanes.
package project

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// Copy writes the study's project tree to the new directory dir as a checkout
// does, with the trial's mutation in it, and returns the paths that it changed,
// relative to the project and sorted. Files is the study's directory.
func Copy(study *scenarios.Study, files fs.FS, t plan.Trial, dir string) ([]string, error) {
	project, err := study.Tree(files)
	if err != nil {
		return nil, fmt.Errorf("copy project: %w", err)
	}
	if err := checkOut(project, dir); err != nil {
		return nil, fmt.Errorf("copy project: %w", err)
	}
	if !t.State.NeedsMutation() {
		return nil, nil
	}
	changed, err := study.Mutations[t.State].Apply(project, t.ID)
	if err != nil {
		return nil, err
	}
	for name, data := range changed {
		if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), data, 0o644); err != nil {
			return nil, fmt.Errorf("mutate the project: %w", err)
		}
	}
	return slices.Sorted(maps.Keys(changed)), nil
}

// Modes of a checkout, whatever the umask is: builders see a file's mode as a
// part of it, and the project's digest knows no others.
const (
	plainMode      = 0o644
	executableMode = 0o755 // of directories, too
)

// checkOut writes what git keeps of a tree to the new directory dir: files,
// executable or not, and links, but no directory that has none.
func checkOut(project fs.FS, dir string) error {
	if err := makeDir(dir); err != nil {
		return err
	}
	made := map[string]bool{".": true}
	return fs.WalkDir(project, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		for i, c := range name {
			if parent := name[:i]; c == '/' && !made[parent] {
				if err := makeDir(filepath.Join(dir, filepath.FromSlash(parent))); err != nil {
					return err
				}
				made[parent] = true
			}
		}
		to := filepath.Join(dir, filepath.FromSlash(name))
		if d.Type()&fs.ModeSymlink != 0 {
			target, err := fs.ReadLink(project, name)
			if err != nil {
				return err
			}
			return os.Symlink(target, to)
		}
		return copyFile(project, name, to)
	})
}

func makeDir(dir string) error {
	if err := os.Mkdir(dir, executableMode); err != nil {
		return err
	}
	return os.Chmod(dir, executableMode)
}

func copyFile(project fs.FS, name, to string) (err error) {
	in, err := project.Open(name)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	mode := fs.FileMode(plainMode)
	if info.Mode()&0o111 != 0 {
		mode = executableMode
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	return out.Chmod(mode)
}
