package entry

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

var (
	day0   = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	onMain = Branch("refs/heads/main", "refs/heads/main")
	onDev  = Branch("refs/heads/dev", "refs/heads/main")
)

const day = 24 * time.Hour

// pullRequest returns the scopes of a job that runs for a pull request: its merge
// ref to read and write, which no other pull request sees, then the base branch's
// and the default branch's to read (caching, as for Branch).
func pullRequest(number int, baseRef, defaultRef string) []Scope {
	scopes := []Scope{{"refs/pull/" + strconv.Itoa(number) + "/merge", Read | Write}}
	for _, s := range Branch(baseRef, defaultRef) {
		scopes = append(scopes, Scope{s.Ref, Read})
	}
	return scopes
}

// save reserves and commits.
func save(t testing.TB, table *Table, now time.Time, scopes []Scope, key, version string, size int64) Entry {
	t.Helper()
	id, err := table.Reserve(now, scopes, key, version)
	if err != nil {
		t.Fatalf("reserve %s: %v", key, err)
	}
	e, err := table.Commit(now, id, size)
	if err != nil {
		t.Fatalf("commit %s: %v", key, err)
	}
	return e
}

func TestLookup(t *testing.T) {
	t.Parallel()
	pull := pullRequest(7, "refs/heads/dev", "refs/heads/main")
	table := New(GitHub(), nil)
	for i, e := range []struct {
		scopes       []Scope
		key, version string
	}{
		{onMain, "Linux-pip-aaa", "v"},
		{onMain, "Linux-pip-bbb", "v"},
		{onMain, "Linux-pip", "v"},
		{onMain, "Linux-pip-aaa-long", "v"},
		{onMain, "Linux-npm-1", "v"},
		{onMain, "Linux-pip-zzz", "w"},
		{onDev, "Linux-pip-dev", "v"},
		{Branch("refs/heads/other", "refs/heads/main"), "Linux-pip-other", "v"},
		{pull, "Linux-pip-pull", "v"},
	} {
		save(t, table, day0.Add(time.Duration(i)*time.Minute), e.scopes, e.key, e.version, 1)
	}
	readOnly := []Scope{{"refs/heads/main", Read}}
	writeOnly := []Scope{{"refs/heads/main", Write}}
	for _, tt := range []struct {
		name    string
		scopes  []Scope
		version string
		keys    []string
		want    string // "" for a miss
		key     int
		exact   bool
	}{
		{"exact", onMain, "v", []string{"Linux-pip-aaa"}, "Linux-pip-aaa", 0, true},
		{"exact before newer with the prefix", onMain, "v", []string{"Linux-pip"}, "Linux-pip", 0, true},
		{"prefix of the key, newest", onMain, "v", []string{"Linux-pip-"}, "Linux-pip-aaa-long", 0, false},
		{"prefix that ends inside a name", onMain, "v", []string{"Linux-n"}, "Linux-npm-1", 0, false},
		{"key before restore keys", onMain, "v", []string{"Linux-pip-b", "Linux-pip-aaa"}, "Linux-pip-bbb", 0, false},
		{"restore keys in order", onMain, "v", []string{"no", "nor", "Linux-npm", "Linux-pip"}, "Linux-npm-1", 2, false},
		{"restore key, exact", onMain, "v", []string{"no", "Linux-pip-bbb"}, "Linux-pip-bbb", 1, true},
		{"restore key longer than any", onMain, "v", []string{"no", "Linux-pip-bbbb"}, "", 0, false},
		{"letter case", onMain, "v", []string{"LINUX-PIP-AAA"}, "Linux-pip-aaa", 0, true},
		{"other version", onMain, "x", []string{"Linux-pip-aaa"}, "", 0, false},
		{"version with another entry", onMain, "w", []string{"Linux-pip-"}, "Linux-pip-zzz", 0, false},
		{"version is not a prefix", onMain, "", []string{"Linux-pip-aaa"}, "", 0, false},
		{"own branch first, though the default branch has the key", onDev, "v", []string{"Linux-pip-aaa", "Linux-pip-"}, "Linux-pip-dev", 1, false},
		{"then the default branch", onDev, "v", []string{"Linux-npm-"}, "Linux-npm-1", 0, false},
		{"not another branch", onDev, "v", []string{"Linux-pip-other"}, "", 0, false},
		{"the default branch does not see others", onMain, "v", []string{"Linux-pip-dev"}, "", 0, false},
		{"pull request, own", pull, "v", []string{"Linux-pip-"}, "Linux-pip-pull", 0, false},
		{"pull request, base", pull, "v", []string{"Linux-pip-d"}, "Linux-pip-dev", 0, false},
		{"pull request, default", pull, "v", []string{"Linux-npm-"}, "Linux-npm-1", 0, false},
		{"another pull request", pullRequest(8, "refs/heads/dev", "refs/heads/main"), "v", []string{"Linux-pip-pull"}, "", 0, false},
		{"read-only", readOnly, "v", []string{"Linux-npm-1"}, "Linux-npm-1", 0, true},
		{"write-only", writeOnly, "v", []string{"Linux-npm-1"}, "", 0, false},
		{"no scope", nil, "v", []string{"Linux-npm-1"}, "", 0, false},
		{"no key", onMain, "v", nil, "", 0, false},
	} {
		got, ok := table.Lookup(day0.Add(time.Hour), tt.scopes, tt.version, tt.keys)
		if ok != (tt.want != "") || got.Entry.Key != tt.want || got.Key != tt.key || got.Exact != tt.exact {
			t.Errorf("%s: got %+v, want %q by key %d, exact %t", tt.name, got, tt.want, tt.key, tt.exact)
		}
		if got, want := ok && got.Hit(), tt.want != "" && tt.key == 0 && tt.exact; got != want {
			t.Errorf("%s: Hit: got %t, want %t", tt.name, got, want)
		}
	}
}

