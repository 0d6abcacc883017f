package dockerfile

import (
	"maps"
	"path"
	"slices"
	"strings"
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

// A Change is what differs from the build that the File was read for, and
// that primed the caches.
type Change struct {
	Files []string          // changed or new files, relative to the context, not ignored by .dockerignore
	Args  map[string]string // build arguments with another value, or new
	Base  bool              // the content behind FROM
	Cold  bool              // the builder holds nothing from before
}

// A Run is a RUN step of the Dockerfile, with the change in it.
type Run struct {
	Line        int // of the Dockerfile
	Use         Use
	CacheMounts []CacheMount
	Reach       Reach
	Layer       bool // what it makes is a layer of the result: it stands in the last stage, or in one which that builds upon
}

// Runs returns the RUN steps of the last stage and of those it builds on, in
// the order of the file, with the change's reach. The file is read again with
// the change's arguments: a step that another reading shows differently is
// another step for the builder.
func (f *File) Runs(c Change) ([]Run, error) {
	args := maps.Clone(f.args)
	if args == nil {
		args = map[string]string{}
	}
	maps.Copy(args, c.Args)
	after, err := read(f.source, args)
	if err != nil {
		return nil, parseError(f.name, err)
	}
	w := &walker{before: f.stages, after: after, change: c}
	needed, layers := needed(after), layers(after)
	var runs []Run
	for i, st := range after {
		for k, reach := range w.stage(i) {
			if s := st.steps[k]; s.run && needed[i] {
				runs = append(runs, Run{s.Line, s.Use, s.CacheMounts, reach, layers[i]})
			}
		}
	}
	return runs, nil
}

// CacheMounts returns the cache mounts of the RUN steps that Runs returns, each
// once and in the order of the file.
func (f *File) CacheMounts() []CacheMount {
	var mounts []CacheMount
	for i, in := range needed(f.stages) {
		for _, s := range f.stages[i].steps {
			for _, m := range s.CacheMounts {
				if in && !slices.ContainsFunc(mounts, func(o CacheMount) bool { return o.ID == m.ID }) {
					mounts = append(mounts, m)
				}
			}
		}
	}
	return mounts
}

// needed returns the stages that the last stage builds on, with itself.
func needed(stages []stage) []bool {
	need := make([]bool, len(stages))
	need[len(stages)-1] = true
	for i := len(stages) - 1; i >= 0; i-- {
		if !need[i] {
			continue
		}
		for j := range i {
			need[j] = need[j] || stages[i].parent == j ||
				slices.ContainsFunc(stages[i].steps, func(s Step) bool { return s.from(j) })
		}
	}
	return need
}

// layers returns the stages whose layers the result has.
func layers(stages []stage) []bool {
	in := make([]bool, len(stages))
	for i := len(stages) - 1; i >= 0; i = stages[i].parent {
		in[i] = true
	}
	return in
}

// walker follows a change through the stages, in order.
type walker struct {
	before, after []stage
	change        Change
	done          []Reach // how far the change reaches at the end of each stage
}

// stage returns the reach of each step of a stage.
func (w *walker) stage(i int) []Reach {
	before, after := w.before[i], w.after[i]
	reach := Kept
	switch {
	case w.change.Cold,
		before.base != after.base || before.parent != after.parent || before.platform != after.platform,
		after.image() && w.change.Base:
		reach = Redone
	case after.parent >= 0:
		reach = w.done[after.parent]
	}
	reaches := make([]Reach, len(after.steps))
	for k, s := range after.steps {
		if s.key != before.steps[k].key {
			reach = Redone
		}
		for _, src := range s.sources {
			reach = worse(reach, w.source(src))
		}
		reaches[k] = reach
	}
	w.done = append(w.done, reach)
	return reaches
}

// source returns the reach of what a step reads. A new release of an image
// that files are taken from holds the same files: BuildKit compares them.
func (w *walker) source(s source) Reach {
	switch {
	case s.stage >= 0 && w.done[s.stage] == Kept, s.stage < 0 && s.from != "":
		return Kept
	case s.stage >= 0:
		return Unknown
	case !touches(s.path, w.change.Files):
		return Kept
	case s.partial:
		return Unknown
	default:
		return Redone
	}
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
