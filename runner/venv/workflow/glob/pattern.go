package glob

import (
	"fmt"
	"slices"
	"strings"
)

// A pattern is one line of patterns, made absolute.
type pattern struct {
	negate   bool
	onlyDirs bool // it ended in a slash
	implicit bool // made of another pattern, for what lies below
	parts    []part
	root     string // the path before the first part that is no plain name
}

// parse reads the patterns, one a line.
func parse(lines string, t Tree) ([]*pattern, error) {
	var patterns []*pattern
	for line := range strings.SplitSeq(lines, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		p, err := parseLine(line, t)
		if err != nil {
			return nil, fmt.Errorf("pattern %q: %w", line, err)
		}
		patterns = append(patterns, p)
	}
	return patterns, nil
}

func parseLine(line string, t Tree) (*pattern, error) {
	negate := false
	for strings.HasPrefix(line, "!") {
		negate = !negate
		line = strings.TrimSpace(line[1:])
	}
	if line == "" {
		return nil, fmt.Errorf("it is empty")
	}
	line = squeeze(line)
	for i, s := range strings.Split(strings.TrimSuffix(line, "/"), "/") {
		if s, plain := unescape(s); plain && (s == ".." || s == "." && i > 0) {
			return nil, fmt.Errorf("%q is not allowed in it", s)
		}
	}
	prefix := t.Dir + "/"
	switch {
	case line == "." || strings.HasPrefix(line, "./"):
		line = line[1:]
		prefix = t.Dir
	case line == "~" || strings.HasPrefix(line, "~/"):
		if t.Home == "" {
			return nil, fmt.Errorf("there is no home folder")
		}
		line = line[1:]
		prefix = t.Home
	case line[0] == '/':
		prefix = ""
	}
	return newPattern(squeeze(escape.Replace(prefix)+line), negate)
}

// escape makes the characters of a folder's name stand for themselves.
var escape = strings.NewReplacer(`\`, `\\`, "[", `\[`, "?", `\?`, "*", `\*`)

// squeeze makes one slash of several.
func squeeze(s string) string {
	for strings.Contains(s, "//") {
		s = strings.ReplaceAll(s, "//", "/")
	}
	return s
}

func newPattern(text string, negate bool) (*pattern, error) {
	p := &pattern{negate: negate, onlyDirs: strings.HasSuffix(text, "/")}
	var plain []string
	globbed := false
	for _, s := range split(text) {
		part, err := newPart(s)
		if err != nil {
			return nil, err
		}
		p.parts = append(p.parts, part)
		literal, ok := unescape(s)
		globbed = globbed || !ok
		if !globbed {
			plain = append(plain, literal)
		}
	}
	p.root = "/" + strings.Join(plain, "/")
	return p, nil
}

// split returns the parts of an absolute path; the root has none.
func split(path string) []string {
	path = strings.Trim(path, "/")
	if path == "" {
		return nil
	}
	return strings.Split(path, "/")
}

// withDescendants adds, behind each pattern, the one for all that lies below
// what it matches.
func withDescendants(patterns []*pattern) []*pattern {
	var all []*pattern
	for _, p := range patterns {
		all = append(all, p, &pattern{
			negate: p.negate, implicit: true, root: p.root,
			parts: append(slices.Clone(p.parts), part{stars: true}),
		})
	}
	return all
}

func (p *pattern) endsInStars() bool { return len(p.parts) > 0 && p.parts[len(p.parts)-1].stars }

// match tells whether the pattern matches the whole path. A closing ** wants
// something to match, for which, in a pattern as written, the slash behind the
// folder's own name will do; so a/** matches a, be it a folder or a file.
func (p *pattern) match(path []string) bool {
	if p.endsInStars() && !p.implicit {
		path = append(slices.Clone(path), "")
	}
	return p.reach(path)[len(path)]
}

// reach tells, for each number of leading parts of the path, whether the whole
// pattern matches just them.
func (p *pattern) reach(path []string) []bool {
	reached := make([]bool, len(path)+1)
	reached[0] = true
	for i, part := range p.parts {
		next := make([]bool, len(path)+1)
		for j := range reached {
			switch {
			case !reached[j]:
			case part.stars:
				from := j
				if i == len(p.parts)-1 {
					from++
				}
				for k := from; k <= len(path); k++ {
					next[k] = true
				}
			case j < len(path) && part.match(path[j]):
				next[j+1] = true
			}
		}
		reached = next
	}
	return reached
}

// mayMatchBelow tells whether the path can be the beginning of a match.
func (p *pattern) mayMatchBelow(path []string) bool {
	for i, part := range p.parts {
		if part.stars || i == len(path) {
			return true
		}
		if !part.match(path[i]) {
			return false
		}
	}
	return len(p.parts) >= len(path)
}

// searchRoots returns the folders where the patterns begin, without those that
// lie in another, in the order of the patterns.
func searchRoots(patterns []*pattern) []string {
	var all, roots []string
	for _, p := range patterns {
		if !p.negate {
			all = append(all, p.root)
		}
	}
	for _, root := range all {
		inside := slices.ContainsFunc(all, func(other string) bool {
			return root != other && (other == "/" || strings.HasPrefix(root, other+"/"))
		})
		if !inside && !slices.Contains(roots, root) {
			roots = append(roots, root)
		}
	}
	return roots
}
