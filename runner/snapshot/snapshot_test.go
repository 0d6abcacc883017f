package snapshot

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/engine/enginetest"
)

// hostTasks does tasks as a container would, but in this process.
type hostTasks struct {
	store *Store
	ran   []string
	err   error // to answer with, having done nothing
}

func (h *hostTasks) RunTask(ctx context.Context, t engine.Task) error {
	h.ran = append(h.ran, strings.Join(t.Command, " "))
	if h.err != nil {
		return h.err
	}
	want := map[string]string{h.store.Dir: "/states", h.store.Program: "/cibench"}
	if t.Image != h.store.Image || !maps.Equal(t.Binds, want) {
		return errors.New("not the store's image and binds")
	}
	var args []string
	for _, arg := range t.Command[2:] {
		if rest, ok := strings.CutPrefix(arg, "/states/"); ok {
			arg = filepath.Join(h.store.Dir, rest)
		}
		args = append(args, arg)
	}
	return RunTask(ctx, args)
}

func newStore(t *testing.T, keep int) (*Store, *hostTasks) {
	t.Helper()
	s := &Store{Dir: t.TempDir(), Keep: keep, Image: "linux", Program: "/bin/cibench", contained: true}
	tasks := &hostTasks{store: s}
	s.Tasks = tasks
	return s, tasks
}

// save makes a snapshot out of a builder's state.
func save(t *testing.T, s *Store, key string) {
	t.Helper()
	dir, err := s.Create(t.Context(), "builder")
	must(t, err)
	newState(t, dir)
	must(t, s.Save(t.Context(), key, "builder", func(dir string) error {
		return os.WriteFile(filepath.Join(dir, "note"), []byte(key), 0o600)
	}))
}

// TestStore keeps a state, brings it back and removes it, as root and as a user
// who is not.
func TestStore(t *testing.T) {
	t.Parallel()
	t.Run("in process", func(t *testing.T) {
		t.Parallel()
		if os.Geteuid() != 0 {
			t.Skip("only root may do tasks in its own process")
		}
		s, tasks := newStore(t, 1)
		s.contained = false
		testStore(t, s)
		if len(tasks.ran) > 0 {
			t.Errorf("got tasks %q, want none", tasks.ran)
		}
	})
	t.Run("in containers", func(t *testing.T) {
		t.Parallel()
		s, tasks := newStore(t, 1)
		testStore(t, s)
		want := []string{ // what is not there is not removed
			"/cibench snapshot-task move /states/builders/builder /states/snapshots/key/state",
			"/cibench snapshot-task clone /states/snapshots/key/state /states/builders/trial",
			"/cibench snapshot-task remove /states/builders/trial",
			"/cibench snapshot-task remove /states/builders",
		}
		if !slices.Equal(tasks.ran, want) {
			t.Errorf("got tasks\n%s\nwant\n%s", strings.Join(tasks.ran, "\n"), strings.Join(want, "\n"))
		}
	})
	t.Run("in real containers", func(t *testing.T) {
		t.Parallel()
		e := enginetest.Open(t)
		s, _ := newStore(t, 1)
		s.Tasks, s.Image, s.Program = e, enginetest.Daemon(t, e), enginetest.Program(t)
		testStore(t, s)
	})
}

func testStore(t *testing.T, s *Store) {
	t.Helper()
	if notes, ok, err := s.Notes("key"); ok || err != nil {
		t.Fatalf("notes of nothing: got %q %v %v", notes, ok, err)
	}
	if _, err := s.Restore(t.Context(), "key", "trial"); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("restore of nothing: got %v", err)
	}
	dir, err := s.Create(t.Context(), "builder")
	must(t, err)
	newState(t, dir)
	before := describe(t, dir)
	must(t, s.Save(t.Context(), "key", "builder", func(dir string) error {
		return os.WriteFile(filepath.Join(dir, "note"), []byte("text"), 0o600)
	}))
	if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the builder's state after it was saved: got %v, want none", err)
	}

	notes, ok, err := s.Notes("key")
	if err != nil || !ok {
		t.Fatalf("notes: got %v %v", ok, err)
	}
	if note, err := os.ReadFile(filepath.Join(notes, "note")); err != nil || string(note) != "text" {
		t.Errorf("note: got %q %v", note, err)
	}
	restored, err := s.Restore(t.Context(), "key", "trial")
	must(t, err)
	if d := diff(describe(t, restored), before); d != "" {
		t.Errorf("the restored state differs:\n%s", d)
	}
	must(t, s.Discard(t.Context(), "trial"))
	must(t, s.Discard(t.Context(), "trial"))
	if _, err := os.Lstat(restored); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a discarded state: got %v, want none", err)
	}
	if d := diff(describe(t, s.snapshot("key", stateDir)), before); d != "" {
		t.Errorf("the snapshot changed:\n%s", d)
	}
	must(t, s.DiscardAll(t.Context()))
	must(t, s.DiscardAll(t.Context()))
	if left, err := os.ReadDir(s.Dir); err != nil || len(left) != 1 {
		t.Errorf("left: got %v %v, want the snapshots alone", left, err)
	}
}

