package venv

import (
	"regexp"

	"github.com/cibench/cibench/runner/image/dockerfile"
	"github.com/cibench/cibench/runner/venv/workflow"
	"github.com/cibench/cibench/scenarios"
)

// The phases of a job, beside results.PhaseTotal.
const (
	CacheRestore      = "cache-restore"
	DependencyInstall = "dependency-install"
	Lint              = "lint"
	Test              = "test"
	CacheSave         = "cache-save"
	Other             = "other"
)

// tools are the commands that tell what a script is for. A script that
// installs is an installation whatever else it does.
var tools = []struct {
	phase string
	names *regexp.Regexp
}{
	{Test, regexp.MustCompile(`\b(pytest|tox|nox|unittest)\b`)},
	{Lint, regexp.MustCompile(`\b(flake8|ruff|black|mypy|pylint|isort|bandit|pre-commit)\b`)},
}

var uvInstall = regexp.MustCompile(`\buv\s+(sync|pip\s+(install|sync))\b`)

// phaseOf returns the phase of a step: by the study's rules, by its kind, or
// by what its script calls.
func phaseOf(rules scenarios.StepPhases, name string, kind workflow.Kind, script string, post bool) string {
	if phase, ok := rules.Of(name); ok {
		return phase
	}
	switch kind {
	case workflow.KindCache, workflow.KindCacheRestore, workflow.KindSetupPython:
		if post {
			return CacheSave
		}
		if kind == workflow.KindSetupPython {
			return Other // what it restores is told apart by its parts
		}
		return CacheRestore
	case workflow.KindCacheSave:
		return CacheSave
	case workflow.KindRun:
		if uvInstall.MatchString(script) || dockerfile.ScriptUse(script, nil) == dockerfile.Installs {
			return DependencyInstall
		}
		for _, t := range tools {
			if t.names.MatchString(script) {
				return t.phase
			}
		}
	}
	return Other
}
