package dockerfile

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"path"

	"github.com/containerd/platforms"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// scratch is the base that is no image.
const scratch = "scratch"

// A stage is what follows a FROM.
type stage struct {
	name     string // as in the names of steps: its alias, or "stage-0"
	alias    string // what AS calls it, in lower case; "" for none
	base     string // as FROM names it, with the arguments put in
	platform string // "" for the build's
	parent   int    // the stage that it builds on; -1: an image or scratch
	steps    []Step
	env      environment // at its end
}

// image tells whether the stage builds on an image.
func (s stage) image() bool { return s.parent < 0 && s.base != scratch }

// A reader reads stages as a build with its arguments sees them.
type reader struct {
	lex    *shell.Lex
	args   map[string]string // as the build is called
	global map[string]string // what FROM sees
	stages []stage
}

// read reads a Dockerfile for a build with these arguments.
func read(source []byte, args map[string]string) ([]stage, error) {
	result, err := parser.Parse(bytes.NewReader(source))
	if err != nil {
		return nil, err
	}
	stages, above, err := instructions.Parse(result.AST, nil)
	if err != nil {
		return nil, err
	}
	if len(stages) == 0 {
		return nil, errors.New("no build stage")
	}
	r := &reader{lex: shell.NewLex(result.EscapeToken), args: args}
	r.global = platformArgs(args, stages[len(stages)-1].Name)
	for _, cmd := range above {
		for _, arg := range cmd.Args {
			if v, ok := args[arg.Key]; ok {
				r.global[arg.Key] = v
			} else if arg.Value != nil {
				r.global[arg.Key] = r.expand(*arg.Value, r.global)
			}
		}
	}
	for _, s := range stages {
		if err := r.stage(s); err != nil {
			return nil, parser.WithLocation(err, s.Location)
		}
	}
	return r.stages, nil
}

// platformArgs returns the arguments that every build has, of a build for the
// builder's own platform: Linux on this machine's architecture.
func platformArgs(args map[string]string, target string) map[string]string {
	p := platforms.DefaultSpec()
	p.OS, p.OSVersion = "linux", ""
	p = platforms.Normalize(p)
	if target == "" {
		target = "default"
	}
	global := map[string]string{
		"BUILDPLATFORM": platforms.Format(p), "BUILDOS": p.OS, "BUILDOSVERSION": "", "BUILDARCH": p.Architecture, "BUILDVARIANT": p.Variant,
		"TARGETPLATFORM": platforms.Format(p), "TARGETOS": p.OS, "TARGETOSVERSION": "", "TARGETARCH": p.Architecture, "TARGETVARIANT": p.Variant,
		"TARGETSTAGE": target,
	}
	for name := range global {
		if v, ok := args[name]; ok {
			global[name] = v
		}
	}
	return global
}

// stage reads the next stage, which may build on those before.
func (r *reader) stage(s instructions.Stage) error {
	st := stage{name: s.Name, alias: s.Name}
	if st.name == "" {
		st.name = fmt.Sprintf("stage-%d", len(r.stages))
	}
	var err error
	if st.base, err = r.word(s.BaseName, r.global); err != nil {
		return err
	}
	if st.platform, err = r.word(s.Platform, r.global); err != nil {
		return err
	}
	if st.parent = r.named(st.base); st.parent >= 0 {
		st.env = r.stages[st.parent].env.inherited()
	} else {
		st.env = environment{vars: map[string]string{}, config: map[string]string{}, dir: "/"}
	}
	for _, cmd := range s.Commands {
		if err := r.apply(&st, cmd); err != nil {
			return parser.WithLocation(err, cmd.Location())
		}
	}
	r.stages = append(r.stages, st)
	return nil
}

// named returns the stage that a name means, the last of several; -1: none.
func (r *reader) named(alias string) int {
	for i := len(r.stages) - 1; i >= 0; i-- {
		if alias != "" && r.stages[i].alias == alias {
			return i
		}
	}
	return -1
}

// apply reads one instruction.
func (r *reader) apply(st *stage, cmd instructions.Command) error {
	if err := r.expandIn(cmd, st.env.vars); err != nil {
		return err
	}
	switch cmd := cmd.(type) {
	case *instructions.ArgCommand:
		r.declare(st.env.vars, cmd.Args)
	case *instructions.EnvCommand:
		for _, kv := range cmd.Env {
			st.env.vars[kv.Key], st.env.config[kv.Key] = kv.Value, kv.Value
		}
	case *instructions.UserCommand:
		st.env.user = cmd.User
	case *instructions.ShellCommand:
		st.env.shell = cmd.Shell
	case *instructions.WorkdirCommand:
		if !path.IsAbs(cmd.Path) {
			cmd.Path = path.Join(st.env.dir, cmd.Path)
		}
		st.env.dir = path.Clean(cmd.Path)
		st.steps = append(st.steps, r.step(cmd, st.env))
	case *instructions.RunCommand, *instructions.CopyCommand, *instructions.AddCommand:
		st.steps = append(st.steps, r.step(cmd, st.env))
	}
	return nil
}

// An environment is what the instructions of a stage leave to those below.
type environment struct {
	vars   map[string]string // that a RUN sees: arguments too
	config map[string]string // that the image keeps
	dir    string
	user   string
	shell  []string // nil: the default
}

// inherited returns the environment in which a stage on top begins: with the
// arguments too, but a variable of the image comes before an argument that
// was declared below it.
func (e environment) inherited() environment {
	e.vars, e.config = maps.Clone(e.vars), maps.Clone(e.config)
	maps.Copy(e.vars, e.config)
	return e
}
