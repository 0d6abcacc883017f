package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/cibench/cibench/runner/service/pypi"
	"github.com/cibench/cibench/scenarios/plan"
)

// record builds, untimed and once per study and set of images, what the trials
// will build, with an index that asks its upstream for what it lacks. Of what
// was recorded before, only files that have gone since are fetched.
func (s *session) record(ctx context.Context, p plan.Plan) error {
	covered := s.covered(p)
	// What was recorded and is nowhere any more costs a recording.
	if before := s.recorded(covered); before != nil {
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
	if err := s.keepRecording(covered, present); err != nil {
		return fmt.Errorf("keep what was recorded: %w", err)
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
