package venv

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/runner/lane"
	"github.com/cibench/cibench/runner/service/actionscache"
	"github.com/cibench/cibench/runner/service/actionscache/entry"
	"github.com/cibench/cibench/runner/venv/cachestep"
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

// scopes returns what a job for the branch sees of the cache.
func scopes(branch string) []entry.Scope {
	if branch == topicBranch {
		return entry.Branch(topicBranch, trunkBranch)
	}
	return entry.Branch(branch, mainBranch)
}

// primed is what one successful run of the job with empty caches left.
type primed struct {
	cache    actionscache.Snapshot
	keys     map[string]cachestep.Content // of the entries, with what is in each one's archive
	files    map[string]bool              // served by the index, by name
	bytes    int64                        // of package files
	packages map[string]string            // in the environment that the job made

	bare *actionscache.Snapshot // cache without those environments; nil until it is needed
}

// prime returns what the variant's job leaves; it runs once, untimed. A job
// that fails is tried once a run.
func (l *Lane) prime(ctx context.Context, v scenarios.Variant) (*primed, error) {
	if p := l.primed[v.Name]; p != nil {
		return p, nil
	}
	if failed := l.unprimable[v.Name]; failed != nil {
		return nil, failed
	}
	l.say("priming %s: one untimed run with empty caches", v.Name)
	p, err := l.runClean(ctx, v, plan.Trial{ID: "prime-" + l.Job.Name + "-" + v.Name, Variant: v.Name, State: scenarios.Cold})
	var failed *lane.Failure
	if errors.As(err, &failed) {
		l.unprimable[v.Name] = failed
	}
	if err != nil {
		return nil, fmt.Errorf("prime %s: %w", v.Name, err)
	}
	l.primed[v.Name] = p
	return p, nil
}

// reference returns what a run with empty caches comes to on the trial's tree:
// that of priming, or where the trial changes what is installed, one run more
// for each such state of a variant.
func (l *Lane) reference(ctx context.Context, v scenarios.Variant, t plan.Trial) (*primed, error) {
	if !t.State.NeedsMutation() || t.State == scenarios.CodeChange {
		return l.prime(ctx, v)
	}
	cell := v.Name + "/" + string(t.State)
	if p := l.clean[cell]; p != nil {
		return p, nil
	}
	if failed := l.unclean[cell]; failed != nil {
		return nil, failed
	}
	l.say("running %s in state %s with empty caches, to know what it should install", v.Name, t.State)
	t.ID = "clean-" + t.ID
	p, err := l.runClean(ctx, v, t)
	if failed := (*lane.Failure)(nil); errors.As(err, &failed) {
		l.unclean[cell] = failed
	}
	if err != nil {
		return nil, fmt.Errorf("clean run of %s: %w", cell, err)
	}
	l.clean[cell] = p
	return p, nil
}

// runClean runs the job on the trial's tree with empty caches, and keeps what
// it left.
func (l *Lane) runClean(ctx context.Context, v scenarios.Variant, t plan.Trial) (_ *primed, err error) {
	s, err := l.open(ctx, v, t)
	defer func() {
		ctx, cancel := runner.Afterwards(ctx)
		defer cancel()
		err = errors.Join(err, l.close(ctx, s))
	}()
	if err != nil {
		return nil, err
	}
	if err := l.Cache.Reset(actionscache.Snapshot{}); err != nil {
		return nil, err
	}
	if err := l.start(ctx, s); err != nil {
		return nil, err
	}
	if err := l.run(ctx, s); err != nil {
		return nil, err
	}
	p := &primed{keys: map[string]cachestep.Content{}, files: map[string]bool{}, bytes: l.count().sub(s.counted).index.Files.Bytes}
	for _, e := range l.Index.FilesSince(s.mark) {
		p.files[e.File] = true
	}
	if p.packages, err = s.packages(ctx); err != nil {
		return nil, err
	}
	p.cache = l.Cache.Snapshot()
	return p, p.readKeys(l.Cache)
}

// readKeys takes down the keys of the entries that the cache holds, and what is
// in their archives.
func (p *primed) readKeys(cache *actionscache.Cache) error {
	held, err := cache.List()
	if err != nil {
		return err
	}
	for _, h := range held {
		f, err := os.Open(h.File)
		if err != nil {
			return err
		}
		content, err := cachestep.ReadContent(f)
		if err := errors.Join(err, f.Close()); err != nil {
			return fmt.Errorf("entry %s: %w", h.Key, err)
		}
		p.keys[h.Key] = content
	}
	return nil
}

// bringAbout makes the cache hold what the state says.
func (l *Lane) bringAbout(state scenarios.State, s *session) error {
	if !state.Primed() {
		return l.Cache.Reset(actionscache.Snapshot{})
	}
	if err := l.Cache.Reset(s.primed.cache); err != nil {
		return err
	}
	switch state {
	case scenarios.OtherBranch:
		s.branch = topicBranch
	case scenarios.Evicted:
		return l.eachEntry(func(h actionscache.Held) error {
			l.Cache.Delete(h.ID)
			return nil
		})
	case scenarios.Corrupt:
		return l.eachEntry(func(h actionscache.Held) error { return l.Cache.Truncate(h.ID, h.Size/2) })
	case scenarios.PipCacheOnly:
		return l.bare(s.primed)
	}
	return nil
}

// bare makes the cache hold the primed entries without virtual environments.
func (l *Lane) bare(p *primed) error {
	if p.bare != nil {
		return l.Cache.Reset(*p.bare)
	}
	err := l.eachEntry(func(h actionscache.Held) error {
		if len(p.keys[h.Key].Environments) == 0 {
			return nil
		}
		return l.Cache.Rewrite(h.ID, cachestep.WithoutEnvironments)
	})
	if err != nil {
		return err
	}
	bare := l.Cache.Snapshot()
	p.bare = &bare
	return nil
}

// eachEntry does something to each entry that the cache holds.
func (l *Lane) eachEntry(do func(actionscache.Held) error) error {
	held, err := l.Cache.List()
	if err != nil {
		return err
	}
	for _, h := range held {
		if err := do(h); err != nil {
			return err
		}
	}
	return nil
}

// Record runs, untimed, what the trials will run, so that the index has
// everything before the first timed window.
func (l *Lane) Record(ctx context.Context, trials []plan.Trial) error {
	for _, t := range trials {
		v, err := l.variant(t.Variant)
		if err != nil {
			return err
		}
		_, err = l.prime(ctx, v)
		if err == nil {
			_, err = l.reference(ctx, v, t)
			// A job that does not work on the changed tree is an outcome of the
			// trials, unless it is for want of packages.
			if failed := (*lane.Failure)(nil); errors.As(err, &failed) && len(failed.Problems) == 0 {
				l.say("%s in state %s fails: %v", v.Name, t.State, failed)
				err = nil
			}
		}
		if err != nil {
			return lane.WithLog(err)
		}
	}
	return nil
}

func (l *Lane) say(format string, args ...any) {
	if l.Say != nil {
		l.Say(fmt.Sprintf(format, args...))
	}
}
