package venv

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/lane"
	"github.com/cibench/cibench/runner/runnertest"
	"github.com/cibench/cibench/runner/service/servicetest"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// TestKept has a second lane, with a cache of its own, begin with what a first
// one was primed to.
func TestKept(t *testing.T) {
	first := newLane(t)
	first.States, first.Keep = t.TempDir(), 2
	trials := []plan.Trial{
		{ID: "hit", Job: "lint-and-test", Variant: "after", State: scenarios.Hit},
		{ID: "remove", Job: "lint-and-test", Variant: "after", State: scenarios.DepsRemove},
	}
	if err := first.Record(t.Context(), trials); err != nil {
		t.Fatal(err)
	}
	cfg := first.Config
	cfg.Cache, cfg.CacheURL = servicetest.Cache(t)
	cfg.Say = func(msg string) { t.Errorf("said %q, want nothing to be run again", msg) }
	second, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Supply(t.Context(), []string{"after"}); err != nil {
		t.Fatal(err)
	}
	hit, remove := runnertest.Trial(t, second, trials[0]), runnertest.Trial(t, second, trials[1])
	if hit[results.CounterIndexRequests] != 0 || hit[results.CounterCacheHits] != 1 || remove[results.CounterDrift] != 1 {
		t.Errorf("got %v and %v, want a hit without requests, and what was removed still there", hit, remove)
	}
}

// shelf is a lane that only keeps.
func shelf(t *testing.T, keep int) *Lane {
	cache, _ := servicetest.Cache(t)
	return &Lane{Config: Config{Config: lane.Config{Cache: cache}, States: t.TempDir(), Keep: keep}}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	want := note{
		Entries: entries{
			"pip": {"k": {Rest: 2}}, "venv": {"k": {Environments: []string{".venv"}}},
		},
		Files: map[string]bool{"a.whl": true}, Bytes: 7, Packages: map[string]string{"a": "1.0"},
	}
	for _, tt := range []struct {
		name  string
		spoil func(dir string) error
		whole bool
	}{
		{"whole", func(string) error { return nil }, true},
		{"no note", func(dir string) error { return os.Remove(filepath.Join(dir, primedNote)) }, false},
		{"no entries", func(dir string) error { return os.RemoveAll(filepath.Join(dir, entriesDir)) }, false},
		{"cut note", func(dir string) error { return os.Truncate(filepath.Join(dir, primedNote), 9) }, false},
		{"empty note", func(dir string) error { return os.Truncate(filepath.Join(dir, primedNote), 0) }, false},
		{"cut entries", func(dir string) error { return os.Truncate(filepath.Join(dir, entriesDir, "entries.json"), 9) }, false},
	} {
		l := shelf(t, 1)
		dir := filepath.Join(l.States, "key")
		if err := errors.Join(l.keep(&primed{note: want}, dir), tt.spoil(dir)); err != nil {
			t.Fatal(err)
		}
		got, err := l.load(dir)
		if (got != nil) != tt.whole || err != nil {
			t.Errorf("%s: got %+v, %v", tt.name, got, err)
		}
		if tt.whole && !reflect.DeepEqual(got.note, want) {
			t.Errorf("%s: got %+v, want %+v", tt.name, got.note, want)
		}
	}
}

func TestTrim(t *testing.T) {
	t.Parallel()
	l := shelf(t, 2)
	for age, key := range []string{"new", "used", "old"} {
		dir := filepath.Join(l.States, key)
		at := time.Now().Add(-time.Hour * time.Duration(age+1))
		if err := errors.Join(l.keep(&primed{}, dir), os.Chtimes(filepath.Join(dir, primedNote), at, at)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(l.States, "half"), 0o755); err != nil {
		t.Fatal(err)
	}
	if p, err := l.load(filepath.Join(l.States, "used")); p == nil || err != nil {
		t.Fatalf("load: got %v, %v", p, err)
	}
	if err := l.trim("old"); err != nil {
		t.Fatal(err)
	}
	var left []string
	dirs, err := os.ReadDir(l.States)
	for _, d := range dirs {
		left = append(left, d.Name())
	}
	if want := []string{"old", "used"}; err != nil || !slices.Equal(left, want) {
		t.Errorf("left: got %q, %v, want %q: the one just made and the last used", left, err, want)
	}
}
