package entry

import (
	"fmt"
	"time"
)

// Restore returns a table that holds the entries that another one returned,
// as if the time of it had stood still from then until now: their ages, and
// the times since they were used, are those of then. Reservations are not part
// of it. An id at or below after is not given to any entry to come.
func Restore(l Limits, removed func(Entry, Cause), entries []Entry, then, now time.Time, after int64) (*Table, error) {
	t := New(l, removed)
	t.now, t.nextID = now, after
	shift := now.Sub(then)
	for _, e := range entries {
		e.Created, e.Used = e.Created.Add(shift), e.Used.Add(shift)
		s := slot{place{e.Version, e.Scope}, string(appendFolded(nil, e.Key))}
		if t.taken(s) || t.items[e.ID] != nil {
			return nil, fmt.Errorf("restore cache entries: entry %d (%s) is there twice", e.ID, e.Key)
		}
		if last := t.order.youngest; last != nil && e.Used.Before(last.Used) {
			return nil, fmt.Errorf("restore cache entries: entry %d (%s) is out of order", e.ID, e.Key)
		}
		t.insert(e, s.folded)
		t.nextID = max(t.nextID, e.ID)
	}
	return t, nil
}

// LastID returns the largest id given so far.
func (t *Table) LastID() int64 { return t.nextID }
