// Package snapshot keeps a primed cache state and brings it back.
//
// A state is the directory in which a builder keeps everything. Snapshots and
// the states of running builders lie side by side in one directory, so that a
// snapshot is made by a rename and brought back by Clone. Snapshots outlive
// the run that made them: the key names everything that shaped the state, so
// an equal key is the same state. What a state means, and when it may be
// reused, is left to the lanes.
package snapshot

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"github.com/cibench/cibench/runner/engine"
)

// Command is the hidden argument by which this program does to states, inside
// a container, what its user may not: `cibench snapshot-task TASK PATH…`.
const Command = "snapshot-task"

// A task is something that only root may do to a state, whose files belong to
// root and to the users of images.
type task string

const (
	taskClone  task = "clone"  // FROM TO
	taskMove   task = "move"   // FROM TO
	taskRemove task = "remove" // PATH
)

// RunTask does what the arguments of Command say.
func RunTask(ctx context.Context, args []string) error {
	switch {
	case len(args) == 3 && args[0] == string(taskClone):
		return Clone(ctx, args[1], args[2])
	case len(args) == 3 && args[0] == string(taskMove):
		return os.Rename(args[1], args[2])
	case len(args) == 2 && args[0] == string(taskRemove):
		return os.RemoveAll(args[1])
	}
	return fmt.Errorf("%s: got %q, want a task and its paths", Command, args)
}

// Tasks runs a command in a container.
type Tasks interface {
	RunTask(ctx context.Context, t engine.Task) error
}

// Store holds states below Dir, at most Keep snapshots among them, and all that
// this process uses: the least recently used go first. One process at a time
// may use it.
type Store struct {
	Dir     string
	Keep    int    // at least 1
	Tasks   Tasks  // runs what this user may not do
	Image   string // any Linux image that the engine holds
	Program string // path of a static cibench binary on this host

	inUse map[string]bool // by key

	contained bool // tests: tasks run in containers even where this user is root
}

// Below Dir are snapshots/KEY/{state,notes,done} and builders/NAME.
const (
	snapshotsDir = "snapshots"
	buildersDir  = "builders"
	stateDir     = "state" // the builder's, owned by root
	notesDir     = "notes" // the lane's own
	doneFile     = "done"  // written last: a snapshot without it is not one
)

// Create makes an empty state for a builder and returns its directory. One of
// that name left by a killed run is removed.
func (s *Store) Create(ctx context.Context, name string) (string, error) {
	dir, err := s.place(ctx, name)
	if err == nil {
		err = os.Mkdir(dir, 0o700)
	}
	if err != nil {
		return "", fmt.Errorf("state %s: %w", name, err)
	}
	return dir, nil
}

// Restore makes a state that is a clone of the snapshot and returns its
// directory.
func (s *Store) Restore(ctx context.Context, key, name string) (string, error) {
	now := time.Now()
	if err := os.Chtimes(s.snapshot(key, doneFile), now, now); err != nil {
		return "", fmt.Errorf("snapshot %s: %w", key, err)
	}
	dir, err := s.place(ctx, name)
	if err == nil {
		err = s.Clone(ctx, s.snapshot(key, stateDir), dir)
	}
	if err != nil {
		return "", fmt.Errorf("restore snapshot %s: %w", key, err)
	}
	return dir, nil
}

// Clone is the function Clone for directories below Dir whose files may be
// root's.
func (s *Store) Clone(ctx context.Context, src, dst string) error {
	return s.do(ctx, taskClone, src, dst)
}

// place returns where the builder of that name has its state, after removing
// what is there.
func (s *Store) place(ctx context.Context, name string) (string, error) {
	if err := os.MkdirAll(filepath.Join(s.Dir, buildersDir), 0o700); err != nil {
		return "", err
	}
	return s.builder(name), s.Discard(ctx, name)
}

// Discard removes a builder's state; a missing one is fine.
func (s *Store) Discard(ctx context.Context, name string) error {
	return s.do(ctx, taskRemove, s.builder(name))
}