// Of entries made at the same moment the one reserved last is the newest.
func TestLookupSameMoment(t *testing.T) {
	t.Parallel()
	table := New(GitHub(), nil)
	for _, key := range []string{"k-2", "k-1", "k-3"} {
		save(t, table, day0, onMain, key, "v", 1)
	}
	if got, ok := table.Lookup(day0, onMain, "v", []string{"k-"}); !ok || got.Entry.Key != "k-3" {
		t.Errorf("got %+v, want k-3", got)
	}
}

func TestScopes(t *testing.T) {
	t.Parallel()
	const a, b = "refs/heads/a", "refs/heads/b"
	for _, tt := range []struct {
		name      string
		got, want []Scope
	}{
		{"default branch", Branch(a, a), []Scope{{a, 3}}},
		{"branch", Branch(a, b), []Scope{{a, 3}, {b, 1}}},
	} {
		if !slices.Equal(tt.got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, tt.got, tt.want)
		}
	}
}

func TestReserveConflicts(t *testing.T) {
	t.Parallel()
	table := New(GitHub(), nil)
	save(t, table, day0, onMain, "Key", "v", 1)
	if _, err := table.Reserve(day0, onDev, "pending", "v"); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name         string
		after        time.Duration
		scopes       []Scope
		key, version string
		exists       bool
	}{
		{"an entry", 0, onMain, "Key", "v", true},
		{"an entry, much later", 7 * day, onMain, "Key", "v", true},
		{"an entry in another letter case", 0, onMain, "KEY", "v", true},
		{"another version", 0, onMain, "Key", "w", false},
		{"another scope", 0, onDev, "Key", "v", false},
		{"a longer key", 0, onMain, "Key2", "v", false},
		{"a shorter key", 0, onMain, "Ke", "v", false},
		{"a reservation", 0, onDev, "pending", "v", true},
		{"a reservation, a day less a second later", day - time.Second, onDev, "pending", "v", true},
		{"a reservation, a day later", day, onDev, "pending", "v", false},
	} {
		// Each case has a table of its own, in the same state.
		table := New(GitHub(), nil)
		save(t, table, day0, onMain, "Key", "v", 1)
		if _, err := table.Reserve(day0, onDev, "pending", "v"); err != nil {
			t.Fatal(err)
		}
		_, err := table.Reserve(day0.Add(tt.after), tt.scopes, tt.key, tt.version)
		var exists *ExistsError
		if errors.As(err, &exists) != tt.exists || (err == nil) == tt.exists {
			t.Errorf("%s: got %v, want a conflict: %t", tt.name, err, tt.exists)
		}
		if exists != nil && (exists.Key != tt.key || exists.Version != tt.version || exists.Scope != tt.scopes[0].Ref) {
			t.Errorf("%s: got %+v, want what was asked for", tt.name, exists)
		}
	}
}

