// Package entry decides which cache entry a key finds: the rules of GitHub's
// Actions cache, without archives, network, disk or clock.
//
// A Table holds the entries of one repository. The one invariant is
// immutability: what key, version and scope an entry has, and that no other
// entry has the same three, is settled when the key is reserved and never
// changes; an entry is only ever found, used, and removed. The same calls give
// the same table, so the time is an argument.
//
// Where GitHub documents a rule, it is quoted by the page that has it: "caching"
// is docs.github.com/actions, Dependency caching reference. Other rules are
// known from the clients that GitHub and BuildKit ship (actions/toolkit,
// packages/cache; tonistiigi/go-actions-cache) and from what GitHub's
// maintainers answered in the issues of actions/cache.
//
// Archives, tokens and the protocols are left to package actionscache.
package entry

import "time"

// An Entry is a saved cache.
type Entry struct {
	ID      int64 // counts up from 1, in the order of reservations
	Key     string
	Version string // of the paths and compression; compared as it is
	Scope   string // git ref

	Size    int64     // bytes
	Created time.Time // when it was committed
	Used    time.Time // when it was last found, or created
}

// newer reports whether e is to be preferred to o where both match a prefix:
// the most recently created one (caching, "Cache key matching").
func (e *Entry) newer(o *Entry) bool {
	if c := e.Created.Compare(o.Created); c != 0 {
		return c > 0
	}
	return e.ID > o.ID
}

// A Match is the answer to a look-up.
type Match struct {
	Entry Entry
	Key   int  // index of the key that found it; 0 is the primary one
	Exact bool // the entry has that very key, and not only as its beginning
}

// Hit reports whether the primary key was found as it is: what the action
// calls a cache hit, after which it does not save.
func (m Match) Hit() bool { return m.Key == 0 && m.Exact }

// A Cause is why an entry is no longer there.
type Cause string

// The causes.
const (
	Expired Cause = "expired" // not used for too long
	Evicted Cause = "evicted" // least recently used when space was needed
	Deleted Cause = "deleted" // by Delete
)
