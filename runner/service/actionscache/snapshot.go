package actionscache

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/opencontainers/go-digest"

	"github.com/cibench/cibench/runner/service/actionscache/entry"
)

// A Snapshot is what a cache held at one moment. The zero Snapshot is an empty
// cache.
type Snapshot struct {
	taken    time.Time
	entries  []entry.Entry           // the one unused for longest first
	archives map[int64]digest.Digest // of each entry
	gone     []Gone                  // told to readers; no Reset brings them back
}

// Empty reports whether there was no entry.
func (s Snapshot) Empty() bool { return len(s.entries) == 0 }

// Snapshot returns what the cache holds now; uploads under way are not part of
// it. It stays restorable until Close.
func (c *Cache) Snapshot() Snapshot {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	c.state.table.Expire(now)
	s := Snapshot{taken: now, entries: c.state.table.Entries(), archives: maps.Clone(c.state.archives), gone: slices.Clone(c.state.gone)}
	for _, d := range s.archives {
		c.files.pinned[d] = true
	}
	return s
}

// Reset makes the cache hold what it held at the snapshot and nothing else; the
// zero Snapshot empties it. Entries are then as old as they were at the
// snapshot, and unused for as long, however long ago that is. Uploads under way
// are lost. The snapshot must be of this cache, by Snapshot or Load.
func (c *Cache) Reset(s Snapshot) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	next, err := c.stateOf(s)
	if err != nil {
		return fmt.Errorf("actions cache: reset: %w", err)
	}
	c.state.dropUploads()
	c.state = next
	c.files.used = map[digest.Digest]int{}
	for _, d := range next.archives {
		c.files.used[d]++
	}
	if err := c.files.sweep(); err != nil {
		return fmt.Errorf("actions cache: reset: %w", err)
	}
	return nil
}

func (c *Cache) stateOf(s Snapshot) (*state, error) {
	for d := range maps.Values(s.archives) {
		if _, err := os.Stat(c.files.path(d)); err != nil {
			return nil, fmt.Errorf("the snapshot is not of this cache: %w", err)
		}
	}
	st := c.emptyState()
	st.epoch = c.state.epoch + 1
	st.archives = maps.Clone(s.archives)
	if st.archives == nil {
		st.archives = map[int64]digest.Digest{}
	}
	var err error
	st.table, err = entry.Restore(c.limits, c.removed(st), s.entries, s.taken, c.now(), c.state.table.LastID())
	return st, err
}

// Held is an entry and its archive.
type Held struct {
	entry.Entry
	Archive digest.Digest
	File    string // the archive's; not to be written to
	Stored  int64  // bytes of the file; another number than Size after Rewrite
}

// List returns what the cache holds, the latest used first. That is no use of
// it.
func (c *Cache) List() ([]Held, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.state.table.Expire(c.now())
	return list(c.state.table.Entries(), c.state.archives, c.files.path)
}

func list(entries []entry.Entry, archives map[int64]digest.Digest, path func(digest.Digest) string) ([]Held, error) {
	all := make([]Held, 0, len(entries))
	for _, e := range slices.Backward(entries) {
		d := archives[e.ID]
		info, err := os.Stat(path(d))
		if err != nil {
			return nil, fmt.Errorf("actions cache: archive of %s: %w", e.Key, err)
		}
		all = append(all, Held{Entry: e, Archive: d, File: path(d), Stored: info.Size()})
	}
	return all, nil
}

// Delete removes an entry and reports whether it was there.
func (c *Cache) Delete(id int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state.table.Delete(id)
}