func TestCreateReplacesWhatWasLeft(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t, 1)
	dir, err := s.Create(t.Context(), "builder")
	must(t, err)
	newState(t, dir)
	again, err := s.Create(t.Context(), "builder")
	must(t, err)
	if left, err := os.ReadDir(again); err != nil || again != dir || len(left) > 0 {
		t.Errorf("got %s with %v, %v; want %s, empty", again, left, err, dir)
	}
}

// TestTrim keeps the snapshots used last, by saving or by restoring, and none
// that is incomplete.
func TestTrim(t *testing.T) {
	t.Parallel()
	for keep, want := range map[int][]string{
		1: {"third"},
		2: {"first", "third"},
		9: {"first", "second", "third"},
	} {
		t.Run(fmt.Sprint(keep), func(t *testing.T) {
			t.Parallel()
			s, _ := newStore(t, keep)
			for i, key := range []string{"first", "second"} {
				must(t, os.MkdirAll(s.snapshot(key, stateDir), 0o700))
				must(t, os.WriteFile(s.snapshot(key, doneFile), nil, 0o600))
				used := oldTime.AddDate(0, 0, i)
				must(t, os.Chtimes(s.snapshot(key, doneFile), used, used))
			}
			must(t, os.Mkdir(s.snapshot("interrupted"), 0o700))
			_, err := s.Restore(t.Context(), "first", "trial")
			must(t, err)
			save(t, s, "third")

			entries, err := os.ReadDir(filepath.Join(s.Dir, snapshotsDir))
			must(t, err)
			var got []string
			for _, e := range entries {
				got = append(got, e.Name())
			}
			if !slices.Equal(got, want) {
				t.Errorf("kept: got %q, want %q", got, want)
			}
		})
	}
}

// TestTrimLeavesWhatIsUsed makes more snapshots in one process than are kept:
// the next process removes them.
func TestTrimLeavesWhatIsUsed(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t, 1)
	kept := func() (keys []string) {
		entries, err := os.ReadDir(filepath.Join(s.Dir, snapshotsDir))
		must(t, err)
		for _, e := range entries {
			keys = append(keys, e.Name())
		}
		return keys
	}
	for _, key := range []string{"a", "b", "c"} {
		save(t, s, key)
	}
	if got, want := kept(), []string{"a", "b", "c"}; !slices.Equal(got, want) {
		t.Errorf("kept by the process that made them: got %q, want %q", got, want)
	}
	next, _ := newStore(t, 1)
	next.Dir = s.Dir
	if _, ok, err := next.Notes("b"); err != nil || !ok {
		t.Fatalf("got %t, %v, want a snapshot", ok, err)
	}
	save(t, next, "d")
	if got, want := kept(), []string{"b", "d"}; !slices.Equal(got, want) {
		t.Errorf("kept by the next one, which uses b: got %q, want %q", got, want)
	}
}

// TestInterruptedSave fails a Save under a key that is taken, at each step.
func TestInterruptedSave(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for _, step := range []string{"remove", "note", "move"} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			s, tasks := newStore(t, 2)
			save(t, s, "key")
			dir, err := s.Create(t.Context(), "builder")
			must(t, err)
			newState(t, dir)
			if step == "remove" {
				tasks.err = broken
			}
			err = s.Save(t.Context(), "key", "builder", func(string) error {
				tasks.err = broken
				if step == "note" {
					return broken
				}
				return nil
			})
			if !errors.Is(err, broken) {
				t.Fatalf("save: got %v, want %v", err, broken)
			}
			tasks.err = nil
			if _, ok, err := s.Notes("key"); ok || err != nil {
				t.Errorf("notes: got %v %v, want none", ok, err)
			}
			if _, err := s.Restore(t.Context(), "key", "trial"); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("restore: got %v, want %v", err, fs.ErrNotExist)
			}
			save(t, s, "key")
			if _, ok, err := s.Notes("key"); !ok || err != nil {
				t.Errorf("notes of a second try: got %v %v", ok, err)
			}
		})
	}
}

func TestRunTaskRefuses(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"clone"}, {"clone", "a"}, {"move", "a", "b", "c"}, {"remove"}, {"other", "a"}} {
		if err := RunTask(t.Context(), args); err == nil {
			t.Errorf("%q: no error", args)
		}
	}
}
