package dockerfile

import (
	"cmp"
	"encoding/json"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// A Step is an instruction that the builder makes a step of: RUN, COPY, ADD
// or WORKDIR.
type Step struct {
	Line        int  // of the Dockerfile, the instruction's first; 0: unknown
	Use         Use  // of pip, by a RUN
	Context     bool // it puts files of the build context, or of the Dockerfile, in the image
	CacheMounts []CacheMount

	run        bool
	unnumbered bool     // counted, but not made: WORKDIR / is there already
	key        string   // equal for steps that the builder tells apart by their inputs alone
	sources    []source // inputs beside what the stage's steps above left
}

// A CacheMount is a directory that a builder keeps beside its layers.
type CacheMount struct {
	ID     string // the builder's name for it
	Target string // absolute, in the step's container
	Based  bool   // it begins as something, or is made for a user: from, uid, gid, mode
}

// A source is what a step reads from elsewhere: a stage, an image, or, with
// neither, the build context.
type source struct {
	stage   int    // place of the stage; -1: none
	from    string // the image
	path    string // in the context; may be a pattern
	partial bool   // some of what is there may be left out
}

// step reads an instruction whose variables are put in.
func (r *reader) step(cmd instructions.Command, env environment) Step {
	var s Step
	if loc := cmd.Location(); len(loc) > 0 {
		s.Line = loc[0].Start.Line
	}
	switch cmd := cmd.(type) {
	case *instructions.RunCommand:
		s.run, s.Use = true, runUse(cmd, env.vars)
		r.mounts(&s, cmd, env)
	case *instructions.CopyCommand:
		s.Context = cmd.From == ""
		s.key = key(cmd, absolute(cmd.DestPath, env))
		if cmd.From != "" {
			s.sources = []source{r.source(cmd.From, true)}
		} else {
			s.sources = files(cmd.SourcesAndDest, cmd.ExcludePatterns)
		}
	case *instructions.AddCommand:
		s.sources = files(cmd.SourcesAndDest, cmd.ExcludePatterns)
		s.Context = len(s.sources)+len(cmd.SourceContents) > 0
		s.key = key(cmd, absolute(cmd.DestPath, env))
	case *instructions.WorkdirCommand:
		s.unnumbered = env.dir == "/"
		s.key = key(env.dir, env.user)
	}
	return s
}

// mounts reads the mounts of a RUN, and its key: what dockerfile2llb puts in
// the operation, and the operation in its cache key (solver/llbsolver/ops,
// ExecOp.CacheMap). The name of a cache mount is not in it.
func (r *reader) mounts(s *Step, cmd *instructions.RunCommand, env environment) {
	var mounts []instructions.Mount
	for _, m := range instructions.GetMounts(cmd) {
		switch {
		case m.From != "":
			s.sources = append(s.sources, r.source(m.From, false))
		case m.Type == instructions.MountTypeBind:
			s.sources = append(s.sources, source{stage: -1, path: m.Source})
		}
		c := *m
		c.Target = absolute(m.Target, env)
		if m.Type == instructions.MountTypeCache {
			s.CacheMounts = append(s.CacheMounts, CacheMount{
				ID: cmp.Or(m.CacheID, path.Clean(m.Target)), Target: c.Target,
				Based: m.From != "" || m.UID != nil || m.GID != nil || m.Mode != nil,
			})
			c.CacheID, c.CacheSharing = "", ""
		}
		mounts = append(mounts, c)
	}
	var shell []string
	if cmd.PrependShell {
		shell = env.shell
	}
	s.key = key(cmd, mounts, shell, env.vars, env.dir, env.user)
}

// key writes down what steps are told apart by.
func key(parts ...any) string {
	data, err := json.Marshal(parts)
	if err != nil {
		panic("step key: " + err.Error()) // every part is plain data
	}
	return string(data)
}

// absolute returns a path as seen from the working directory.
func absolute(p string, env environment) string {
	if path.IsAbs(p) {
		return p
	}
	return path.Join(env.dir, p)
}

// source returns the stage or image that COPY or a mount names. Only COPY
// may give a stage's number.
func (r *reader) source(from string, numbers bool) source {
	place := r.named(strings.ToLower(from))
	if n, err := strconv.Atoi(from); err == nil && numbers && n >= 0 && n < len(r.stages) {
		place = n
	}
	if place >= 0 {
		return source{stage: place}
	}
	return source{stage: -1, from: from}
}

// files returns the sources of COPY and ADD that are in the build context.
func files(c instructions.SourcesAndDest, excluded []string) []source {
	var found []source
	for _, src := range c.SourcePaths {
		if !remote(src) {
			found = append(found, source{stage: -1, path: src, partial: len(excluded) > 0})
		}
	}
	return found
}

// remote tells whether a source of ADD is fetched from elsewhere.
func remote(src string) bool {
	return strings.Contains(src, "://") || strings.HasPrefix(src, "git@")
}

// runUse tells what a RUN makes of pip, in any of its forms: a command line,
// a list of words, here-documents.
func runUse(c *instructions.RunCommand, vars map[string]string) Use {
	if !c.PrependShell {
		return wordsUse(c.CmdLine, vars, maxNesting)
	}
	script := strings.Join(c.CmdLine, " ")
	for _, f := range c.Files {
		data := f.Data
		if f.Chomp {
			data = parser.ChompHeredocContent(data)
		}
		script += "\n" + data + f.Name
	}
	return ScriptUse(script, vars)
}

// ParseStep reads one instruction out of its stage, as the name of a step
// shows it. Of a text that does not parse nothing is known.
func ParseStep(text string) Step {
	tree, err := parser.Parse(strings.NewReader(text))
	if err != nil || len(tree.AST.Children) != 1 {
		return Step{}
	}
	cmd, err := instructions.ParseCommand(tree.AST.Children[0])
	if err != nil {
		return Step{}
	}
	r := &reader{}
	s := r.step(cmd, environment{})
	s.Line = 0
	return s
}

// from tells whether the step reads from a stage.
func (s Step) from(stage int) bool {
	return slices.ContainsFunc(s.sources, func(src source) bool { return src.stage == stage })
}
