package scenarios

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/cibench/cibench/scenarios/internal/hint"
	"github.com/cibench/cibench/scenarios/internal/strictyaml"
)

// Error is one problem of a study file. Its text is "file:line:column:
// message"; its method Hint returns what to do about it, "" for nothing.
type Error = strictyaml.Error

// formatVersion is the version of the study format that Parse reads.
const formatVersion = "1"

// maxEntries bounds each list and mapping of a study: together they multiply.
const maxEntries = 50

// Parse reads a study from the file name at the root of fsys, which is the
// study's directory, and checks it against the project there. A study with
// mistakes gives them all, joined, each an *Error.
func Parse(fsys fs.FS, name string) (*Study, error) {
	data, err := strictyaml.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("read the study: %w", err)
	}
	p := &parser{doc: strictyaml.Parse(name, data), fsys: fsys}
	s := p.study(name, data)
	if err := p.doc.Err(); err != nil {
		return nil, err
	}
	return s, nil
}

// A parser reads one study. Its methods report problems to doc and go on.
type parser struct {
	doc       *strictyaml.Document
	fsys      fs.FS
	project   fs.FS // nil when the study names none that exists
	mutations map[State]Mutation
}

func (p *parser) study(file string, data []byte) *Study {
	f := p.doc.Root().Fields("version", "name", "title", "project", "exclude", "index", "targets", "rules",
		"policy", "quick", "jobs", "pipelines", "mutations")
	checkVersion(f.Required("version"))
	s := &Study{File: file}
	s.Name = nameOf(f.Required("name"))
	s.Title, _ = f.Optional("title").Line()
	s.Index = p.index(f.Optional("index"))
	s.Targets = p.targets(f.Optional("targets"))
	s.Rules, _ = p.path(p.fsys, f.Optional("rules"), regularFile)
	s.Exclude = excludeOf(f.Optional("exclude"))
	p.projectOf(f.Required("project"), data, s)
	s.Policy = policyOf(f.Optional("policy"))
	s.Mutations = p.mutationsOf(f.Optional("mutations"))
	p.mutations = s.Mutations
	jobs := f.Required("jobs")
	for _, e := range jobs.Entries(maxEntries) {
		s.Jobs = append(s.Jobs, p.job(e))
	}
	if jobs.Present() && len(s.Jobs) == 0 {
		jobs.Fail("", "the study has no job")
	}
	s.Pipelines = p.pipelines(f.Optional("pipelines"), s)
	s.Quick = p.quick(f.Optional("quick"), s)
	return s
}

func checkVersion(v strictyaml.Value) {
	if s, ok := v.Text(); ok && s != formatVersion {
		v.Fail("", "this program reads version %s of the format, not %s", formatVersion, strictyaml.Quote(s))
	}
}

// excludeOf reads patterns of paths.
func excludeOf(v strictyaml.Value) []string {
	var all []string
	for _, e := range v.List(maxEntries) {
		pattern, ok := e.Text()
		if ok && (!doublestar.ValidatePattern(pattern) || !fs.ValidPath(pattern) || pattern == ".") {
			e.Fail("such as .venv or **/*.html, without a slash at either end", "%s is no pattern of paths in the project", strictyaml.Quote(pattern))
		}
		all = append(all, pattern)
	}
	return all
}

// projectOf reads the project's path, opens the project and sets the digests.
// What else the study names is not part of the project.
func (p *parser) projectOf(v strictyaml.Value, data []byte, to *Study) {
	var ok bool
	if to.Project, ok = p.path(p.fsys, v, directory); !ok {
		return
	}
	project, err := to.Tree(p.fsys)
	if err != nil {
		v.Fail("", "project: %v", err)
		return
	}
	p.project = project
	if to.ProjectDigest, to.Digest, err = digests(data, project); err != nil {
		v.Fail("", "project: %v", err)
	}
}

func (p *parser) index(v strictyaml.Value) Index {
	if !v.Present() {
		return Index{}
	}
	f := v.Fields("cutoff", "lock")
	cutoff, _ := f.Optional("cutoff").Time()
	lock, _ := p.path(p.fsys, f.Optional("lock"), maybeFile)
	return Index{Cutoff: cutoff, Lock: lock}
}

// targets reads the name of a target set. Which sets are built in, package
// target knows.
func (p *parser) targets(v strictyaml.Value) string {
	if s, ok := v.Text(); ok && strings.HasSuffix(s, ".yaml") {
		file, _ := p.path(p.fsys, v, regularFile)
		return file
	}
	return nameOf(v)
}

// Names become parts of trial, container and file names.
var validName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

// nameOf reads a name.
func nameOf(v strictyaml.Value) string {
	s, ok := v.Text()
	if ok && !validName.MatchString(s) {
		v.Fail("use a-z, 0-9 and -, at most 63 of them, - not first", "%s is no name", strictyaml.Quote(s))
	}
	return s
}

// choose reads one of the valid words; what names their kind.
func choose[T ~string](v strictyaml.Value, what string, valid []T) (T, bool) {
	s, ok := v.Text()
	if !ok {
		return "", false
	}
	for _, t := range valid {
		if string(t) == s {
			return t, true
		}
	}
	v.Fail(hint.OneOf(valid), "unknown %s %s", what, strictyaml.Quote(s))
	return "", false
}

// chooseEach reads a list of different valid words, each with its place. It
// returns nil for an absent list, and reports an empty one.
func chooseEach[T ~string](v strictyaml.Value, what string, valid []T) (list []T, at []strictyaml.Value) {
	values := v.List(maxEntries)
	for _, e := range values {
		t, ok := choose(e, what, valid)
		if !ok {
			continue
		}
		if slices.Contains(list, t) {
			e.Fail("", "%s %q stands here twice", what, t)
			continue
		}
		list, at = append(list, t), append(at, e)
	}
	if values != nil && len(values) == 0 {
		v.Fail(hint.OneOf(valid), "the list is empty")
	}
	return list, at
}
