package actionscache

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/opencontainers/go-digest"
)

// archives keeps each archive once, in a file named by its digest, and apart
// from them the uploads under way. Its fields are guarded by the cache's lock.
type archives struct {
	dir, uploads string

	used   map[digest.Digest]int  // by how many entries of the state
	pinned map[digest.Digest]bool // by snapshots
}

func newArchives(dir string) (*archives, error) {
	a := &archives{
		dir:     filepath.Join(dir, "archives"),
		uploads: filepath.Join(dir, "uploads"),
		used:    map[digest.Digest]int{},
		pinned:  map[digest.Digest]bool{},
	}
	if err := a.removeAll(); err != nil {
		return nil, err
	}
	return a, errors.Join(os.MkdirAll(a.dir, 0o755), os.MkdirAll(a.uploads, 0o755))
}

func (a *archives) removeAll() error {
	return errors.Join(os.RemoveAll(a.dir), os.RemoveAll(a.uploads))
}

// path returns where an archive is. The digest must be valid.
func (a *archives) path(d digest.Digest) string { return filepath.Join(a.dir, d.Encoded()) }

// adopt moves a file to the archive's place and counts its use.
func (a *archives) adopt(file string, d digest.Digest) error {
	if err := os.Rename(file, a.path(d)); err != nil {
		return err
	}
	a.used[d]++
	return nil
}

// release takes back one use, and removes the archive if nothing can bring it
// back.
func (a *archives) release(d digest.Digest) error {
	a.used[d]--
	if a.used[d] > 0 {
		return nil
	}
	delete(a.used, d)
	if a.pinned[d] {
		return nil
	}
	return os.Remove(a.path(d))
}

// sweep removes what is neither used nor pinned.
func (a *archives) sweep() error {
	files, err := os.ReadDir(a.dir)
	if err != nil {
		return err
	}
	var errs []error
	for _, f := range files {
		d := digest.NewDigestFromEncoded(digest.SHA256, f.Name())
		if a.used[d] > 0 || a.pinned[d] {
			continue
		}
		if err := os.Remove(filepath.Join(a.dir, f.Name())); !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
