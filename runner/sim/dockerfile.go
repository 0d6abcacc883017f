package sim

import (
	"fmt"
	"slices"
	"strings"
)

// An instruction is one line of a Dockerfile, its continuations joined.
type instruction struct {
	line int
	verb string // in capitals
	rest string
}

// A stage is what follows a FROM.
type stage struct {
	name         string
	base         string // image or earlier stage; may hold variables
	instructions []instruction
}

// A file is a Dockerfile, read by its text alone.
type file struct {
	global []instruction // ARG above the first FROM
	stages []stage
}

// ignored are the instructions that write nothing but metadata: they take no
// time and no cache holds them.
var ignored = []string{"CMD", "ENTRYPOINT", "EXPOSE", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "SHELL", "STOPSIGNAL", "USER", "VOLUME"}

// simulated are the instructions that the model follows.
var simulated = []string{"ADD", "ARG", "COPY", "ENV", "RUN", "WORKDIR"}

// An UnsupportedError is a line of a Dockerfile that the simulation cannot
// follow.
type UnsupportedError struct {
	File string
	Line int
	What string
}

// Error returns the line and what stands there.
func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.What)
}

// Hint says what to do about it.
func (e *UnsupportedError) Hint() string {
	return "a simulation reads Dockerfiles by their text; `cibench run` builds them"
}

// parseDockerfile reads a Dockerfile. The name stands in errors.
func parseDockerfile(name string, data []byte) (*file, error) {
	f := &file{}
	for _, in := range instructions(string(data)) {
		if err := f.add(in); err != nil {
			return nil, &UnsupportedError{File: name, Line: in.line, What: err.Error()}
		}
	}
	if len(f.stages) == 0 {
		return nil, &UnsupportedError{File: name, Line: 1, What: "no build stage"}
	}
	return f, nil
}

// add appends an instruction to the stage that it belongs to.
func (f *file) add(in instruction) error {
	switch {
	case in.verb == "FROM":
		s, err := parseFrom(in.rest)
		f.stages = append(f.stages, s)
		return err
	case slices.Contains(ignored, in.verb):
		return nil
	case !slices.Contains(simulated, in.verb):
		return fmt.Errorf("unknown instruction %q", in.verb)
	case in.verb != "ARG" && strings.Contains(in.rest, "<<"):
		return fmt.Errorf("a here-document")
	case len(f.stages) > 0:
		last := &f.stages[len(f.stages)-1]
		last.instructions = append(last.instructions, in)
		return nil
	case in.verb == "ARG":
		f.global = append(f.global, in)
		return nil
	default:
		return fmt.Errorf("%s before the first FROM", in.verb)
	}
}

// parseFrom reads "[--platform=…] image [AS name]".
func parseFrom(rest string) (stage, error) {
	fields := slices.DeleteFunc(strings.Fields(rest), func(s string) bool { return strings.HasPrefix(s, "--") })
	switch {
	case len(fields) == 1:
		return stage{base: fields[0]}, nil
	case len(fields) == 3 && strings.EqualFold(fields[1], "as"):
		return stage{base: fields[0], name: fields[2]}, nil
	}
	return stage{}, fmt.Errorf("FROM %s", rest)
}

// instructions splits a Dockerfile's text.
func instructions(text string) []instruction {
	var (
		all  []instruction
		cur  strings.Builder
		line int // at which cur began; 0 between instructions
	)
	for i, l := range strings.Split(text, "\n") {
		l = strings.TrimSpace(l)
		if l == "" || strings.HasPrefix(l, "#") {
			continue
		}
		if line == 0 {
			line = i + 1
		}
		l, more := strings.CutSuffix(l, `\`)
		cur.WriteString(l)
		if more {
			cur.WriteByte(' ')
			continue
		}
		verb, rest, _ := strings.Cut(cur.String(), " ")
		all = append(all, instruction{line: line, verb: strings.ToUpper(verb), rest: strings.TrimSpace(rest)})
		cur.Reset()
		line = 0
	}
	return all
}
