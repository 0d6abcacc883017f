package cli

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
	"github.com/cibench/cibench/runner/host"
	"github.com/cibench/cibench/runner/image"
)

// environment collects every fact that could move a number.
func (s *session) environment(ctx context.Context, machine *host.Machine) (results.Environment, error) {
	env := machine.Facts()
	if fs, ok := machine.Filesystem(s.engine.Info().Root); ok {
		env["engine.filesystem"] = fs
	}
	if err := s.builderFilesystem(env, machine); err != nil {
		return nil, err
	}
	maps.Copy(env, s.cfg.facts())
	for _, lane := range s.lanes {
		facts, err := lane.Facts(ctx)
		if err != nil {
			return nil, err
		}
		maps.Copy(env, facts)
	}
	return env, s.pythons(env)
}

// facts returns what the settings add to an environment.
func (c *config) facts() results.Environment {
	env := results.Environment{"cibench.version": version, "network.profile": c.Profile}
	for key, value := range c.Link {
		env["network."+key] = value
	}
	if c.ComparableTimes {
		env[verdict.ComparableFact] = "true"
	}
	return env
}

// builderFilesystem notes what holds the state of a run's own builders. The
// engine's builder keeps its state below the engine's root.
func (s *session) builderFilesystem(env results.Environment, machine *host.Machine) error {
	if s.build != image.BuilderContainer {
		return nil
	}
	err := os.MkdirAll(s.states.Dir, 0o700)
	dir := s.states.Dir
	if err == nil {
		dir, err = filepath.Abs(dir)
	}
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	if err != nil {
		return fmt.Errorf("builder's file system: %w", err)
	}
	if fs, ok := machine.Filesystem(dir); ok {
		env["builder.filesystem"] = fs
	}
	return nil
}

// pythons adds, beside the version of each image's pip, that of its Python.
func (s *session) pythons(env results.Environment) error {
	for key := range maps.Clone(env) {
		name, ok := strings.CutSuffix(key, ".pip")
		if !ok {
			continue
		}
		img, kept, err := s.images.Kept(strings.TrimPrefix(name, "image."))
		if err != nil {
			return err
		}
		if !kept {
			continue
		}
		python, ok, err := s.images.PythonOf(img)
		if err != nil {
			return err
		}
		if ok {
			env[name+".python"] = python
		}
	}
	return nil
}
