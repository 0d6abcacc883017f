package cachekey

import (
	"fmt"
	"strings"

	"github.com/cibench/cibench/runner/venv/workflow/glob"
)

// A Host is what a key says of the machine.
type Host struct {
	OS           string // RUNNER_OS: Linux
	Arch         string // as Node names it: x64, arm64
	Distribution string // as lsb_release -i names it: Ubuntu, Debian
	Release      string // as lsb_release -r names it: 24.04
}

// The files that setup-python hashes where its input cache-dependency-path
// names none, and where that hash is empty.
const (
	defaultDependencies = "**/requirements.txt"
	backupDependencies  = "**/pyproject.toml"
)

// Pip returns the keys that actions/setup-python uses for pip's cache, from
// v5.2 on: before, the architecture was not in them. python is the version
// that was set up, such as 3.11.9, and dependencies is the input
// cache-dependency-path. Links are followed, unlike by hashFiles. It is an
// error that no file is there to be hashed.
//
// The restore key has no dash at its end, so it also begins the keys of
// pipenv's cache (github.com/actions/setup-python,
// src/cache-distributions/pip-cache.ts).
func Pip(tree glob.Tree, host Host, python, dependencies string) (Keys, error) {
	dependencies = strings.TrimSpace(dependencies)
	if dependencies == "" {
		dependencies = defaultDependencies
	}
	var hash string
	for _, patterns := range []string{dependencies, backupDependencies} {
		var err error
		if hash, err = tree.Hash(patterns, glob.FollowLinks); err != nil {
			return Keys{}, fmt.Errorf("key of pip's cache: %w", err)
		}
		if hash != "" {
			break
		}
	}
	if hash == "" {
		return Keys{}, fmt.Errorf("key of pip's cache: no file matches %q or %q",
			strings.Split(dependencies, "\n"), backupDependencies)
	}
	restore := fmt.Sprintf("setup-python-%s-%s-%s-%s-python-%s-pip",
		host.OS, host.Arch, host.Release, host.Distribution, python)
	return Keys{Primary: restore + "-" + hash, Restore: []string{restore}}, nil
}
