package actionscache

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/opencontainers/go-digest"

	"github.com/cibench/cibench/runner/service/actionscache/entry"
	"github.com/cibench/cibench/runner/service/internal/share"
)

// A saved snapshot is a directory: a manifest, and each archive in a file named
// by its digest.
const (
	manifestName = "entries.json"
	savedFormat  = 1
)

type manifest struct {
	Format  int          `json:"format"`
	Taken   time.Time    `json:"taken"`
	Entries []savedEntry `json:"entries"` // the one unused for longest first
	Gone    []savedGone  `json:"gone,omitempty"`
}

type savedEntry struct {
	ID      int64         `json:"id"`
	Key     string        `json:"key"`
	Version string        `json:"version"`
	Scope   string        `json:"scope"`
	Size    int64         `json:"size"`
	Created time.Time     `json:"created"`
	Used    time.Time     `json:"used"`
	Archive digest.Digest `json:"archive,omitempty"` // "" for one that is gone
}

type savedGone struct {
	savedEntry
	Cause entry.Cause `json:"cause"`
	At    time.Time   `json:"at"`
}

// CorruptError says that a saved snapshot is not as it was saved.
type CorruptError struct {
	Path string
	Err  error
}

func (e *CorruptError) Error() string { return "saved actions cache: " + e.Path + ": " + e.Err.Error() }
func (e *CorruptError) Unwrap() error { return e.Err }

// Hint says what to do about it.
func (e *CorruptError) Hint() string {
	return "delete " + filepath.Dir(e.Path) + "; it is made again when it is needed"
}

// Save writes a snapshot of this cache to a directory, in the place of the one
// saved there before. Archives on the same file system share their bytes with
// the cache's. A directory that holds something else is an error.
func (c *Cache) Save(s Snapshot, dir string) error {
	if err := c.save(s, dir); err != nil {
		return fmt.Errorf("save actions cache: %w", err)
	}
	return nil
}

func (c *Cache) save(s Snapshot, dir string) error {
	dir = filepath.Clean(dir)
	if err := replaceable(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), ".saving-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp) // what a failure left
	if err := os.Chmod(tmp, 0o755); err != nil {
		return err
	}
	m := manifest{Format: savedFormat, Taken: s.taken}
	for _, e := range s.entries {
		d := s.archives[e.ID]
		m.Entries = append(m.Entries, savedEntry{e.ID, e.Key, e.Version, e.Scope, e.Size, e.Created, e.Used, d})
		if err := share.File(c.files.path(d), filepath.Join(tmp, d.Encoded())); err != nil {
			return err
		}
	}
	for _, g := range s.gone {
		e := savedEntry{g.ID, g.Key, g.Version, g.Scope, g.Size, g.Created, g.Used, ""}
		m.Gone = append(m.Gone, savedGone{e, g.Cause, g.At})
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(tmp, manifestName), text, 0o644); err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.Rename(tmp, dir)
}

// replaceable keeps Save from removing what no Save made.
func replaceable(dir string) error {
	files, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(files) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := readManifest(dir); err != nil {
		return fmt.Errorf("%s holds something else: %w", dir, err)
	}
	return nil
}

// Load takes a snapshot that was saved, by this process or another, so that
// Reset can bring it back. Every archive is read and compared with its digest;
// what differs is a *CorruptError.
func (c *Cache) Load(dir string) (Snapshot, error) {
	m, err := readManifest(dir)
	if err != nil {
		return Snapshot{}, fmt.Errorf("load actions cache: %w", err)
	}
	s := Snapshot{taken: m.Taken, archives: map[int64]digest.Digest{}}
	for _, e := range m.Entries {
		s.entries = append(s.entries, e.entry())
		s.archives[e.ID] = e.Archive
	}
	for _, d := range s.archives {
		if err := c.take(filepath.Join(dir, d.Encoded()), d); err != nil {
			return Snapshot{}, fmt.Errorf("load actions cache: %w", err)
		}
	}
	return s, nil
}

func (e savedEntry) entry() entry.Entry {
	return entry.Entry{ID: e.ID, Key: e.Key, Version: e.Version, Scope: e.Scope, Size: e.Size, Created: e.Created, Used: e.Used}
}

// take puts an archive among the cache's and pins it there.
func (c *Cache) take(file string, d digest.Digest) error {
	f, err := os.Open(file)
	if err != nil {
		return &CorruptError{file, err}
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return err
	}
	if got := digest.NewDigest(digest.SHA256, h); got != d {
		return &CorruptError{file, fmt.Errorf("it has %s", got)}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.files.pinned[d] = true
	if _, err := os.Stat(c.files.path(d)); err == nil {
		return nil
	}
	return share.File(file, c.files.path(d))
}

// Saved is what a saved snapshot tells without a service: the entries as they
// were when it was taken, the latest used first, and those that had gone since
// the Reset before, the latest first.
type Saved struct {
	Taken   time.Time
	Entries []Held
	Gone    []Gone
}

// ReadSaved reads a saved snapshot. Where none was saved the error wraps
// fs.ErrNotExist.
func ReadSaved(dir string) (Saved, error) {
	m, err := readManifest(dir)
	if err != nil {
		return Saved{}, fmt.Errorf("read saved actions cache: %w", err)
	}
	s := Saved{Taken: m.Taken}
	for _, g := range slices.Backward(m.Gone) {
		s.Gone = append(s.Gone, Gone{g.entry(), g.Cause, g.At})
	}
	var all []entry.Entry
	archives := map[int64]digest.Digest{}
	for _, e := range m.Entries {
		all = append(all, e.entry())
		archives[e.ID] = e.Archive
	}
	s.Entries, err = list(all, archives, func(d digest.Digest) string { return filepath.Join(dir, d.Encoded()) })
	return s, err
}

func readManifest(dir string) (manifest, error) {
	path := filepath.Join(dir, manifestName)
	text, err := os.ReadFile(path)
	if err != nil {
		return manifest{}, err
	}
	var m manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return manifest{}, &CorruptError{path, err}
	}
	if m.Format != savedFormat {
		return manifest{}, &CorruptError{path, fmt.Errorf("format %d is not known", m.Format)}
	}
	for _, e := range m.Entries {
		if err := e.Archive.Validate(); err != nil || e.Archive.Algorithm() != digest.SHA256 {
			return manifest{}, &CorruptError{path, fmt.Errorf("entry %d: archive %q is no SHA-256", e.ID, e.Archive)}
		}
	}
	return m, nil
}
