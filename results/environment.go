package results

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/dustin/go-humanize"
)

// Environment holds every fact that could move a number, by name:
// "cpu.model", "engine.version", "buildkit.version", "image.base.digest".
// Facts are strings; a fact that could not be read is absent.
type Environment map[string]string

// Fact returns the fact of that name in a format, "%s CPUs", and "" when it is
// absent.
func (e Environment) Fact(format, name string) string {
	if e[name] == "" {
		return ""
	}
	return fmt.Sprintf(format, e[name])
}

// Memory returns "7.8 GiB memory", and "" when that is not known.
func (e Environment) Memory() string {
	n, err := strconv.ParseUint(e["memory.bytes"], 10, 64)
	if err != nil {
		return ""
	}
	return humanize.IBytes(n) + " memory"
}

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
