// Package snapshot keeps a primed cache state and brings it back.
//
// A snapshot is a builder's volume, copied whole while its daemon is at rest,
// beside a directory in which the lane keeps what belongs to it. Snapshots
// outlive the run that made them: the key names everything that shaped the
// state, so an equal key is the same state. What a state means, and when it
// may be reused, is left to the lanes.
package snapshot

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	copyfs "github.com/containerd/continuity/fs"

	"github.com/cibench/cibench/runner/engine"
)

// Command is the hidden argument by which the program copies one directory to
// another: `cibench snapshot-copy SRC DST`. It runs inside a container, where
// the files' owners, devices and trusted attributes are real.
const Command = "snapshot-copy"

// Copy copies the content of the directory src into the directory dst with
// owners, modes, times, hard links, devices and extended attributes.
func Copy(src, dst string) error {
	if err := copyfs.CopyDir(dst, src); err != nil {
		return fmt.Errorf("copy %s to %s: %w", src, dst, err)
	}
	return nil
}

// Tasks runs a command in a container.
type Tasks interface {
	RunTask(ctx context.Context, t engine.Task) error
}

// Store holds snapshots below Dir, at most Keep of them: the least recently
// used go first. One process at a time may use it.
type Store struct {
	Dir     string
	Keep    int    // at least 1
	Tasks   Tasks  // runs the copies
	Image   string // any Linux image that the engine holds
	Program string // path of a static cibench binary on this host
}

const (
	doneFile  = "done"   // written last: a snapshot without it is not one
	volumeDir = "volume" // the builder's state, owned by root
	notesDir  = "notes"  // the lane's own
)

// Notes returns the directory in which the lane keeps its part of a complete
// snapshot, and whether there is one under that key.
func (s *Store) Notes(key string) (string, bool, error) {
	_, err := os.Stat(s.path(key, doneFile))
	if errors.Is(err, fs.ErrNotExist) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("snapshot: %w", err)
	}
	return s.path(key, notesDir), true, nil
}

// Save copies the volume under the key and lets note write the lane's part.
// The volume must be at rest. What an interrupted Save left is replaced.
func (s *Store) Save(ctx context.Context, key, volume string, note func(dir string) error) error {
	if err := s.Remove(ctx, key); err != nil {
		return err
	}
	for _, dir := range []string{volumeDir, notesDir} {
		if err := os.MkdirAll(s.path(key, dir), 0o700); err != nil {
			return fmt.Errorf("snapshot: %w", err)
		}
	}
	if err := s.copy(ctx, volume, s.path(key, volumeDir), "/volume", "/snapshot"); err != nil {
		return fmt.Errorf("snapshot: save: %w", err)
	}
	if err := note(s.path(key, notesDir)); err != nil {
		return fmt.Errorf("snapshot: save: %w", err)
	}
	if err := os.WriteFile(s.path(key, doneFile), nil, 0o600); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	return s.trim(ctx, key)
}

// Restore copies the snapshot into an empty volume.
func (s *Store) Restore(ctx context.Context, key, volume string) error {
	now := time.Now()
	if err := os.Chtimes(s.path(key, doneFile), now, now); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	if err := s.copy(ctx, volume, s.path(key, volumeDir), "/snapshot", "/volume"); err != nil {
		return fmt.Errorf("snapshot: restore: %w", err)
	}
	return nil
}

// Remove removes a snapshot, also an incomplete one; a missing one is fine.
func (s *Store) Remove(ctx context.Context, key string) error {
	os.Remove(s.path(key, doneFile))
	err := os.RemoveAll(s.path(key))
	if err == nil || !errors.Is(err, fs.ErrPermission) {
		return err
	}
	// The copies belong to root, which this user may not be.
	err = s.Tasks.RunTask(ctx, engine.Task{
		Image:   s.Image,
		Command: []string{"rm", "-rf", "/snapshots/" + key},
		Binds:   map[string]string{s.Dir: "/snapshots"},
	})
	if err != nil {
		return fmt.Errorf("snapshot: remove: %w", err)
	}
	return nil
}

func (s *Store) copy(ctx context.Context, volume, dir, from, to string) error {
	return s.Tasks.RunTask(ctx, engine.Task{
		Image:   s.Image,
		Command: []string{"/cibench", Command, from, to},
		Volumes: map[string]string{volume: "/volume"},
		Binds:   map[string]string{dir: "/snapshot", s.Program: "/cibench"},
	})
}

// trim removes the least recently used snapshots beyond Keep, and incomplete
// ones, but never the one named.
func (s *Store) trim(ctx context.Context, keep string) error {
	entries, err := os.ReadDir(s.Dir)
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	type snap struct {
		key  string
		used time.Time // zero for an incomplete one
	}
	var others []snap
	for _, entry := range entries {
		if entry.Name() == keep {
			continue
		}
		sn := snap{key: entry.Name()}
		if fi, err := os.Stat(s.path(sn.key, doneFile)); err == nil {
			sn.used = fi.ModTime()
		}
		others = append(others, sn)
	}
	slices.SortFunc(others, func(a, b snap) int { return b.used.Compare(a.used) })
	var errs []error
	for i, sn := range others {
		if i+1 >= s.Keep || sn.used.IsZero() {
			errs = append(errs, s.Remove(ctx, sn.key))
		}
	}
	return errors.Join(errs...)
}

func (s *Store) path(elem ...string) string {
	return filepath.Join(append([]string{s.Dir}, elem...)...)
}
