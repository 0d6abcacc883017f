package cli

import (
	"context"
	"maps"
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
// version of this program, which is no fact of a host, and besides what only one
// of the two runs used: an environment names those builders and images alone that
// a run's trials need.
func hostDifferences(a, b results.Environment) []results.Difference {
	return slices.DeleteFunc(a.Differences(b), func(d results.Difference) bool {
		return d.Name == versionFact || (d.Before == "" || d.Now == "") && ofTrials(d.Name)
	})
}

// ofTrials tells whether an environment has a fact only where trials need it.
func ofTrials(fact string) bool {
	return fact == "builder" || strings.HasPrefix(fact, "buildkit.") || strings.HasPrefix(fact, "image.")
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
	s.builderFilesystem(env, machine)
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
func (s *session) builderFilesystem(env results.Environment, machine *host.Machine) {
	if s.build != image.BuilderContainer {
		return
	}
	if fs, ok := machine.Filesystem(s.states.Dir); ok {
		env["builder.filesystem"] = fs
	}
}
