// Package dockerfile reads what a Dockerfile says about caching: the images it
// needs, its RUN steps, and which of them a given change reaches.
//
// It predicts from the text alone; whether a builder did as predicted is what
// a trial's verification finds out.
package dockerfile

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// File is a parsed Dockerfile.
type File struct {
	Syntax string // image of the frontend that its syntax directive names; "" for the builder's own

	stages []instructions.Stage
	args   map[string]string // global build arguments, as FROM sees them
	lex    *shell.Lex
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
	result, err := parser.Parse(bytes.NewReader(data))
	if err != nil {
		return nil, parseError(name, err)
	}
	stages, meta, err := instructions.Parse(result.AST, nil)
	if err != nil {
		return nil, parseError(name, err)
	}
	if len(stages) == 0 {
		return nil, &ParseError{Name: name, Err: errors.New("no build stage")}
	}
	f := &File{stages: stages, args: map[string]string{}, lex: shell.NewLex(result.EscapeToken)}
	if ref, _, _, ok := parser.DetectSyntax(data); ok {
		f.Syntax = strings.Fields(ref)[0]
	}
	if err := readMounts(stages); err != nil {
		return nil, parseError(name, err)
	}
	for _, cmd := range meta {
		for _, arg := range cmd.Args {
			if arg.Value != nil {
				f.args[arg.Key] = *arg.Value
			}
			if v, ok := buildArgs[arg.Key]; ok {
				f.args[arg.Key] = v
			}
		}
	}
	return f, nil
}

// readMounts makes the parser read the mounts of RUN, which it does only when
// it expands variables. Variables inside them stay as they are.
func readMounts(stages []instructions.Stage) error {
	asIs := func(word string) (string, error) { return word, nil }
	for _, stage := range stages {
		for _, cmd := range stage.Commands {
			if run, ok := cmd.(*instructions.RunCommand); ok {
				if err := run.Expand(asIs); err != nil {
					return parser.WithLocation(err, run.Location())
				}
			}
		}
	}
	return nil
}

func parseError(name string, err error) error {
	pe := &ParseError{Name: name, Err: err}
	var loc *parser.LocationError
	if errors.As(err, &loc) && len(loc.Locations) > 0 && len(loc.Locations[0]) > 0 {
		pe.Line = loc.Locations[0][0].Start.Line
	}
	return pe
}

// Images returns the references of the images that the build may fetch, the
// frontend's first, each once and in order: FROM, COPY --from and mounts that
// name no stage of the file.
func (f *File) Images() ([]string, error) {
	var refs []string
	add := func(ref string) {
		if ref != "" && ref != "scratch" && !slices.Contains(refs, ref) {
			refs = append(refs, ref)
		}
	}
	add(f.Syntax)
	for i, stage := range f.stages {
		base, err := f.expand(stage.BaseName)
		if err != nil {
			return nil, fmt.Errorf("FROM %s: %w", stage.BaseName, err)
		}
		if _, ok := f.stage(base, i); !ok {
			add(base)
		}
		for _, cmd := range stage.Commands {
			for _, from := range sources(cmd) {
				if _, ok := f.stage(from, i); !ok {
					add(from)
				}
			}
		}
	}
	return refs, nil
}

// sources returns the stages or images that a command reads from.
func sources(cmd instructions.Command) []string {
	var from []string
	switch cmd := cmd.(type) {
	case *instructions.CopyCommand:
		from = append(from, cmd.From)
	case *instructions.RunCommand:
		for _, m := range instructions.GetMounts(cmd) {
			from = append(from, m.From)
		}
	}
	return slices.DeleteFunc(from, func(s string) bool { return s == "" })
}

func (f *File) expand(word string) (string, error) {
	s, _, err := f.lex.ProcessWord(word, envs(f.args))
	return s, err
}

// stage finds the stage before index that name means, by name or number.
func (f *File) stage(name string, before int) (int, bool) {
	for i := range before {
		if strings.EqualFold(f.stages[i].Name, name) || fmt.Sprint(i) == name {
			return i, true
		}
	}
	return 0, false
}

// envs is a build's environment as the shell lexer reads it.
type envs map[string]string

func (e envs) Get(key string) (string, bool) { v, ok := e[key]; return v, ok }

func (e envs) Keys() []string {
	keys := make([]string, 0, len(e))
	for k := range e {
		keys = append(keys, k)
	}
	return keys
}
