package actionscache

import (
	"errors"
	"fmt"
	"time"

	"github.com/opencontainers/go-digest"

	"github.com/cibench/cibench/runner/service/actionscache/entry"
)

// A state is what can be found, and what is on its way there. A Reset replaces
// it whole, so that a request that began before writes into a state that
// nobody reads. It is guarded by the cache's lock.
type state struct {
	epoch    int64 // counts Resets; links of another one are not good
	table    *entry.Table
	archives map[int64]digest.Digest // of each entry
	uploads  map[int64]*upload       // of each reservation
	gone     []Gone                  // the last mostGone that went, latest last
}

// Gone is an entry that is no longer there, with why and since when.
type Gone struct {
	entry.Entry
	Cause entry.Cause
	At    time.Time
}

// mostGone bounds what is remembered of entries that went.
const mostGone = 1000

func (c *Cache) emptyState() *state {
	st := &state{archives: map[int64]digest.Digest{}, uploads: map[int64]*upload{}}
	st.table = entry.New(c.limits, c.removed(st))
	return st
}

// removed returns what a state's table tells of entries that go. An archive
// that cannot be removed stays on disk until the next Reset; no entry has it.
func (c *Cache) removed(st *state) func(entry.Entry, entry.Cause) {
	return func(e entry.Entry, why entry.Cause) {
		st.gone = append(st.gone[max(0, len(st.gone)-mostGone+1):], Gone{e, why, c.now()})
		d := st.archives[e.ID]
		delete(st.archives, e.ID)
		_ = c.files.release(d)
	}
}

func (st *state) dropUploads() {
	for _, u := range st.uploads {
		u.drop()
	}
	clear(st.uploads)
}

func (c *Cache) epoch() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state.epoch
}

func (c *Cache) entries() []entry.Entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state.table.Entries()
}

// An address is where the archive of an entry, or of a reservation, is to be had:
// under that id, as long as no Reset comes.
type address struct{ epoch, id int64 }

// lookup finds an entry, and counts that.
func (c *Cache) lookup(scopes []entry.Scope, version string, keys []string) (m entry.Match, at address, ok bool, err error) {
	if err := entry.CheckKeys(keys); err != nil {
		return entry.Match{}, address{}, false, err
	}
	if !readable(scopes) {
		return entry.Match{}, address{}, false, errReadDenied
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	m, ok = c.state.table.Lookup(c.now(), scopes, version, keys)
	switch {
	case !ok:
		c.count.misses.Add(1)
	case m.Hit():
		c.count.hits.Add(1)
	default:
		c.count.fallbacks.Add(1)
	}
	return m, address{c.state.epoch, m.Entry.ID}, ok, nil
}

// reserve begins an entry, and counts that.
func (c *Cache) reserve(scopes []entry.Scope, key, version string) (address, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	st := c.state
	id, err := st.table.Reserve(c.now(), scopes, key, version)
	if err != nil {
		return address{}, err
	}
	for old, u := range st.uploads { // of reservations that ended by their age
		if _, ok := st.table.Reserved(old); !ok {
			u.drop()
			delete(st.uploads, old)
		}
	}
	st.uploads[id] = &upload{dir: c.files.uploads, limit: c.limits.Bytes}
	c.count.reserved.Add(1)
	return address{st.epoch, id}, nil
}

// upload returns the upload of a reservation.
func (c *Cache) upload(id int64) (*upload, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	u, ok := c.state.uploads[id]
	return u, ok
}

var errNoArchive = errors.New("no archive was uploaded")

// A mismatchError says that an archive is not of the size that was announced.
type mismatchError struct{ got, want int64 }

func (e *mismatchError) Error() string {
	return fmt.Sprintf("the archive has %d bytes, not %d", e.got, e.want)
}

// commit makes an entry of a reservation whose archive has the given size. On
// an error the reservation stays, as GitHub's do until they are a day old, and
// its upload with it.
func (c *Cache) commit(id, size int64) (entry.Entry, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	st := c.state
	u, ok := st.uploads[id]
	if !ok {
		return entry.Entry{}, entry.ErrNotReserved
	}
	done := u.archive()
	if done == nil {
		return entry.Entry{}, errNoArchive
	}
	if done.size != size {
		return entry.Entry{}, &mismatchError{done.size, size}
	}
	// The archive first: making room for the entry may remove another one with
	// the same archive, which must then be in use.
	if err := c.files.adopt(done.file, done.digest); err != nil {
		return entry.Entry{}, err
	}
	st.archives[id] = done.digest
	e, err := st.table.Commit(c.now(), id, size)
	if err != nil {
		delete(st.archives, id)
		u.lose()
		return entry.Entry{}, errors.Join(err, c.files.release(done.digest))
	}
	delete(st.uploads, id)
	u.drop() // blocks may have come after the list
	c.count.committed.Add(size)
	return e, nil
}
