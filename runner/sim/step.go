package sim

import (
	"path"
	"strings"
)

// step resolves an instruction that makes a layer.
func (r *resolver) step(s *state, i int, in instruction) op {
	switch in.verb {
	case "RUN":
		return r.run(s, i, in.rest)
	case "WORKDIR":
		return op{key: key(s.key, "WORKDIR", s.env.word(in.rest)), phase: phaseOther, work: 0.02}
	default:
		return r.copy(s, i, in.rest)
	}
}

// copy resolves COPY and ADD.
func (r *resolver) copy(s *state, i int, rest string) op {
	o := op{phase: phaseCopy, work: 0.05}
	parts := []string{s.key, "COPY"}
	from := ""
	for strings.HasPrefix(rest, "--") {
		flag, after, _ := strings.Cut(rest, " ")
		rest = strings.TrimSpace(after)
		if name, ok := strings.CutPrefix(flag, "--from="); ok {
			from = name
			continue
		}
		parts = append(parts, s.env.word(flag))
	}
	words := s.env.list(rest)
	for n, source := range words {
		if from != "" || n == len(words)-1 || strings.Contains(source, "://") {
			parts = append(parts, source)
			continue
		}
		sum, size, err := r.tree.content(r.root, source)
		if err != nil {
			o.fail = err.Error()
		}
		parts = append(parts, sum)
		o.size += size
	}
	o.key = key(append(parts, r.source(from, i))...)
	o.work += float64(o.size) / copyRate
	return o
}

// source identifies the stage or image that a step takes files from.
func (r *resolver) source(name string, i int) string {
	if name == "" {
		return ""
	}
	if j, ok := r.find(name, i); ok {
		return r.stage(j).key
	}
	return key("FROM", name, r.base)
}

// run resolves RUN. Its result depends on every variable that it sees, and on
// what is bound into it, but not on what a cache mount holds.
func (r *resolver) run(s *state, i int, rest string) op {
	mounts, script := splitRun(rest)
	o := op{phase: phaseOther}
	parts := []string{s.key, "RUN", rest, s.env.sorted()}
	for _, m := range mounts {
		switch {
		case m.kind != "bind":
		case m.from != "":
			parts = append(parts, r.source(m.from, i))
		default:
			sum, _, err := r.tree.content(r.root, m.source)
			if err != nil {
				o.fail = err.Error()
			}
			parts = append(parts, sum)
		}
	}
	o.key = key(parts...)
	for _, words := range s.env.commands(script) {
		args, ok := installArgs(words)
		if !ok {
			o.work += commandTime(words)
			o.size += commandSize
			continue
		}
		o.phase = phasePip
		if err := r.pip(s, &o, parsePip(args), mounts); err != nil && o.fail == "" {
			o.fail = err.Error()
		}
	}
	return o
}

// pip adds one pip command to a step. Distributions that the stage has already
// are left alone: pip asks no index for what satisfies it.
func (r *resolver) pip(s *state, o *op, args pipArgs, mounts []mount) error {
	if o.pip == nil {
		o.pip = &install{}
	}
	reqs, err := args.requirements(func(name string) ([]byte, bool) {
		for _, m := range mounts {
			if m.kind == "bind" && m.from == "" && m.source != "" && m.target == path.Clean(name) {
				name = m.source
			}
		}
		return r.tree.find(r.root, name)
	})
	if err != nil {
		return err
	}
	for _, m := range mounts {
		if m.holdsPip(s.env) && !args.noCache && s.env["PIP_NO_CACHE_DIR"] == "" {
			o.pip.mount = m.id
		}
	}
	noBinary := append(args.noBinary, splitNames(s.env["PIP_NO_BINARY"])...)
	for _, p := range packages(reqs, noBinary) {
		if !s.installed[p.name] {
			s.installed[p.name] = true
			o.pip.packages = append(o.pip.packages, p)
			o.size += int64(unpacked * float64(p.size))
		}
	}
	return nil
}
