package results

import (
	"fmt"
	"maps"
	"slices"
)

// Environment holds every fact that could move a number, by name:
// "cpu.model", "engine.version", "buildkit.version", "image.base.digest".
// Facts are strings; a fact that could not be read is absent.
type Environment map[string]string

// A Difference is a fact that two environments have otherwise. One that is
// unknown is "".
type Difference struct {
	Name   string
	Before string
	Now    string
}

// Differences returns the facts of e that are others in now, in the order of
// their names.
func (e Environment) Differences(now Environment) []Difference {
	names := map[string]bool{}
	for _, env := range []Environment{e, now} {
		for name := range env {
			names[name] = true
		}
	}
	var diff []Difference
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if e[name] != now[name] {
			diff = append(diff, Difference{Name: name, Before: e[name], Now: now[name]})
		}
	}
	return diff
}

// String returns `cpu.cores was "2", is unknown`.
func (d Difference) String() string {
	return fmt.Sprintf("%s was %s, is %s", d.Name, known(d.Before), known(d.Now))
}

func known(fact string) string {
	if fact == "" {
		return "unknown"
	}
	return fmt.Sprintf("%q", fact)
}
