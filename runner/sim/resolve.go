package sim

import (
	"cmp"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"github.com/cibench/cibench/scenarios"
)

// A resolver turns a Dockerfile into ops: those of the last stage and of the
// stages that it builds on, in the order of the work.
type resolver struct {
	file    *file
	tree    tree
	root    string // build context, relative to the project
	args    env    // build arguments
	base    string // which content stands behind the tags of base images
	rules   scenarios.StepPhases
	global  env
	states  map[int]*state
	ops     []op
	pipSeen int
}

// A state is what a stage has come to.
type state struct {
	key       string // of the file system
	env       env
	installed map[string]bool // distributions
}

// resolve returns the ops of the build.
func (r *resolver) resolve() []op {
	r.global = env{}
	for _, in := range r.file.global {
		r.declare(r.global, in.rest)
	}
	r.states = map[int]*state{}
	r.stage(len(r.file.stages) - 1)
	return r.ops
}

// stage resolves a stage once, and before it what it builds on.
func (r *resolver) stage(i int) *state {
	if s := r.states[i]; s != nil {
		return s
	}
	st := r.file.stages[i]
	s := &state{env: env{"HOME": "/root"}, installed: map[string]bool{}}
	r.states[i] = s
	ref := r.global.word(st.base)
	if j, ok := r.find(ref, i); ok {
		parent := r.stage(j)
		s.key, s.env, s.installed = parent.key, maps.Clone(parent.env), maps.Clone(parent.installed)
	} else {
		s.key = key("FROM", ref, r.base)
		r.add(op{key: s.key, verb: "FROM", name: r.name(i, 1, "FROM "+ref), phase: phaseBase, size: baseSize(ref)})
	}
	n := 1
	for _, in := range st.instructions {
		switch in.verb {
		case "ARG":
			r.declare(s.env, in.rest)
		case "ENV":
			s.set(in.rest)
		default:
			n++
			o := r.step(s, i, in)
			o.verb, o.name = in.verb, r.name(i, n, in.verb+" "+in.rest)
			s.key = o.key
			r.add(o)
		}
	}
	return s
}

// name returns what a builder calls the n-th step of a stage.
func (r *resolver) name(i, n int, text string) string {
	st := r.file.stages[i]
	total := 1 // FROM
	for _, in := range st.instructions {
		if in.verb != "ARG" && in.verb != "ENV" {
			total++
		}
	}
	return fmt.Sprintf("[%s %d/%d] %s", cmp.Or(st.name, fmt.Sprintf("stage-%d", i)), n, total, text)
}

// find finds the stage before index i that name means, by name or number.
func (r *resolver) find(name string, i int) (int, bool) {
	for j := range i {
		if (name != "" && strings.EqualFold(r.file.stages[j].name, name)) || strconv.Itoa(j) == name {
			return j, true
		}
	}
	return 0, false
}

func (r *resolver) add(o op) {
	if phase, ok := r.rules.Of(o.name); ok {
		o.phase = phase
	}
	if o.pip != nil {
		r.pipSeen++
		o.pipNo = r.pipSeen
	}
	r.ops = append(r.ops, o)
}

// declare makes the arguments of an ARG known, with the value that the build
// was called with, else their default, else the one given above the first FROM.
func (r *resolver) declare(e env, rest string) {
	for _, word := range e.words(rest) {
		name, value, given := strings.Cut(word, "=")
		if v, ok := r.global[name]; ok && !given {
			value, given = v, true
		}
		if v, ok := r.args[name]; ok {
			value, given = v, true
		}
		if given {
			e[name] = value
		}
	}
}

// set follows an ENV, in its form with = or the old one without.
func (s *state) set(rest string) {
	words := s.env.words(rest)
	if len(words) > 0 && !strings.Contains(words[0], "=") {
		s.env[words[0]] = strings.Join(words[1:], " ")
		return
	}
	for _, word := range words { // each was expanded with the values before the line
		name, value, _ := strings.Cut(word, "=")
		s.env[name] = value
	}
}
