package cli

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/cibench/cibench/runner/service/pypi"
	"github.com/cibench/cibench/scenarios/plan"
)

// record builds, untimed and once per study and set of images, what the trials
// will build, with an index that asks its upstream for what it lacks. Of what
// was recorded before, only files that have gone since are fetched.
func (s *session) record(ctx context.Context, p plan.Plan) error {
	done := s.recordedMark(p)
	// A mark that cannot be read, or names what is nowhere any more, costs a
	// recording, and is written again.
	if before, err := readLockFile(done); err == nil && before != nil {
		if err := s.recordAgain(ctx, before); !errors.As(err, new(*pypi.MissingError)) {
			return err
		}
	}
	s.say("recording the packages that the trials need: untimed builds, once")
	for job, lane := range s.lanes {
		var trials []plan.Trial
		for _, t := range p.Trials {
			if t.Job == job {
				trials = append(trials, t)
			}
		}
		if err := lane.Record(ctx, trials); err != nil {
			return err
		}
	}
	present, err := s.locked(ctx)
	if err != nil {
		return err
	}
	if err := writeLockFile(done, present); err != nil {
		return err
	}
	return s.index.Preload(ctx)
}

// recordAgain fetches what a recording left in the index and is not there any
// more: whoever finds a damaged file is told to delete it.
func (s *session) recordAgain(ctx context.Context, before *pypi.Lock) error {
	missing, err := s.packages.Verify(ctx, before)
	if err != nil {
		return err
	}
	pages, err := s.packages.Packages()
	if err != nil {
		return err
	}
	for _, e := range before.Entries() {
		if !slices.Contains(pages, e.Package) {
			missing = append(missing, e)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	s.say(fmt.Sprintf("fetching %d files that the recorded index has lost", len(missing)))
	if err := s.index.Fetch(ctx, missing); err != nil {
		return err
	}
	return s.index.Preload(ctx)
}

// locked adds what was served and is not locked to the study's lock, and
// returns the locked files that the index holds. Those that it does not hold
// are of other machines, or of requirements that are no more.
func (s *session) locked(ctx context.Context) (*pypi.Lock, error) {
	unlocked := s.index.Unlocked()
	var err error
	if s.lock, err = s.lock.add(unlocked); err != nil {
		return nil, err
	}
	if len(unlocked) > 0 {
		s.say(fmt.Sprintf("locked %d more files in %s", len(unlocked), s.lock.file))
	}
	missing, err := s.packages.Verify(ctx, s.lock.all())
	if err != nil {
		return nil, err
	}
	absent := (*pypi.Lock)(nil).With(missing)
	var present []pypi.Entry
	for _, e := range s.lock.all().Entries() {
		if _, gone := absent.Lookup(e.Package, e.File); !gone {
			present = append(present, e)
		}
	}
	return (*pypi.Lock)(nil).With(present), nil
}

// recordedMark is a file that exists once everything for these cells was
// recorded: a lock of the files that the index then held.
func (s *session) recordedMark(p plan.Plan) string {
	h := sha256.New()
	fmt.Fprintln(h, s.study.ProjectDigest, s.study.Index.Cutoff, runtime.GOARCH)
	for _, job := range s.study.Jobs {
		if lane := s.lanes[job.Name]; lane != nil {
			fmt.Fprintln(h, lane.ImageDigests(), job.Steps)
		}
	}
	cells := map[string]bool{}
	for _, t := range p.Trials {
		v, _ := s.study.Variant(t.Job, t.Variant) // a plan has no other
		cells[fmt.Sprintf("%s %+v %s %+v", t.Job, v.Setup(), t.State, s.study.Mutations[t.State])] = true
	}
	fmt.Fprintln(h, cells) // fmt prints maps in the order of their keys
	return filepath.Join(s.cfg.CacheDir, "recorded", fmt.Sprintf("%s-%x", s.study.id, h.Sum(nil)[:8]))
}
