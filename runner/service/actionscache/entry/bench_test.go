package entry

import (
	"crypto/sha256"
	"fmt"
	"testing"
	"time"
)

// filled returns a table as a busy repository has it: keys of a hash each, as
// the document's workflows make them, on the default branch and on others.
func filled(b *testing.B, perScope int) *Table {
	b.Helper()
	table := New(GitHub(), nil)
	for i := range perScope {
		now := day0.Add(time.Duration(i) * time.Minute)
		save(b, table, now, onMain, hashed("Linux-pip-", i), "version", 1<<20)
		save(b, table, now, onDev, hashed("Linux-venv-", i), "version", 1<<20)
	}
	return table
}

func hashed(prefix string, i int) string {
	return fmt.Sprintf("%s%x", prefix, sha256.Sum256(fmt.Append(nil, i)))
}

func BenchmarkLookup(b *testing.B) {
	for _, n := range []int{20, 1000} {
		table := filled(b, n)
		pull := pullRequest(1, "refs/heads/dev", "refs/heads/main")
		for _, bb := range []struct {
			name   string
			scopes []Scope
			keys   []string
		}{
			{"exact", onMain, []string{hashed("Linux-pip-", n/2), "Linux-pip-"}},
			{"restore key", onMain, []string{hashed("Linux-pip-", -1), "Linux-pip-"}},
			{"miss in three scopes", pull, []string{hashed("Linux-npm-", 1), "Linux-npm-"}},
		} {
			b.Run(fmt.Sprintf("%s/%d", bb.name, 2*n), func(b *testing.B) {
				b.ReportAllocs()
				now := day0.Add(24 * time.Hour)
				for b.Loop() {
					table.Lookup(now, bb.scopes, "version", bb.keys)
				}
			})
		}
	}
}

// BenchmarkSave reserves and commits in a full repository, so that each save
// evicts an entry.
func BenchmarkSave(b *testing.B) {
	table := New(Limits{Bytes: 200 << 20, Idle: time.Hour, Reserve: time.Hour}, nil)
	keys := make([]string, 4096)
	for i := range keys {
		keys[i] = hashed("Linux-pip-", i)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		save(b, table, day0, onMain, keys[i%len(keys)], "version", 1<<20)
	}
}
