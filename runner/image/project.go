package image

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"

	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// copyProject writes the study's project tree to the new directory dir, with
// the trial's mutation in it, and returns the paths that it changed, relative
// to the project and sorted.
func copyProject(study *scenarios.Study, files fs.FS, t plan.Trial, dir string) ([]string, error) {
	project, err := fs.Sub(files, study.Project)
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

// inContext returns which of the changed project files the build context
// holds, relative to it: those below its directory that the ignore file next
// to the Dockerfile, or else at the context's root, lets through.
func inContext(project fs.FS, v scenarios.Variant, changed []string) ([]string, error) {
	root := v.Context
	if root == "" {
		root = "."
	}
	ignore, err := ignoreFile(project, v, root)
	if err != nil {
		return nil, err
	}
	var held []string
	for _, name := range changed {
		rel := name
		if root != "." {
			var below bool
			if rel, below = strings.CutPrefix(name, root+"/"); !below {
				continue
			}
		}
		ignored, err := patternmatcher.MatchesOrParentMatches(rel, ignore)
		if err != nil {
			return nil, fmt.Errorf(".dockerignore: %w", err)
		}
		if !ignored {
			held = append(held, rel)
		}
	}
	return held, nil
}

// ignoreFile returns the patterns of the ignore file that the build reads.
func ignoreFile(project fs.FS, v scenarios.Variant, root string) ([]string, error) {
	for _, name := range []string{v.Dockerfile + ".dockerignore", root + "/.dockerignore"} {
		f, err := project.Open(strings.TrimPrefix(name, "./"))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("ignore file: %w", err)
		}
		defer f.Close()
		patterns, err := ignorefile.ReadAll(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return patterns, nil
	}
	return nil, nil
}
