package scenarios

import (
	"path"
	"slices"
	"strings"

	"github.com/cibench/cibench/scenarios/internal/hint"
)

// parts are the dimensions that a term without slash can name.
var parts = []struct {
	name string
	of   func(Cell) string
}{
	{"job", func(c Cell) string { return c.Job }},
	{"variant", func(c Cell) string { return c.Variant }},
	{"state", func(c Cell) string { return string(c.State) }},
}

// Select returns the cells that the terms select, in their order; no term
// selects all. A term with slashes is a pattern for "job/variant/state" and
// selects what it matches. A term without is a pattern for a name of any one of
// the three; several such terms select the cells that match, for each of job,
// variant and state, one of the terms that were given for it: after, cold and
// warm select variant after in both states. Patterns are those of path.Match.
//
// A term that is no pattern, or matches nothing, and terms that select nothing
// together are errors with a hint.
func Select(cells []Cell, terms []string) ([]Cell, error) {
	if len(terms) == 0 {
		return cells, nil
	}
	var whole []string              // terms with slashes
	byPart := map[string][]string{} // terms without, by the part that they name
	for _, term := range terms {
		if _, err := path.Match(term, ""); err != nil {
			return nil, hint.Errorf("* matches any text, ? one letter, [ab] either", "%q is no pattern", term)
		}
		if strings.Contains(term, "/") {
			if err := checkWhole(cells, term); err != nil {
				return nil, err
			}
			whole = append(whole, term)
			continue
		}
		part, err := partOf(cells, term)
		if err != nil {
			return nil, err
		}
		byPart[part] = append(byPart[part], term)
	}
	var selected []Cell
	for _, c := range cells {
		if matchesAny(whole, c.String()) || len(byPart) > 0 && matchesParts(byPart, c) {
			selected = append(selected, c)
		}
	}
	if len(selected) == 0 {
		return nil, hint.Errorf("a job, a variant and a state are combined, and this study has no such trial",
			"%q select nothing together", terms)
	}
	return selected, nil
}

// checkWhole refuses a term with slashes that matches nothing.
func checkWhole(cells []Cell, term string) error {
	if strings.Count(term, "/") != 2 {
		return hint.Errorf("write job/variant/state, with * for any, or one name without slash",
			"%q has not three parts", term)
	}
	if slices.ContainsFunc(cells, func(c Cell) bool { return matches(term, c.String()) }) {
		return nil
	}
	return hint.Errorf(namesHint(cells), "%q matches nothing", term)
}

// partOf returns the part that a term without slash names. A term that matches
// names of two parts could mean either.
func partOf(cells []Cell, term string) (string, error) {
	var found []string
	for _, p := range parts {
		if slices.ContainsFunc(cells, func(c Cell) bool { return matches(term, p.of(c)) }) {
			found = append(found, p.name)
		}
	}
	switch len(found) {
	case 0:
		return "", hint.Errorf(namesHint(cells), "%q matches nothing", term)
	case 1:
		return found[0], nil
	}
	return "", hint.Errorf("write job/variant/state, with * for any",
		"%q matches a %s", term, strings.Join(found, " and a "))
}

func matchesParts(byPart map[string][]string, c Cell) bool {
	for _, p := range parts {
		if terms := byPart[p.name]; terms != nil && !matchesAny(terms, p.of(c)) {
			return false
		}
	}
	return true
}

func matchesAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, name) })
}

// matches compares with a pattern whose syntax was checked.
func matches(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return ok && err == nil
}

// namesHint lists the names that terms can match.
func namesHint(cells []Cell) string {
	var lists []string
	for _, p := range parts {
		var names []string
		for _, c := range cells {
			if !slices.Contains(names, p.of(c)) {
				names = append(names, p.of(c))
			}
		}
		lists = append(lists, p.name+"s "+strings.Join(names, ", "))
	}
	return strings.Join(lists, "; ")
}
