package entry

import "time"

// A Table holds the entries and reservations of one repository. It is not safe
// for concurrent use. The times given to its methods must not go back; where
// they do, the latest one before holds.
type Table struct {
	limits  Limits
	removed func(Entry, Cause)

	now      time.Time
	nextID   int64
	bytes    int64
	items    map[int64]*item
	trees    map[place]*node
	order    recent
	reserved map[int64]reservation
	pending  map[slot]int64 // id of the reservation
}

// A place is where keys are looked for.
type place struct{ version, scope string }

// A slot is what one entry or reservation takes.
type slot struct {
	place
	folded string
}

type reservation struct {
	slot
	key string
	at  time.Time
}

// New returns an empty table. It tells removed, which may be nil, of each entry
// that goes; removed must not call the table.
func New(l Limits, removed func(Entry, Cause)) *Table {
	if removed == nil {
		removed = func(Entry, Cause) {}
	}
	return &Table{
		limits: l, removed: removed,
		items: map[int64]*item{}, trees: map[place]*node{},
		reserved: map[int64]reservation{}, pending: map[slot]int64{},
	}
}

// tick moves the clock and removes what was not used for too long: "not been
// accessed in over 7 days" (caching, "Usage limits and eviction policy").
func (t *Table) tick(now time.Time) {
	if now.After(t.now) {
		t.now = now
	}
	for it := t.order.oldest; it != nil && t.now.Sub(it.Used) > t.limits.Idle; it = t.order.oldest {
		t.remove(it, Expired)
	}
}

func (t *Table) remove(it *item, why Cause) {
	it.tree.remove(it.folded)
	if it.tree.newest == nil {
		delete(t.trees, place{it.Version, it.Scope})
	}
	t.order.remove(it)
	delete(t.items, it.ID)
	t.bytes -= it.Size
	t.removed(it.Entry, why)
}

// Lookup finds the entry that a job restores, and counts that as a use of it.
// Scope by scope, in the order given and as far as they may be read, each key
// is looked for in turn, first as it is, then as the beginning of others, of
// which the most recently created one is taken (caching, "Cache key matching"
// and "Search order": the steps are done for the current branch first, then
// the same ones for the next). The keys should pass CheckKeys.
func (t *Table) Lookup(now time.Time, scopes []Scope, version string, keys []string) (Match, bool) {
	t.tick(now)
	var buf [MaxKey]byte
	for _, s := range scopes {
		if s.Permission&Read == 0 {
			continue
		}
		tree := t.trees[place{version, s.Ref}]
		if tree == nil {
			continue
		}
		for i, key := range keys {
			n, whole := tree.find(appendFolded(buf[:0], key))
			if n == nil || n.newest == nil {
				continue
			}
			it, exact := n.newest, false
			if whole && n.item != nil {
				it, exact = n.item, true
			}
			t.use(it)
			return Match{Entry: it.Entry, Key: i, Exact: exact}, true
		}
	}
	return Match{}, false
}

func (t *Table) use(it *item) {
	it.Used = t.now
	t.order.remove(it)
	t.order.push(it)
}

// Reserve takes key and version in the scope that the job saves to, and
// returns the id of the entry to be. The error is a *KeyError, ErrReadOnly or
// an *ExistsError: what is reserved cannot be reserved again before it was
// committed and removed, released, or left alone for Limits.Reserve.
func (t *Table) Reserve(now time.Time, scopes []Scope, key, version string) (int64, error) {
	t.tick(now)
	if err := CheckKeys([]string{key}); err != nil {
		return 0, err
	}
	ref, ok := writable(scopes)
	if !ok {
		return 0, ErrReadOnly
	}
	s := slot{place{version, ref}, string(appendFolded(nil, key))}
	if t.taken(s) {
		return 0, &ExistsError{Key: key, Version: version, Scope: ref}
	}
	t.nextID++
	t.reserved[t.nextID] = reservation{s, key, t.now}
	t.pending[s] = t.nextID
	return t.nextID, nil
}

