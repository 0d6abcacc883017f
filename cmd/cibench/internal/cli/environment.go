package cli

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
	"github.com/cibench/cibench/runner/host"
	"github.com/cibench/cibench/runner/image"
)

// versionFact is the fact that says which cibench measured.
const versionFact = "cibench.version"

// hostDifferences returns what differs between two environments besides the
// version of this program, which is no fact of a host.
func hostDifferences(a, b results.Environment) []results.Difference {
	return slices.DeleteFunc(a.Differences(b), func(d results.Difference) bool { return d.Name == versionFact })
}

// joined writes differences in a line.
func joined(diff []results.Difference) string {
	var all []string
	for _, d := range diff {
		all = append(all, d.String())
	}
	return strings.Join(all, "; ")
}

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
	return env, nil
}

// facts returns what the settings add to an environment.
func (c *config) facts() results.Environment {
	env := results.Environment{versionFact: programVersion(), "network.profile": c.Profile}
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