// A job may write nowhere but in its first writable scope.
func TestReserveScope(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		scopes []Scope
		want   string
	}{
		{"own", onDev, "refs/heads/dev"},
		{"first that may be written", []Scope{{"a", Read}, {"b", Write}, {"c", Read | Write}}, "b"},
		{"none", []Scope{{"a", Read}}, ""},
		{"no scope", nil, ""},
	} {
		table := New(GitHub(), nil)
		id, err := table.Reserve(day0, tt.scopes, "k", "v")
		if (tt.want == "") != errors.Is(err, ErrReadOnly) {
			t.Errorf("%s: got error %v", tt.name, err)
		}
		if e, ok := table.Reserved(id); ok != (tt.want != "") || e.Scope != tt.want {
			t.Errorf("%s: got scope %q, want %q", tt.name, e.Scope, tt.want)
		}
		if got, ok := table.Pending(tt.scopes, "K", "v"); ok != (tt.want != "") || got != id {
			t.Errorf("%s: Pending: got %d %t, want %d", tt.name, got, ok, id)
		}
	}
}

func TestReservationIsNoEntry(t *testing.T) {
	t.Parallel()
	table := New(GitHub(), nil)
	id, err := table.Reserve(day0, onMain, "k", "v")
	if err != nil {
		t.Fatal(err)
	}
	if m, ok := table.Lookup(day0, onMain, "v", []string{"k"}); ok {
		t.Errorf("a reservation was found: %+v", m)
	}
	table.Release(id)
	if _, err := table.Commit(day0, id, 1); !errors.Is(err, ErrNotReserved) {
		t.Errorf("commit of a released reservation: got %v, want ErrNotReserved", err)
	}
	e := save(t, table, day0, onMain, "k", "v", 1)
	if e.ID == id {
		t.Errorf("id %d was given twice", id)
	}
	if _, err := table.Commit(day0, e.ID, 1); !errors.Is(err, ErrNotReserved) {
		t.Errorf("second commit: got %v, want ErrNotReserved", err)
	}
}

func TestUnusedGoes(t *testing.T) {
	t.Parallel()
	var gone []string
	table := New(GitHub(), func(e Entry, why Cause) { gone = append(gone, e.Key+" "+string(why)) })
	save(t, table, day0, onMain, "used", "v", 1)
	save(t, table, day0, onMain, "unused", "v", 1)
	if _, ok := table.Lookup(day0.Add(5*day), onMain, "v", []string{"used"}); !ok {
		t.Fatal("no entry after 5 days")
	}
	if table.Expire(day0.Add(7 * day)); table.Len() != 2 {
		t.Errorf("after 7 days: got %d entries, want 2", table.Len())
	}
	if _, ok := table.Lookup(day0.Add(7*day+1), onMain, "v", []string{"unused"}); ok {
		t.Error("an entry was found that was not used for over 7 days")
	}
	if table.Expire(day0.Add(12 * day)); table.Len() != 1 {
		t.Errorf("7 days after its use: got %d entries, want 1", table.Len())
	}
	table.Expire(day0.Add(12*day + 1))
	if want := []string{"unused expired", "used expired"}; !slices.Equal(gone, want) || table.Bytes() != 0 {
		t.Errorf("got %q and %d bytes, want %q and 0", gone, table.Bytes(), want)
	}
	save(t, table, day0.Add(13*day), onMain, "unused", "v", 1)
}

