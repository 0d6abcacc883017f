package trace

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// A Dockerfile knows what its steps do. The names of a build's steps tell
// most of it, but not what is in a here-document.
type Dockerfile struct {
	stages []stage
}

// A stage is what follows a FROM.
type stage struct {
	name  string // as in the names of steps: its own, or "stage-0"
	total int    // steps, as the names of steps count them
	first int    // number of the first of steps: 2, or 1 without a FROM step
	steps []instruction
	env   map[string]string
}

// An instruction is what a step of a Dockerfile does.
type instruction struct {
	phase string
	use   Use
}

// ParseDockerfile reads a Dockerfile with BuildKit's own parser. The build
// arguments stand in for variables, as in the build.
func ParseDockerfile(data []byte, buildArgs map[string]string) (*Dockerfile, error) {
	tree, err := parser.Parse(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("parse Dockerfile: %w", err)
	}
	stages, global, err := instructions.Parse(tree.AST, linter.New(&linter.Config{}))
	if err != nil {
		return nil, fmt.Errorf("parse Dockerfile: %w", err)
	}
	e := expander{lex: shell.NewLex(tree.EscapeToken), args: buildArgs, global: map[string]string{}}
	for _, a := range global {
		e.declare(e.global, a.Args)
	}
	d := &Dockerfile{}
	for i, s := range stages {
		d.stages = append(d.stages, d.stage(i, s, e))
	}
	return d, nil
}

// stage reads the i-th stage, which may build on those before.
func (d *Dockerfile) stage(i int, s instructions.Stage, e expander) stage {
	st := stage{name: s.Name, env: map[string]string{}, first: 2}
	if st.name == "" {
		st.name = fmt.Sprintf("stage-%d", i)
	}
	base := e.expand(s.BaseName, e.global)
	parent := slices.IndexFunc(d.stages, func(p stage) bool { return strings.EqualFold(p.name, base) })
	switch {
	case parent >= 0:
		st.first = 1
		for k, v := range d.stages[parent].env {
			st.env[k] = v
		}
	case base == "scratch":
		st.first = 1
	}
	for _, c := range s.Commands {
		switch c := c.(type) {
		case *instructions.ArgCommand:
			e.declare(st.env, c.Args)
		case *instructions.EnvCommand:
			for _, kv := range c.Env {
				st.env[kv.Key] = e.expand(kv.Value, st.env)
			}
		case *instructions.RunCommand, *instructions.CopyCommand, *instructions.AddCommand, *instructions.WorkdirCommand:
			st.steps = append(st.steps, read(c, st.env))
		}
	}
	st.total = st.first - 1 + len(st.steps)
	return st
}

// NamedBases tells d that the build gets its base images by named contexts:
// the builder then counts FROM, but has no step for it.
func (d *Dockerfile) NamedBases() {
	for i := range d.stages {
		d.stages[i].first = 1
	}
}

// find returns the stage's place in the file and what the step does. A step
// that a base image's ONBUILD put in shifts the numbers: then the totals
// differ and nothing is found.
func (d *Dockerfile) find(p position) (place int, in instruction, ok bool) {
	if d == nil {
		return 0, instruction{}, false
	}
	i := slices.IndexFunc(d.stages, func(s stage) bool {
		return s.name == p.stage || p.stage == "" && len(d.stages) == 1
	})
	if i < 0 {
		return 0, instruction{}, false
	}
	s := d.stages[i]
	if k := p.index - s.first; p.total == s.total && k >= 0 && k < len(s.steps) {
		return i, s.steps[k], true
	}
	return i, instruction{}, false
}

// An expander puts the values of variables in.
type expander struct {
	lex    *shell.Lex
	args   map[string]string // as the build is called
	global map[string]string // arguments declared above the first FROM
}

// declare sets what ARG declares: the value of the call, else the default,
// else the global argument's.
func (e expander) declare(env map[string]string, args []instructions.KeyValuePairOptional) {
	for _, a := range args {
		v, ok := e.args[a.Key]
		switch {
		case ok:
		case a.Value != nil:
			v = e.expand(*a.Value, env)
		default:
			if v, ok = e.global[a.Key]; !ok {
				continue
			}
		}
		env[a.Key] = v
	}
}

// expand returns the word with its variables put in, or as it is when that
// fails.
func (e expander) expand(word string, env map[string]string) string {
	list := make([]string, 0, len(env))
	for k, v := range env {
		list = append(list, k+"="+v)
	}
	if out, _, err := e.lex.ProcessWord(word, shell.EnvsFromSlice(list)); err == nil {
		return out
	}
	return word
}
