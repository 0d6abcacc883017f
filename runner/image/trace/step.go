package trace

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/cibench/cibench/runner/image/dockerfile"
	"github.com/cibench/cibench/scenarios"
)

// A Step is a step of the Dockerfile whose result a cache can hold: RUN, COPY,
// ADD and WORKDIR. Steps of the builder itself, FROM and exporters are none:
// the builder asks for those in each build.
type Step struct {
	Name     string // "[stage-0 5/7] RUN pip install -r requirements.txt"
	Line     int    // of the Dockerfile, where its instruction begins; 0: unknown
	Phase    string
	Pip      int  // its number among the pip steps, from 1; 0 for another step
	Cached   bool // its result came from a cache
	Executed bool // it ran; with neither, the build ended before it
}

// A position is where in the Dockerfile a step stands, by its name.
type position struct {
	stage string // "" when the name tells none
	index int    // from 1
	total int
}

// stepName matches the name of a Dockerfile's step (dockerfile2llb,
// prefixCommand): "[stage-0 2/5] RUN make", with a platform before the stage
// when several are built for.
var stepName = regexp.MustCompile(`(?s)^\[([^\]]*?) *(\d+)/(\d+)\] (?:ONBUILD )?(.*)$`)

// parseName splits the name of a step into its position and the instruction's
// text. Steps of the builder itself have no position.
func parseName(name string) (p position, text string, ok bool) {
	m := stepName.FindStringSubmatch(name)
	if m == nil {
		return position{}, "", false
	}
	p.index, _ = strconv.Atoi(m[2]) // digits; too many give the largest int
	p.total, _ = strconv.Atoi(m[3])
	for f := range strings.FieldsSeq(m[1]) {
		if !strings.Contains(f, "/") { // a platform has a slash, a stage has none
			p.stage = f
		}
	}
	return p, m[4], true
}

// builderSteps are the phases of the steps that are not instructions, by what
// follows the brackets of their names. The first match wins.
var builderSteps = []struct {
	prefix, phase string
}{
	{"load metadata for ", BaseImage},
	{"FROM ", BaseImage},
	{"load build context", CodeCopy},
	{"load remote build context", CodeCopy},
	{"importing cache", CacheImport},
	{"exporting cache", CacheExport},
	{"exporting inline cache", CacheExport},
	{"exporting content cache", CacheExport},
	{"exporting to GitHub Actions Cache", CacheExport},
	{"exporting ", Export},
	{"pushing ", Export},
	{"writing image", Export},
}

// brackets matches what stands before the name of a builder's step.
var brackets = regexp.MustCompile(`^\[[^\]]*\] `)

// A step is a vertex with its meaning.
type step struct {
	*vertex
	phase string
	use   dockerfile.Use
	line  int // see Step.Line
	pip   int // see Step.Pip
	stage int // place of its stage in the Dockerfile
	pos   position
	verb  string // "RUN"; empty for a step of the builder itself
}

// classify gives a vertex its meaning. A study's rules come first, then the
// Dockerfile, then what the name itself tells.
func classify(v *vertex, f *dockerfile.File, rules scenarios.StepPhases) step {
	s := step{vertex: v}
	pos, text, ok := parseName(v.name)
	if !ok {
		s.phase = builderPhase(v.name)
	} else {
		s.pos = pos
		s.verb, _, _ = strings.Cut(text, " ")
		stage, in, found := f.Find(pos.stage, pos.index, pos.total)
		s.stage, s.line = stage, in.Line
		named := dockerfile.ParseStep(strings.TrimPrefix(text, "LINK "))
		if !found || named.Use > in.Use { // the name has the base image's variables put in
			in = named
		}
		s.phase, s.use = phaseOf(in), in.Use
		if s.verb == "FROM" {
			s.phase = BaseImage
		}
	}
	if phase, ok := rules.Of(v.name); ok {
		s.phase = phase
	}
	return s
}

// phaseOf returns the phase of a Dockerfile's step.
func phaseOf(s dockerfile.Step) string {
	switch {
	case s.Use != dockerfile.NoPip:
		return PipInstall
	case s.Context:
		return CodeCopy
	default:
		return Other
	}
}

// builderPhase returns the phase of a step that is not an instruction.
func builderPhase(name string) string {
	rest := brackets.ReplaceAllString(name, "")
	for _, b := range builderSteps {
		if strings.HasPrefix(rest, b.prefix) {
			return b.phase
		}
	}
	// A named context: an image to build upon, or a directory.
	if strings.HasPrefix(name, "[context ") {
		if strings.HasPrefix(rest, "load from client") {
			return CodeCopy
		}
		return BaseImage
	}
	return Other
}

// cacheable tells whether a cache can hold the step's result. A vertex without
// inputs is a source, which is asked for in each build; LINK is the second
// half of a COPY.
func (s step) cacheable() bool {
	switch s.verb {
	case "RUN", "COPY", "ADD", "WORKDIR":
		return s.inputs
	}
	return false
}

// inFileOrder sorts steps as they stand in the Dockerfile.
func inFileOrder(a, b step) int {
	return cmp.Or(cmp.Compare(a.stage, b.stage), cmp.Compare(a.pos.stage, b.pos.stage), cmp.Compare(a.pos.index, b.pos.index))
}

// number numbers the pip steps in the order of the Dockerfile. Builds of one
// step for several platforms share its number.
func number(steps []step) {
	var pip []*step
	for i := range steps {
		if steps[i].phase == PipInstall && steps[i].cacheable() {
			pip = append(pip, &steps[i])
		}
	}
	slices.SortStableFunc(pip, func(a, b *step) int { return inFileOrder(*a, *b) })
	n := 0
	for i, s := range pip {
		if i == 0 || inFileOrder(*pip[i-1], *s) != 0 {
			n++
		}
		s.pip = n
	}
}
