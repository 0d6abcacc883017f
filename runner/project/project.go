// Package project makes the copy of a study's project that a trial works on,
// with the trial's mutation in it.
//
// What a change means to a cache is left to the lanes.
package project

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// Copy writes the study's project tree to the new directory dir, with the
// trial's mutation in it, and returns the paths that it changed, relative to
// the project and sorted. Files is the study's directory.
func Copy(study *scenarios.Study, files fs.FS, t plan.Trial, dir string) ([]string, error) {
	project, err := study.Tree(files)
	if err != nil {
		return nil, fmt.Errorf("copy project: %w", err)
	}
	if err := os.CopyFS(dir, project); err != nil {
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
