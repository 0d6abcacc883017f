package image

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"

	"github.com/cibench/cibench/scenarios"
)

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
