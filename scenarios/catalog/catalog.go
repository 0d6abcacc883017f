// Package catalog embeds the built-in studies and their project trees.
//
// Each study is a directory with study.yaml at its root, exactly as a user's
// own study is. Package scenarios reads and checks it; nothing here does.
package catalog

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"

	"github.com/cibench/cibench/scenarios/internal/hint"
)

// StudyFile is the name of the study's file at the root of what Open returns.
const StudyFile = "study.yaml"

// The prefix all: takes in the names that begin with a dot or an underscore,
// such as .dockerignore and __init__.py.
//
//go:embed all:starter all:tradeengine all:selfcheck
var trees embed.FS

// Studies returns the names of the built-in studies, in the order in which to try them.
func Studies() []string { return []string{"starter", "tradeengine", "selfcheck"} }

// Open returns the directory of the built-in study with that name. For any
// other name its error has a hint that lists the names.
func Open(name string) (fs.FS, error) {
	if !slices.Contains(Studies(), name) {
		return nil, hint.Errorf(hint.For(name, Studies()), "no built-in study %q", name)
	}
	study, err := fs.Sub(trees, name)
	if err != nil {
		return nil, fmt.Errorf("open study %s: %w", name, err)
	}
	return study, nil
}
