package dockerfile

import (
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
)

// Reach says whether a change reaches a step, so that a builder that holds
// everything from before the change must run it again.
type Reach string

// The reaches. Unknown is for what the text alone does not decide: files
// copied from a stage that runs again may be equal.
const (
	Kept    Reach = "kept"
	Redone  Reach = "redone"
	Unknown Reach = "unknown"
)

// A Change is what differs from the build that primed the caches.
type Change struct {
	Files []string // changed or new files, relative to the context, not ignored by .dockerignore
	Args  []string // build arguments with another value
	Base  bool     // the content behind FROM
}

// A Run is a RUN step of the Dockerfile.
type Run struct {
	Text        string // the command line, or the whole here-document
	CacheMounts []string
	Reach       Reach
}

// Runs returns the RUN steps of the last stage and of those it builds on, in
// the order of the file, with the change's reach.
func (f *File) Runs(c Change) []Run {
	w := &walker{file: f, change: c, done: map[int]Reach{}}
	last := len(f.stages) - 1
	needed := f.needed(last)
	var runs []Run
	for i := range f.stages {
		stageRuns := w.stage(i)
		if needed[i] {
			runs = append(runs, stageRuns...)
		}
	}
	return runs
}

// needed returns the stages that the target stage builds on, with itself.
func (f *File) needed(target int) map[int]bool {
	need := map[int]bool{target: true}
	for i := target; i >= 0; i-- {
		if !need[i] {
			continue
		}
		if base, err := f.expand(f.stages[i].BaseName); err == nil {
			if j, ok := f.stage(base, i); ok {
				need[j] = true
			}
		}
		for _, cmd := range f.stages[i].Commands {
			for _, from := range sources(cmd) {
				if j, ok := f.stage(from, i); ok {
					need[j] = true
				}
			}
		}
	}
	return need
}

// walker follows a change through the stages, in order.
type walker struct {
	file   *File
	change Change
	done   map[int]Reach // how far the change reaches at the end of a stage
}

func (w *walker) stage(i int) []Run {
	st := w.file.stages[i]
	reach := Kept
	base, err := w.file.expand(st.BaseName)
	if j, ok := w.file.stage(base, i); ok {
		reach = w.done[j]
	} else if w.change.Base || err != nil {
		reach = Redone
	}
	var (
		runs  []Run
		dirty = map[string]bool{} // variables of this stage with another value
	)
	for _, cmd := range st.Commands {
		switch cmd := cmd.(type) {
		case *instructions.ArgCommand:
			for _, arg := range cmd.Args {
				if slices.Contains(w.change.Args, arg.Key) {
					dirty[arg.Key] = true
				}
			}
		case *instructions.EnvCommand:
			for _, kv := range cmd.Env {
				if uses(kv.Value, dirty) {
					dirty[kv.Key] = true
				}
			}
		case *instructions.RunCommand:
			// A RUN sees every argument and variable declared above it.
			if len(dirty) > 0 {
				reach = Redone
			}
			reach = worse(reach, w.mounts(cmd, i))
			runs = append(runs, newRun(cmd, reach))
		case *instructions.CopyCommand:
			reach = worse(reach, w.copied(cmd.SourcesAndDest, cmd.From, i, dirty))
		case *instructions.AddCommand:
			reach = worse(reach, w.copied(cmd.SourcesAndDest, "", i, dirty))
		}
	}
	w.done[i] = reach
	return runs
}

func newRun(cmd *instructions.RunCommand, reach Reach) Run {
	r := Run{Text: strings.Join(cmd.CmdLine, " "), Reach: reach}
	for _, file := range cmd.Files {
		r.Text += "\n" + file.Data
	}
	for _, m := range instructions.GetMounts(cmd) {
		if m.Type == instructions.MountTypeCache {
			r.CacheMounts = append(r.CacheMounts, m.Target)
		}
	}
	return r
}

// worse returns the further of two reaches.
func worse(a, b Reach) Reach {
	switch {
	case a == Redone || b == Redone:
		return Redone
	case a == Unknown || b == Unknown:
		return Unknown
	default:
		return Kept
	}
}

// from returns the reach of content taken from a stage or image.
func (w *walker) from(name string, i int) Reach {
	if j, ok := w.file.stage(name, i); ok && w.done[j] != Kept {
		return Unknown
	}
	return Kept
}

func (w *walker) mounts(cmd *instructions.RunCommand, i int) Reach {
	reach := Kept
	for _, m := range instructions.GetMounts(cmd) {
		switch {
		case m.Type != instructions.MountTypeBind:
		case m.From != "":
			reach = worse(reach, w.from(m.From, i))
		case touches(m.Source, w.change.Files):
			reach = Redone
		}
	}
	return reach
}

func (w *walker) copied(c instructions.SourcesAndDest, from string, i int, dirty map[string]bool) Reach {
	if uses(c.DestPath, dirty) {
		return Redone
	}
	if from != "" {
		return w.from(from, i)
	}
	for _, src := range c.SourcePaths {
		if uses(src, dirty) || touches(src, w.change.Files) {
			return Redone
		}
	}
	return Kept
}

// uses tells whether a word names one of the variables.
func uses(word string, vars map[string]bool) bool {
	for name := range vars {
		if strings.Contains(word, "$"+name) || strings.Contains(word, "${"+name) {
			return true
		}
	}
	return false
}

// touches tells whether a source of COPY, a path or pattern in the context,
// holds one of the files.
func touches(source string, files []string) bool {
	src := strings.TrimPrefix(path.Clean("/"+source), "/")
	for _, file := range files {
		for dir := file; dir != "."; dir = path.Dir(dir) {
			if ok, err := path.Match(src, dir); (err == nil && ok) || dir == src {
				return true
			}
		}
		if src == "" {
			return true
		}
	}
	return false
}
