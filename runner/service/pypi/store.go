package pypi

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// Store keeps recorded pages and files on disk:
//
//	sha256/ab/<digest>   files, by content
//	pages/<name>.json    pages, as JSON of PEP 691 with the upstream's URLs
//	tmp/                 what is being written; emptied when the store opens
//	lock                 held by the process that has the store open
//
// A file appears under its final name only when it is complete and verified,
// so a kill at any moment leaves a sound store. A Store is safe for concurrent
// use.
type Store struct {
	dir  string
	lock *flock.Flock
}

// OpenStore opens the store in dir, and makes it when there is none. It is
// open in one process at a time; a second one gets a *StoreBusyError.
func OpenStore(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("package store: %w", err)
	}
	s := &Store{dir: dir, lock: flock.New(filepath.Join(dir, "lock"))}
	locked, err := s.lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("package store: %w", err)
	}
	if !locked {
		return nil, &StoreBusyError{Dir: dir}
	}
	err = os.RemoveAll(s.tmp())
	for _, d := range []string{s.tmp(), s.pages()} {
		err = errors.Join(err, os.MkdirAll(d, 0o755))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("package store: %w", err), s.lock.Close())
	}
	return s, nil
}

// Close lets another process open the store.
func (s *Store) Close() error {
	if err := errors.Join(os.RemoveAll(s.tmp()), s.lock.Close()); err != nil {
		return fmt.Errorf("package store: %w", err)
	}
	return nil
}

func (s *Store) tmp() string   { return filepath.Join(s.dir, "tmp") }
func (s *Store) pages() string { return filepath.Join(s.dir, "pages") }

func (s *Store) object(d Digest) string {
	h := d.Hex()
	return filepath.Join(s.dir, "sha256", h[:2], h)
}

// seal is the modification time of an object that was hashed and found to be
// d. Whoever writes to the file breaks the seal, and Open hashes it again; so
// does a copy of the store that drops times. It fits 31 bits of seconds for
// the sake of old file systems.
func seal(d Digest) time.Time {
	return time.Unix(int64(binary.BigEndian.Uint32(d[:4])>>1), 0)
}

// Put keeps what r yields if it hashes to d. Otherwise nothing is kept and the
// error is r's or a *DownloadMismatchError.
func (s *Store) Put(d Digest, r io.Reader) error {
	return s.write(s.object(d), func(f *os.File) error {
		h := sha256.New()
		if _, err := io.Copy(io.MultiWriter(f, h), r); err != nil {
			return err
		}
		if got := sum(h); got != d {
			return &DownloadMismatchError{Got: got, Want: d}
		}
		return os.Chtimes(f.Name(), time.Time{}, seal(d))
	})
}

// Open returns the file with digest d; the error is fs.ErrNotExist when the
// store has none. A file that was changed since it was stored is hashed
// again, and the error is a *CorruptError when it is no longer d.
func (s *Store) Open(d Digest) (*os.File, fs.FileInfo, error) {
	f, err := os.Open(s.object(d))
	if err != nil {
		return nil, nil, fmt.Errorf("package store: %w", err)
	}
	info, err := f.Stat()
	if err == nil && !info.ModTime().Equal(seal(d)) {
		err = s.reseal(f, d)
	}
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return f, info, nil
}

// reseal hashes f and seals it again if it is still d.
func (s *Store) reseal(f *os.File, d Digest) error {
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return fmt.Errorf("package store: %w", err)
	}
	if got := sum(h); got != d {
		return &CorruptError{Path: f.Name(), Err: fmt.Errorf("content has %s", got)}
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("package store: %w", err)
	}
	if err := os.Chtimes(f.Name(), time.Time{}, seal(d)); err != nil {
		return fmt.Errorf("package store: %w", err)
	}
	return nil
}

// Verify checks that the store's copy of every locked file is the locked one.
// It costs a stat per file, and a hash for each that was changed since it was
// last seen. It returns the entries that the store does not have; the error
// joins one *CorruptError per bad file, with its name.
func (s *Store) Verify(ctx context.Context, lock *Lock) (missing []Entry, err error) {
	var bad []error
	for _, e := range lock.Entries() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f, info, err := s.Open(e.Digest)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			missing = append(missing, e)
			continue
		case err == nil && info.Size() != e.Size:
			err = &CorruptError{Path: f.Name(), Err: fmt.Errorf("%d bytes, the lock says %d", info.Size(), e.Size)}
		}
		if err != nil {
			bad = append(bad, fmt.Errorf("package %q: file %q: %w", e.Package, e.File, err))
		}
		if f != nil {
			bad = append(bad, f.Close())
		}
	}
	return missing, errors.Join(bad...)
}

// PutPage keeps p in place of an earlier page of that package.
func (s *Store) PutPage(p Page) error {
	if !validName(p.Name) {
		return fmt.Errorf("package store: package name %q is not normalised", p.Name)
	}
	data, err := encodeRecord(p)
	if err != nil {
		return err
	}
	return s.write(s.page(p.Name), func(f *os.File) error {
		_, err := f.Write(data)
		return err
	})
}

// Page returns the recorded page of a package; the error is fs.ErrNotExist
// when there is none, and a *CorruptError when it cannot be read as a page.
func (s *Store) Page(name string) (Page, error) {
	if !validName(name) {
		return Page{}, fmt.Errorf("package store: package %q: %w", name, fs.ErrNotExist)
	}
	data, err := os.ReadFile(s.page(name))
	if err != nil {
		return Page{}, fmt.Errorf("package store: %w", err)
	}
	p, err := parseJSON(data, &url.URL{}, name)
	if err != nil {
		return Page{}, &CorruptError{Path: s.page(name), Err: err}
	}
	return p, nil
}

func (s *Store) page(name string) string { return filepath.Join(s.pages(), name+".json") }

// Packages returns the names of the recorded packages, sorted.
func (s *Store) Packages() ([]string, error) {
	entries, err := os.ReadDir(s.pages())
	if err != nil {
		return nil, fmt.Errorf("package store: %w", err)
	}
	var names []string
	for _, e := range entries {
		if n, ok := strings.CutSuffix(e.Name(), ".json"); ok && validName(n) {
			names = append(names, n)
		}
	}
	slices.Sort(names) // "a-b.json" sorts before "a.json"
	return names, nil
}

// write calls fill on a new file and, when that succeeds, moves it to path.
func (s *Store) write(path string, fill func(*os.File) error) (err error) {
	f, err := os.CreateTemp(s.tmp(), "*")
	if err != nil {
		return fmt.Errorf("package store: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	err = fill(f)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	err = errors.Join(os.Chmod(f.Name(), 0o644), os.MkdirAll(filepath.Dir(path), 0o755))
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	return err
}
