package cli

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/gate"
	"github.com/cibench/cibench/runner/host"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/catalog"
	"github.com/cibench/cibench/scenarios/target"
)

// openedStudy is a study with its files and its documented targets.
type openedStudy struct {
	*scenarios.Study
	files   fs.FS
	dir     string // on disk; "" for a built-in study
	source  string // what opens the study again from anywhere: a built-in name or a path
	id      string // tells it from every other on this machine, also from those of its name
	targets target.Set
	rules   []gate.Rule // those that the study names; nil when it names none
}

// openStudy opens the built-in study of that name, or the study in that
// directory or file.
func openStudy(arg string) (*openedStudy, error) {
	s := &openedStudy{source: arg}
	file := catalog.StudyFile
	var err error
	if slices.Contains(catalog.Studies(), arg) {
		s.files, err = catalog.Open(arg)
	} else {
		s.dir, file, err = locate(arg)
		if err == nil {
			s.files = os.DirFS(s.dir)
			s.source, err = sourceOf(s.dir, file)
		}
	}
	if err != nil {
		return nil, usage(err)
	}
	if s.Study, err = scenarios.Parse(s.files, file); err != nil {
		return nil, usage(s.located(err))
	}
	if s.id, err = identity(s.Name, s.dir, file); err != nil {
		return nil, err
	}
	names := s.names()
	if s.targets, err = names.Load(s.files, s.Targets); err == nil {
		err = errors.Join(target.CheckDocumented(filepath.Join(s.dir, file), s.Study, s.targets), s.checkClaims(names), s.readRules(names))
	}
	if err != nil {
		return nil, usage(s.located(err))
	}
	return s, nil
}

// sourceOf returns what opens a study again: one path for a study, by whichever
// it was opened.
func sourceOf(dir, file string) (string, error) {
	if file == catalog.StudyFile {
		return filepath.Abs(dir)
	}
	return filepath.Abs(filepath.Join(dir, file))
}

// located has the problems of the study's files name them by their path from
// here.
func (s *openedStudy) located(err error) error {
	eachError(err, func(e error) {
		if problem, ok := e.(*scenarios.Error); ok {
			problem.File = filepath.Join(s.dir, problem.File)
		}
	})
	return err
}

// checkOutside returns an error for the first of the places, by what they are,
// that is a part of the study's project: what a run writes there would be another
// project for the next.
func checkOutside(s *openedStudy, places map[string]string) error {
	if s.dir == "" {
		return nil
	}
	project := host.Resolve(filepath.Join(s.dir, filepath.FromSlash(s.Project)))
	for _, what := range slices.Sorted(maps.Keys(places)) {
		name, err := filepath.Rel(project, host.Resolve(places[what]))
		if err == nil && s.Includes(filepath.ToSlash(name)) {
			return usageHint(fmt.Sprintf("exclude it in %s, or configure another place", s.File),
				"the %s %s is a part of the project: each run would change what is measured", what, places[what])
		}
	}
	return nil
}

// identity names a study for the files that are kept for it. A built-in one has
// no dir.
func identity(name, dir, file string) (string, error) {
	if dir == "" {
		return "builtin-" + name, nil
	}
	abs, err := filepath.Abs(filepath.Join(dir, file))
	if err == nil {
		abs, err = filepath.EvalSymlinks(abs)
	}
	if err != nil {
		return "", fmt.Errorf("study: %w", err)
	}
	return fmt.Sprintf("%s-%x", name, sha256.Sum256([]byte(abs)))[:len(name)+1+12], nil
}

// locate returns the directory and the name of a study's file.
func locate(arg string) (dir, file string, err error) {
	fi, err := os.Stat(arg)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		// Not a path either: the catalog's error lists the built-in names.
		if _, err := catalog.Open(arg); err != nil && filepath.Base(arg) == arg {
			return "", "", err
		}
		return "", "", usageHint(whatStudyIs(), "study %s: no such file or directory", arg)
	case err != nil:
		return "", "", fmt.Errorf("study: %w", err)
	case fi.IsDir():
		if _, err := os.Stat(filepath.Join(arg, catalog.StudyFile)); errors.Is(err, fs.ErrNotExist) {
			return "", "", usageHint(whatStudyIs(), "study %s: the directory has no %s", arg, catalog.StudyFile)
		}
		return arg, catalog.StudyFile, nil
	default:
		return filepath.Dir(arg), filepath.Base(arg), nil
	}
}

func whatStudyIs() string {
	return "a study is a directory with a " + catalog.StudyFile + ", such a file, or one of " + strings.Join(catalog.Studies(), ", ")
}

// documented returns the study's targets as a run carries them.
func (s *openedStudy) documented() []results.Target {
	var list []results.Target
	for _, t := range s.targets.Targets {
		notOf := ""
		if t.Unit == target.Bytes && s.targets.Project != s.Name {
			notOf = s.targets.Project
		}
		list = append(list, results.Target{
			ID: t.ID, Line: t.Line, Job: t.Job, Phase: t.Phase, Variant: t.Variant, Baseline: t.Baseline,
			States: t.States, Unit: results.Unit(t.Unit), Low: t.Low, High: t.High,
			Label: t.Label, Derived: t.Derived, NotOf: notOf,
		})
	}
	return list
}

// claims returns the claims of the study's document as a run carries them.
func (s *openedStudy) claims() []results.Claim {
	var list []results.Claim
	for _, c := range s.targets.Claims {
		claim := results.Claim{ID: c.ID, Line: c.Line, Says: c.Says, Unmeasured: c.Unmeasured}
		for _, check := range c.Checks {
			claim.Checks = append(claim.Checks, results.ClaimCheck{In: check.In, Given: check.Given, Rules: check.Rules})
		}
		list = append(list, claim)
	}
	return list
}

// checkClaims reads the rules of the study's claims. What those of a document of
// its own speak of has to be there.
func (s *openedStudy) checkClaims(names target.Names) error {
	var errs []error
	for _, c := range s.targets.Claims {
		for _, text := range rulesOf(c) {
			r, err := gate.ParseRule(text)
			if err == nil && s.Targets != target.BuildTimeDocument {
				err = names.Check(selectionOf(r))
			}
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: claim %s: %w", filepath.Join(s.dir, s.Targets), c.ID, err))
			}
		}
	}
	return errors.Join(errs...)
}

// readRules reads the study's file of rules. What they speak of has to be there.
func (s *openedStudy) readRules(names target.Names) error {
	if s.Rules == "" {
		return nil
	}
	data, err := fs.ReadFile(s.files, path.Clean(s.Rules))
	if err != nil {
		return fmt.Errorf("rules: %w", err)
	}
	file := filepath.Join(s.dir, s.Rules)
	if s.rules, err = gate.Parse(file, data); err != nil {
		return err
	}
	var errs []error
	for _, r := range s.rules {
		if err := names.Check(selectionOf(r)); err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: %w", r.File, r.Line, err))
		}
	}
	return errors.Join(errs...)
}

// rulesOf returns the rules that decide a claim.
func rulesOf(c target.Claim) []string {
	var all []string
	for _, check := range c.Checks {
		all = slices.Concat(all, check.Given, check.Rules)
	}
	return all
}

// selectionOf returns what a rule is about.
func selectionOf(r gate.Rule) target.Selection {
	return target.Selection{Name: r.Name, Job: r.Job, Variant: r.Variant, Baseline: r.Baseline, State: r.State}
}