func TestLeastRecentlyUsedGoes(t *testing.T) {
	t.Parallel()
	var gone []string
	table := New(Limits{Bytes: 100, Idle: day, Reserve: day}, func(e Entry, why Cause) { gone = append(gone, e.Key+" "+string(why)) })
	for _, key := range []string{"a", "b", "c"} {
		save(t, table, day0, onMain, key, "v", 30)
	}
	save(t, table, day0, onDev, "exactly full", "v", 10)
	if gone != nil {
		t.Fatalf("at the limit: %q went", gone)
	}
	if _, ok := table.Lookup(day0, onMain, "v", []string{"a"}); !ok {
		t.Fatal("a is not there")
	}
	save(t, table, day0, onDev, "d", "v", 50)
	if want := []string{"b evicted", "c evicted"}; !slices.Equal(gone, want) || table.Bytes() != 90 {
		t.Errorf("got %q and %d bytes, want %q and 90", gone, table.Bytes(), want)
	}
	save(t, table, day0, onDev, "all", "v", 100)
	if table.Len() != 1 || table.Bytes() != 100 {
		t.Errorf("got %d entries of %d bytes, want the new one alone", table.Len(), table.Bytes())
	}
	id, err := table.Reserve(day0, onDev, "more", "v")
	if err != nil {
		t.Fatal(err)
	}
	var tooLarge *SizeError
	if _, err := table.Commit(day0, id, 101); !errors.As(err, &tooLarge) || table.Len() != 1 {
		t.Errorf("got %v, want a *SizeError and nothing evicted", err)
	}
	if _, err := table.Commit(day0, id, 1); err != nil {
		t.Errorf("the reservation is gone after a commit that failed: %v", err)
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()
	var gone []Cause
	table := New(GitHub(), func(_ Entry, why Cause) { gone = append(gone, why) })
	e := save(t, table, day0, onMain, "k", "v", 5)
	if !table.Delete(e.ID) || table.Delete(e.ID) || table.Bytes() != 0 || !slices.Equal(gone, []Cause{Deleted}) {
		t.Errorf("got %d bytes, %q; want one deletion", table.Bytes(), gone)
	}
	if again := save(t, table, day0, onMain, "k", "v", 5); again.ID == e.ID {
		t.Errorf("id %d was given twice", e.ID)
	}
}

func TestClockDoesNotGoBack(t *testing.T) {
	t.Parallel()
	table := New(GitHub(), nil)
	a := save(t, table, day0.Add(time.Hour), onMain, "a", "v", 1)
	if b := save(t, table, day0, onMain, "b", "v", 1); b.Created != a.Created {
		t.Errorf("got %v, want %v", b.Created, a.Created)
	}
}

func TestCheckKeys(t *testing.T) {
	t.Parallel()
	ten := slices.Repeat([]string{"k"}, 10)
	for _, tt := range []struct {
		name string
		keys []string
		ok   bool
	}{
		{"one", []string{"k"}, true},
		{"ten", ten, true},
		{"eleven", append(ten[:10:10], "k"), false},
		{"none", nil, false},
		{"empty", []string{"k", ""}, false},
		{"comma", []string{"k", "a,b"}, false},
		{"longest", []string{strings.Repeat("k", 512)}, true},
		{"longest, in characters", []string{strings.Repeat("ü", 512)}, true},
		{"too long", []string{strings.Repeat("k", 513)}, false},
	} {
		err := CheckKeys(tt.keys)
		var bad *KeyError
		if (err == nil) != tt.ok || errors.As(err, &bad) == tt.ok {
			t.Errorf("%s: got %v, want fine: %t", tt.name, err, tt.ok)
		}
	}
	if _, err := New(GitHub(), nil).Reserve(day0, onMain, "a,b", "v"); err == nil {
		t.Error("a key with a comma was reserved")
	}
}

func TestRestore(t *testing.T) {
	t.Parallel()
	table := New(GitHub(), nil)
	old := save(t, table, day0, onMain, "old", "v", 1)
	save(t, table, day0.Add(time.Hour), onMain, "young", "v", 2)
	if _, ok := table.Lookup(day0.Add(2*time.Hour), onMain, "v", []string{"old"}); !ok {
		t.Fatal("no old entry")
	}
	then, now := day0.Add(day), day0.Add(100*day)
	got, err := Restore(GitHub(), nil, table.Entries(), then, now, 40)
	if err != nil {
		t.Fatal(err)
	}
	if e, ok := got.Get(old.ID); !ok || now.Sub(e.Created) != day || now.Sub(e.Used) != 22*time.Hour {
		t.Errorf("got %+v, want the ages of then", e)
	}
	if keys := keysOf(got.Entries()); !slices.Equal(keys, []string{"young", "old"}) || got.Bytes() != 3 {
		t.Errorf("got %q of %d bytes, want the same order of use", keys, got.Bytes())
	}
	if e := save(t, got, now, onMain, "new", "v", 1); e.ID != 41 {
		t.Errorf("got id %d, want 41", e.ID)
	}
	for name, bad := range map[string][]Entry{
		"same id":      {{ID: 1, Key: "a"}, {ID: 1, Key: "b"}},
		"same key":     {{ID: 1, Key: "a"}, {ID: 2, Key: "A"}},
		"out of order": {{ID: 1, Key: "a", Used: day0}, {ID: 2, Key: "b"}},
	} {
		if _, err := Restore(GitHub(), nil, bad, then, now, 0); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func keysOf(entries []Entry) []string {
	var keys []string
	for _, e := range entries {
		keys = append(keys, e.Key)
	}
	return keys
}