// DiscardAll removes the states of all builders, such as killed runs left.
func (s *Store) DiscardAll(ctx context.Context) error {
	return s.do(ctx, taskRemove, filepath.Join(s.Dir, buildersDir))
}

// Notes returns the directory in which the lane keeps its part of a complete
// snapshot, and whether there is one under that key.
func (s *Store) Notes(key string) (string, bool, error) {
	_, err := os.Stat(s.snapshot(key, doneFile))
	if errors.Is(err, fs.ErrNotExist) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("snapshot: %w", err)
	}
	s.use(key)
	return s.snapshot(key, notesDir), true, nil
}

// Save makes the builder's state, which must be at rest, a snapshot under the
// key, and lets note write the lane's part. The builder has no state then.
// What an interrupted Save left is replaced.
func (s *Store) Save(ctx context.Context, key, name string, note func(dir string) error) error {
	if err := s.remove(ctx, key); err != nil {
		return fmt.Errorf("save snapshot: %w", err)
	}
	if err := os.MkdirAll(s.snapshot(key, notesDir), 0o700); err != nil {
		return fmt.Errorf("save snapshot: %w", err)
	}
	if err := note(s.snapshot(key, notesDir)); err != nil {
		return fmt.Errorf("save snapshot: %w", err)
	}
	if err := s.do(ctx, taskMove, s.builder(name), s.snapshot(key, stateDir)); err != nil {
		return fmt.Errorf("save snapshot: %w", err)
	}
	// Where the power goes now, there is no snapshot or a whole one.
	if err := syncFileSystem(s.snapshot(key)); err != nil {
		return fmt.Errorf("save snapshot: %w", err)
	}
	if err := os.WriteFile(s.snapshot(key, doneFile), nil, 0o600); err != nil {
		return fmt.Errorf("save snapshot: %w", err)
	}
	s.use(key)
	return s.trim(ctx)
}

// syncFileSystem returns when all that was written to the directory's file system
// is on its disk.
func syncFileSystem(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(unix.Syncfs(int(d.Fd())), d.Close())
}

// use keeps a snapshot from being removed until the process ends: a lane
// remembers what it primed.
func (s *Store) use(key string) {
	if s.inUse == nil {
		s.inUse = map[string]bool{}
	}
	s.inUse[key] = true
}

// remove removes a snapshot, also an incomplete one.
func (s *Store) remove(ctx context.Context, key string) error {
	// Without this file, what an interruption leaves is no snapshot.
	if err := os.Remove(s.snapshot(key, doneFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return s.do(ctx, taskRemove, s.snapshot(key))
}

// do does a task: in this process if it may, else as root in a container.
func (s *Store) do(ctx context.Context, t task, paths ...string) error {
	if os.Geteuid() == 0 && !s.contained {
		return RunTask(ctx, append([]string{string(t)}, paths...))
	}
	if _, err := os.Lstat(paths[0]); errors.Is(err, fs.ErrNotExist) && t == taskRemove {
		return nil
	}
	command := []string{"/cibench", Command, string(t)}
	for _, p := range paths {
		rel, err := filepath.Rel(s.Dir, p)
		if err != nil {
			return err
		}
		command = append(command, filepath.Join("/states", rel))
	}
	return s.Tasks.RunTask(ctx, engine.Task{
		Image:   s.Image,
		Command: command,
		Binds:   map[string]string{s.Dir: "/states", s.Program: "/cibench"},
	})
}

// trim removes the least recently used snapshots beyond Keep, and incomplete
// ones, but none in use.
func (s *Store) trim(ctx context.Context) error {
	keys, err := Surplus(filepath.Join(s.Dir, snapshotsDir), doneFile, s.Keep, s.inUse)
	if err != nil {
		return fmt.Errorf("snapshots: %w", err)
	}
	var errs []error
	for _, key := range keys {
		errs = append(errs, s.remove(ctx, key))
	}
	return errors.Join(errs...)
}

func (s *Store) builder(name string) string { return filepath.Join(s.Dir, buildersDir, name) }

func (s *Store) snapshot(key string, elem ...string) string {
	return filepath.Join(append([]string{s.Dir, snapshotsDir, key}, elem...)...)
}
