package cli

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/cibench/cibench/runner/service/pypi"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// A recording is a directory with two files. What it covers is written last:
// without it, the rest is nothing.
const (
	coversFile = "covers" // names of cells and images, a line each, sorted
	heldFile   = "lock"   // what the index then held
)

// covered names what a recording for the plan is for: its cells, each by all
// that decides what it installs, and the images that it is installed in.
func (s *session) covered(p plan.Plan) []string {
	var names []string
	for _, t := range p.Trials {
		v, _ := s.study.Variant(t.Job, t.Variant) // a plan has no other
		job := s.study.Jobs[slices.IndexFunc(s.study.Jobs, func(j scenarios.Job) bool { return j.Name == t.Job })]
		cell := fmt.Sprintf("%s %s %s %s %+v %+v %s %+v", s.study.ProjectDigest, s.study.Index.Cutoff, runtime.GOARCH,
			job.Name, job.Steps, v.Setup(), t.State, s.study.Mutations[t.State])
		names = append(names, fmt.Sprintf("cell %x", sha256.Sum256([]byte(cell))))
	}
	for _, lane := range s.lanes {
		for _, digest := range lane.ImageDigests() {
			names = append(names, "image "+digest)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (s *session) recordings() string { return filepath.Join(s.cfg.CacheDir, "recorded") }

// recorded returns what the index held after an earlier recording for as much
// or more; nil when there was none. One that cannot be read was none.
func (s *session) recorded(covered []string) *pypi.Lock {
	for dir, names := range s.readRecordings() {
		if !holdsAll(names, covered) {
			continue
		}
		if lock, err := readLockFile(filepath.Join(dir, heldFile)); err == nil && lock != nil {
			return lock
		}
	}
	return nil
}

// readRecordings returns what each recording covers, by its directory.
func (s *session) readRecordings() map[string][]string {
	all := map[string][]string{}
	entries, _ := os.ReadDir(s.recordings()) // without it there is none
	for _, e := range entries {
		dir := filepath.Join(s.recordings(), e.Name())
		if text, err := os.ReadFile(filepath.Join(dir, coversFile)); err == nil {
			all[dir] = strings.Split(strings.TrimSpace(string(text)), "\n")
		}
	}
	return all
}

// keepRecording notes a recording, and removes those for less.
func (s *session) keepRecording(covered []string, held *pypi.Lock) error {
	text := strings.Join(covered, "\n")
	sum := sha256.Sum256([]byte(text))
	dir := filepath.Join(s.recordings(), fmt.Sprintf("%s-%x", s.study.id, sum[:8]))
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := writeLockFile(filepath.Join(dir, heldFile), held); err != nil {
		return err
	}
	var errs []error
	for other, names := range s.readRecordings() {
		if holdsAll(covered, names) {
			errs = append(errs, os.RemoveAll(other))
		}
	}
	return errors.Join(append(errs, os.WriteFile(filepath.Join(dir, coversFile), []byte(text+"\n"), 0o644))...)
}

// holdsAll tells whether sorted names hold all of some.
func holdsAll(names, some []string) bool {
	for _, name := range some {
		if _, ok := slices.BinarySearch(names, name); !ok {
			return false
		}
	}
	return true
}
