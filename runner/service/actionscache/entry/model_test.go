package entry

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// A model is the rules again, as directly as they can be written: a list of
// entries that is read from end to end.
type model struct {
	limits  Limits
	entries []Entry // the one unused for longest first
}

func (m *model) expire(now time.Time) {
	m.entries = slices.DeleteFunc(m.entries, func(e Entry) bool { return now.Sub(e.Used) > m.limits.Idle })
}

func (m *model) lookup(now time.Time, scopes []Scope, version string, keys []string) (Match, bool) {
	m.expire(now)
	for _, s := range scopes {
		for k, key := range keys {
			best, exact := -1, false
			for i, e := range m.entries {
				if e.Scope != s.Ref || e.Version != version || s.Permission&Read == 0 ||
					!strings.HasPrefix(strings.ToLower(e.Key), strings.ToLower(key)) {
					continue
				}
				if len(e.Key) == len(key) {
					best, exact = i, true
					break
				}
				if best < 0 || e.newer(&m.entries[best]) {
					best = i
				}
			}
			if best >= 0 {
				e := m.entries[best]
				e.Used = now
				m.entries = append(slices.Delete(m.entries, best, best+1), e)
				return Match{e, k, exact}, true
			}
		}
	}
	return Match{}, false
}

func (m *model) save(now time.Time, e Entry) bool {
	m.expire(now)
	for _, o := range m.entries {
		if o.Scope == e.Scope && o.Version == e.Version && strings.EqualFold(o.Key, e.Key) {
			return false
		}
	}
	m.entries = append(m.entries, e)
	for sum := m.bytes(); sum > m.limits.Bytes; sum = m.bytes() {
		m.entries = m.entries[1:]
	}
	return true
}

func (m *model) bytes() (sum int64) {
	for _, e := range m.entries {
		sum += e.Size
	}
	return sum
}

// TestModel does the same random things to a table and to the model.
func TestModel(t *testing.T) {
	t.Parallel()
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 1))
		limits := Limits{Bytes: 400, Idle: 3 * time.Hour, Reserve: time.Hour}
		table, m := New(limits, nil), &model{limits: limits}
		now := day0
		for step := range 1500 {
			now = now.Add(time.Duration(rng.IntN(10)) * time.Minute / 3)
			scopes := [][]Scope{onMain, onDev, pullRequest(1, "refs/heads/dev", "refs/heads/main")}[rng.IntN(3)]
			version := []string{"v", "w"}[rng.IntN(2)]
			var what string
			switch rng.IntN(5) {
			case 0, 1, 2:
				keys := []string{randomKey(rng), randomKey(rng)}
				got, ok := table.Lookup(now, scopes, version, keys)
				want, found := m.lookup(now, scopes, version, keys)
				if what = fmt.Sprint("look up ", scopes, version, keys); ok != found || got != want {
					t.Fatalf("seed %d, step %d: %s:\ngot  %+v\nwant %+v", seed, step, what, got, want)
				}
			case 3:
				key, size := randomKey(rng), int64(rng.IntN(100))
				what = fmt.Sprint("save ", scopes, version, key)
				id, err := table.Reserve(now, scopes, key, version)
				e := Entry{ID: id, Key: key, Version: version, Scope: scopes[0].Ref, Size: size, Created: now, Used: now}
				if saved := m.save(now, e); saved != (err == nil) {
					t.Fatalf("seed %d, step %d: %s: got %v, want saved: %t", seed, step, what, err, saved)
				}
				if err == nil {
					if got, err := table.Commit(now, id, size); err != nil || got != e {
						t.Fatalf("seed %d, step %d: %s: got %+v %v, want %+v", seed, step, what, got, err, e)
					}
				}
			case 4:
				if rng.IntN(4) > 0 || len(m.entries) == 0 {
					continue
				}
				i := rng.IntN(len(m.entries))
				what = fmt.Sprint("delete ", m.entries[i].Key)
				had := table.Delete(m.entries[i].ID)
				if m.entries = slices.Delete(m.entries, i, i+1); !had {
					t.Fatalf("seed %d, step %d: %s: it is not there", seed, step, what)
				}
			}
			if got := table.Entries(); !slices.Equal(got, m.entries) || table.Bytes() != m.bytes() || table.Len() != len(m.entries) {
				t.Fatalf("seed %d, step %d: after %s:\ngot  %v\nwant %v", seed, step, what, keysOf(got), keysOf(m.entries))
			}
		}
		for _, e := range m.entries {
			table.Delete(e.ID)
		}
		if len(table.trees) != 0 || len(table.items) != 0 {
			t.Errorf("seed %d: an empty table still holds %d trees and %d items", seed, len(table.trees), len(table.items))
		}
	}
}

// randomKey is short and of few letters, so that keys collide and nest.
func randomKey(rng *rand.Rand) string {
	key := make([]byte, 1+rng.IntN(5))
	for i := range key {
		key[i] = "abA"[rng.IntN(3)]
	}
	return string(key)
}
