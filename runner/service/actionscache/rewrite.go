package actionscache

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/opencontainers/go-digest"
)

// Truncate leaves of an entry's archive the first size bytes, as a store does
// that lost the end: its download ends early without an error. For the rest it
// is Rewrite.
func (c *Cache) Truncate(id, size int64) error {
	return c.Rewrite(id, func(to io.Writer, from io.ReadSeeker) error {
		_, err := io.CopyN(to, from, size)
		return err
	})
}

// Rewrite gives an entry the archive that write makes of its own. The entry is
// found as before, with the size that it had; the archive of other entries and
// of snapshots stays as it is.
func (c *Cache) Rewrite(id int64, write func(to io.Writer, from io.ReadSeeker) error) error {
	if err := c.rewrite(id, write); err != nil {
		return fmt.Errorf("actions cache: rewrite entry %d: %w", id, err)
	}
	return nil
}

func (c *Cache) rewrite(id int64, write func(to io.Writer, from io.ReadSeeker) error) (err error) {
	f, old, _, err := c.open(id)
	if err != nil {
		return err
	}
	defer f.Close()
	out, err := os.Create(filepath.Join(c.files.uploads, rand.Text()))
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(out.Name()))
		}
	}()
	h := sha256.New()
	if err := errors.Join(write(io.MultiWriter(out, h), f), out.Close()); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state.archives[id] != old {
		return os.ErrNotExist // it went in the meantime
	}
	d := digest.NewDigest(digest.SHA256, h)
	if err := c.files.adopt(out.Name(), d); err != nil {
		return err
	}
	c.state.archives[id] = d
	return c.files.release(old)
}
