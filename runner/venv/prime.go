package venv

import (
	"context"
	"errors"
	"fmt"

	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/runner/lane"
	"github.com/cibench/cibench/runner/service/actionscache"
	"github.com/cibench/cibench/runner/service/actionscache/entry"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// The branches that jobs run for. Caches of main are seen by jobs for main
// alone, as here trunk is the default branch of jobs for topic.
const (
	mainBranch  = "refs/heads/main"
	topicBranch = "refs/heads/topic"
	trunkBranch = "refs/heads/trunk"
)

// branchOf returns the branch that a job runs for in a state.
func branchOf(state scenarios.State) string {
	if state == scenarios.OtherBranch {
		return topicBranch
	}
	return mainBranch
}

// scopes returns what a job for the branch sees of the cache.
func scopes(branch string) []entry.Scope {
	if branch == topicBranch {
		return entry.Branch(topicBranch, trunkBranch)
	}
	return entry.Branch(branch, mainBranch)
}

// primed is what one successful run of the job with empty caches left.
type primed struct {
	note
	cache actionscache.Snapshot  // zero for a run that only tells what is installed
	bare  *actionscache.Snapshot // cache without virtual environments; nil until it is needed
}

// note is what such a run saw, and what trials are held against. It is kept
// with the cache.
type note struct {
	Entries  entries           `json:"entries"`
	Files    lane.Files        `json:"files"`    // served by the index
	Bytes    int64             `json:"bytes"`    // of package files
	Packages map[string]string `json:"packages"` // in the environment that the job made
}

// prime returns what the variant's job leaves: from this run, kept from an
// earlier one, or by an untimed run of the job. A job that fails is tried once
// a run.
func (l *Lane) prime(ctx context.Context, v scenarios.Variant) (*primed, error) {
	t := plan.Trial{ID: "prime-" + l.Job.Name + "-" + v.Name, Variant: v.Name, State: scenarios.Cold}
	p, err := l.primed.Get(v.Name, func() (*primed, error) {
		return l.keptPrimed(ctx, v, func() (*primed, error) {
			l.Sayf("priming %s: one untimed run with empty caches, kept for later runs", v.Name)
			p, err := l.runClean(ctx, v, t)
			if err != nil {
				return nil, err
			}
			p.cache = l.Cache.Snapshot()
			return p, p.Entries.read(l.Cache)
		})
	})
	if err != nil {
		return nil, fmt.Errorf("prime %s: %w", v.Name, err)
	}
	return p, nil
}

// reference returns what a run with empty caches comes to on the trial's tree:
// that of priming, or where the trial changes what is installed, one run more
// for each such state of a variant.
func (l *Lane) reference(ctx context.Context, v scenarios.Variant, t plan.Trial) (*primed, error) {
	if !t.State.MayInstallOther() {
		return l.prime(ctx, v)
	}
	cell := v.Name + "/" + string(t.State)
	t.ID = "clean-" + t.ID
	p, err := l.clean.Get(cell, func() (*primed, error) {
		return l.keptClean(ctx, v, t, func() (*primed, error) {
			l.Sayf("running %s in state %s with empty caches, to know what it should install", v.Name, t.State)
			return l.runClean(ctx, v, t)
		})
	})
	if err != nil {
		return nil, fmt.Errorf("clean run of %s: %w", cell, err)
	}
	return p, nil
}

// runClean runs the job on the trial's tree with empty caches, and notes what
// it came to. The cache holds then what it left.
func (l *Lane) runClean(ctx context.Context, v scenarios.Variant, t plan.Trial) (*primed, error) {
	n := note{Entries: entries{}}
	err := l.afterClean(ctx, v, t, func(s *session) (err error) {
		n.Bytes = l.count().sub(s.counted).index.Files.Bytes
		n.Files = lane.FilesSince(l.Index, s.mark)
		n.Packages, err = s.packages(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &primed{note: n}, nil
}

// afterClean runs the job on the trial's tree with empty caches, untimed, and
// then calls then, before what it made is removed. That the job failed is a
// *lane.Failure.
func (l *Lane) afterClean(ctx context.Context, v scenarios.Variant, t plan.Trial, then func(*session) error) (err error) {
	s, err := l.open(ctx, v, t)
	defer func() {
		ctx, cancel := runner.Afterwards(ctx)
		defer cancel()
		err = lane.Closed(err, l.close(ctx, s))
	}()
	if err != nil {
		return err
	}
	if err := l.Cache.Reset(actionscache.Snapshot{}); err != nil {
		return err
	}
	if err := l.start(ctx, s); err != nil {
		return err
	}
	if err := l.untimed(ctx, s); err != nil {
		return err
	}
	return then(s)
}

// Record runs, untimed, what the trials will run, so that the index has
// everything before the first timed window.
func (l *Lane) Record(ctx context.Context, trials []plan.Trial) error {
	for _, t := range trials {
		v, err := l.Job.Variant(t.Variant)
		if err != nil {
			return err
		}
		_, err = l.prime(ctx, v)
		if err == nil {
			_, err = l.reference(ctx, v, t)
			// A job that does not work on the changed tree is an outcome of the
			// trials, unless it is for want of packages.
			// One that ran out of time may have been waiting for those.
			if failed := (*lane.Failure)(nil); errors.As(err, &failed) && len(failed.Problems) == 0 && !errors.As(err, new(*runner.TimeoutError)) {
				l.Sayf("%s in state %s fails: %v", v.Name, t.State, failed)
				err = nil
			}
		}
		if err != nil {
			return lane.WithLog(err)
		}
	}
	return nil
}
