package sim

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
)

// A requirement is one line of what pip is told to install.
type requirement struct {
	name    string // normalised, without extras
	version string // that it is pinned to; "" for any
}

// A pkg is a distribution of the made-up index. Its figures follow from its
// name, so the index is the same for every study and seed.
type pkg struct {
	name    string
	version string
	size    int64   // bytes of its file
	page    int64   // bytes of its page
	source  bool    // there is no wheel to fetch: it has to be built
	compile float64 // seconds that building takes
}

// file is the name of what is fetched.
func (p pkg) file() string {
	if p.source {
		return fmt.Sprintf("%s-%s.tar.gz", p.name, p.version)
	}
	return fmt.Sprintf("%s-%s.whl", p.name, p.version)
}

// requirementLine matches "name[extra]==1.0; marker  # comment".
var requirementLine = regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(?:==\s*([^\s,;#]+))?`)

// parseRequirement reads a requirement; ok is false for what names none: an
// option, a path, a comment.
func parseRequirement(line string) (r requirement, ok bool) {
	m := requirementLine.FindStringSubmatch(strings.TrimSpace(line))
	if m == nil || strings.Contains(line, "/") {
		return requirement{}, false
	}
	return requirement{name: normalise(m[1]), version: m[2]}, true
}

// normalise writes a name as an index does (PEP 503).
func normalise(name string) string {
	return strings.ToLower(separators.ReplaceAllString(name, "-"))
}

var separators = regexp.MustCompile(`[-_.]+`)

// packages returns what installing the requirements brings in, in order and
// each name once: themselves, and up to two dependencies of each.
func packages(reqs []requirement, noBinary []string) []pkg {
	var all []pkg
	seen := map[string]bool{}
	add := func(r requirement) {
		if !seen[r.name] {
			seen[r.name] = true
			all = append(all, newPkg(r, noBinary))
		}
	}
	for _, r := range reqs {
		add(r)
		for i := range hash("dependencies", r.name) % 3 {
			add(requirement{name: fmt.Sprintf("%s-dep%d", r.name, i+1)})
		}
	}
	return all
}

// newPkg makes a package up: files of 0.5 MB at the median and a few of tens
// of MB, as requirement sets of services have them.
func newPkg(r requirement, noBinary []string) pkg {
	rng := rand.New(rand.NewPCG(hash("package", r.name), 0))
	p := pkg{name: r.name, version: r.version}
	if p.version == "" {
		p.version = "1.0"
	}
	p.size = int64(500e3 * math.Exp(1.3*rng.NormFloat64()))
	p.page = 10e3 + rng.Int64N(50e3)
	p.compile = 3 + 17*rng.Float64()
	p.source = slices.Contains(noBinary, ":all:") || slices.Contains(noBinary, p.name)
	return p
}

// hash returns a number that follows from the texts.
func hash(texts ...string) uint64 {
	h := fnv.New64a()
	for _, t := range texts {
		fmt.Fprintf(h, "%q", t)
	}
	return h.Sum64()
}
