package actionscache

import (
	"fmt"
	"io"
	"os"
)

// Truncate leaves of an entry's archive the first size bytes, as a store does
// that lost the end: the entry is found as before, with the size that it had,
// and its download ends early without an error. The archive of other entries
// and of snapshots stays whole.
func (c *Cache) Truncate(id, size int64) error {
	if err := c.truncate(id, size); err != nil {
		return fmt.Errorf("actions cache: truncate entry %d: %w", id, err)
	}
	return nil
}

func (c *Cache) truncate(id, size int64) error {
	f, old, _, err := c.open(id)
	if err != nil {
		return err
	}
	defer f.Close()
	sp, err := newSpool(c.files.uploads)
	if err != nil {
		return err
	}
	defer sp.drop()
	if err := sp.write(io.NewSectionReader(f, 0, size), span{0, size}); err != nil {
		return err
	}
	short, err := sp.seal()
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state.archives[id] != old {
		return os.ErrNotExist // it went in the meantime
	}
	if err := c.files.adopt(short.file, short.digest); err != nil {
		return err
	}
	c.state.archives[id] = short.digest
	return c.files.release(old)
}
