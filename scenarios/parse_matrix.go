package scenarios

import "github.com/cibench/cibench/scenarios/internal/strictyaml"

// matrixOf reads which combination of a matrix is run. Which there are, package
// runner/venv/workflow knows.
func matrixOf(v strictyaml.Value) map[string]string {
	if !v.Present() {
		return nil
	}
	const example = `such as matrix: {python: "3.11"}`
	wanted := map[string]string{}
	entries := v.Entries(maxEntries)
	for _, e := range entries {
		if e.Name == "include" || e.Name == "exclude" {
			e.Key.Fail("name the values of the combination itself, "+example, "%s is no name of a combination", strictyaml.Quote(e.Name))
			continue
		}
		if value, ok := e.Value.Line(); ok {
			wanted[e.Name] = value
		}
	}
	if len(entries) == 0 {
		v.Fail(example, "the matrix chooses nothing")
	}
	return wanted
}