// taken reports whether there is an entry or a reservation, after it has ended
// a reservation that is too old.
func (t *Table) taken(s slot) bool {
	if tree := t.trees[s.place]; tree != nil {
		if n, whole := tree.find([]byte(s.folded)); whole && n.item != nil {
			return true
		}
	}
	id, ok := t.pending[s]
	if ok && t.now.Sub(t.reserved[id].at) >= t.limits.Reserve {
		t.Release(id)
		return false
	}
	return ok
}

// Release ends a reservation without an entry. GitHub's clients have no way to
// ask for that.
func (t *Table) Release(id int64) {
	if r, ok := t.reserved[id]; ok {
		delete(t.reserved, id)
		delete(t.pending, r.slot)
	}
}

// Reserved returns the entry that the reservation is for, without size and
// times.
func (t *Table) Reserved(id int64) (Entry, bool) {
	r, ok := t.reserved[id]
	return Entry{ID: id, Key: r.key, Version: r.version, Scope: r.scope}, ok
}

// Pending returns the id of the reservation of key and version in the scope
// that the job saves to.
func (t *Table) Pending(scopes []Scope, key, version string) (int64, bool) {
	ref, ok := writable(scopes)
	if !ok {
		return 0, false
	}
	id, ok := t.pending[slot{place{version, ref}, string(appendFolded(nil, key))}]
	return id, ok
}

// Commit makes an entry of a reservation. While all entries are larger than
// the limit, the one unused for longest is removed, the new one last: "GitHub
// will save the new cache but will begin evicting caches until the total size
// is less than the repository limit" (caching). GitHub does that after a
// while, a table at once. The error is ErrNotReserved or a *SizeError; the
// reservation stays then.
func (t *Table) Commit(now time.Time, id, size int64) (Entry, error) {
	t.tick(now)
	r, ok := t.reserved[id]
	if !ok {
		return Entry{}, ErrNotReserved
	}
	if size > t.limits.Bytes {
		return Entry{}, &SizeError{size, t.limits.Bytes}
	}
	t.Release(id)
	e := Entry{ID: id, Key: r.key, Version: r.version, Scope: r.scope, Size: size, Created: t.now, Used: t.now}
	t.insert(e, r.folded)
	for t.bytes > t.limits.Bytes {
		t.remove(t.order.oldest, Evicted)
	}
	return e, nil
}

func (t *Table) insert(e Entry, folded string) {
	at := place{e.Version, e.Scope}
	tree := t.trees[at]
	if tree == nil {
		tree = &node{}
		t.trees[at] = tree
	}
	it := &item{Entry: e, folded: folded, tree: tree}
	t.items[e.ID] = it
	t.order.push(it)
	t.bytes += e.Size
	tree.insert(folded, it)
}

// Get returns an entry. That is no use of it.
func (t *Table) Get(id int64) (Entry, bool) {
	if it, ok := t.items[id]; ok {
		return it.Entry, true
	}
	return Entry{}, false
}

// Delete removes an entry and reports whether it was there.
func (t *Table) Delete(id int64) bool {
	it, ok := t.items[id]
	if ok {
		t.remove(it, Deleted)
	}
	return ok
}

// Expire removes what is too old by now. Lookup, Reserve and Commit do so, too.
func (t *Table) Expire(now time.Time) { t.tick(now) }

// Entries returns all entries, the one unused for longest first.
func (t *Table) Entries() []Entry {
	all := make([]Entry, 0, len(t.items))
	for it := range t.order.all() {
		all = append(all, it.Entry)
	}
	return all
}

// appendFolded appends key as keys are compared: without regard to the case of
// ASCII letters. GitHub's service finds a key in another case and returns it as
// it was saved (actions/cache, isExactKeyMatch and issue 1544).
func appendFolded(dst []byte, key string) []byte {
	for i := range len(key) {
		c := key[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}
