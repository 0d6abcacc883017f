// Package dockerfile reads what a Dockerfile says: the images it needs, its
// steps and what each makes of pip, and which of them a given change reaches.
//
// A File is read for the build arguments of one build, by the rules of
// BuildKit's own converter (frontend/dockerfile/dockerfile2llb). Both the
// prediction and the meaning of a build's steps come from this one reading,
// so they cannot disagree. It knows the text alone: not the variables that a
// base image sets, nor whether a builder did as predicted, which is what a
// trial's verification finds out.
package dockerfile

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// File is a Dockerfile as one build sees it.
type File struct {
	Syntax string // image of the frontend that its syntax directive names; "" for the builder's own

	name   string
	source []byte
	args   map[string]string // of the build
	stages []stage
	given  map[string]bool // base images that the build gets by named context
}

// ParseError is a Dockerfile that does not parse.
type ParseError struct {
	Name string
	Line int // 0: unknown
	Err  error
}

func (e *ParseError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %v", e.Name, e.Err)
	}
	return fmt.Sprintf("%s:%d: %v", e.Name, e.Line, e.Err)
}

func (e *ParseError) Unwrap() error { return e.Err }

// Hint says where to look.
func (e *ParseError) Hint() string {
	return "the study names this Dockerfile; BuildKit's own parser refuses it"
}

// Parse reads a Dockerfile with BuildKit's own parser. The name stands in
// errors; buildArgs are the arguments that the build is called with.
func Parse(name string, data []byte, buildArgs map[string]string) (*File, error) {
	stages, err := read(data, buildArgs)
	if err != nil {
		return nil, parseError(name, err)
	}
	f := &File{name: name, source: bytes.Clone(data), args: buildArgs, stages: stages}
	if ref, _, _, ok := parser.DetectSyntax(data); ok {
		if words := strings.Fields(ref); len(words) > 0 {
			f.Syntax = words[0]
		}
	}
	return f, nil
}

func parseError(name string, err error) error {
	pe := &ParseError{Name: name, Err: err}
	var loc *parser.LocationError
	if errors.As(err, &loc) && len(loc.Locations) > 0 && len(loc.Locations[0]) > 0 {
		pe.Line = loc.Locations[0][0].Start.Line
	}
	return pe
}

// Images returns the references of the images that the build may fetch, as
// the Dockerfile writes them, the frontend's first, each once and in order:
// FROM, COPY --from and mounts that name no stage of the file.
func (f *File) Images() []string {
	var refs []string
	add := func(ref string) {
		if ref != "" && ref != scratch && !slices.Contains(refs, ref) {
			refs = append(refs, ref)
		}
	}
	add(f.Syntax)
	for _, st := range f.stages {
		if st.parent < 0 {
			add(st.base)
		}
		for _, step := range st.steps {
			for _, s := range step.sources {
				if s.stage < 0 {
					add(s.from)
				}
			}
		}
	}
	return refs
}

// Given tells the file which of its images the build gets by named context:
// the builder then counts a FROM of one, but has no step for it.
func (f *File) Given(refs []string) {
	f.given = map[string]bool{}
	for _, ref := range refs {
		f.given[ref] = true
	}
}

// Find returns the step that a builder names "[stage index/total]", and the
// place of its stage in the file. The builder leaves the stage out when there
// is one. A step that a base image's ONBUILD put in shifts the numbers: then
// the totals differ and nothing is found. A nil File finds nothing.
func (f *File) Find(stageName string, index, total int) (place int, step Step, ok bool) {
	if f == nil {
		return 0, Step{}, false
	}
	i := slices.IndexFunc(f.stages, func(s stage) bool {
		return s.name == stageName || stageName == "" && len(f.stages) == 1
	})
	if i < 0 {
		return 0, Step{}, false
	}
	s := f.stages[i]
	number := 0
	if s.image() {
		total--
		if !f.given[s.base] {
			number = 1
		}
	}
	if total != len(s.steps) {
		return i, Step{}, false
	}
	for _, step := range s.steps {
		if step.unnumbered {
			continue
		}
		if number++; number == index {
			return i, step, true
		}
	}
	return i, Step{}, false
}
