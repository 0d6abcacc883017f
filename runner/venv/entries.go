package venv

import (
	"errors"
	"fmt"
	"os"

	"github.com/cibench/cibench/runner/service/actionscache"
	"github.com/cibench/cibench/runner/venv/cachestep"
	"github.com/cibench/cibench/scenarios"
)

// entries are those that a cache held, by version and key, with what is in each
// one's archive. A key is found among those of one version alone: two steps may
// have one key for different paths.
type entries map[string]map[string]cachestep.Content

// read takes down what the cache holds.
func (e entries) read(cache *actionscache.Cache) error {
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
		if e[h.Version] == nil {
			e[h.Version] = map[string]cachestep.Content{}
		}
		e[h.Version][h.Key] = content
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
		if len(p.Entries[h.Version][h.Key].Environments) == 0 {
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
