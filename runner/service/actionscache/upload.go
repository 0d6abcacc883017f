package actionscache

import (
	"errors"
	"io"
	"sync"
)

// An upload is what a client has sent for a reservation. Blocks come in any
// order and are put one behind the other as they come; only a client that
// lists them in another order costs a copy.
type upload struct {
	dir   string
	limit int64 // bytes

	mu      sync.Mutex
	spool   *spool // nil before the first part and after the last
	next    int64  // where the next block goes
	blocks  map[string]span
	done    *archive
	dropped bool
}

var (
	errDropped  = errors.New("the upload was reset")
	errTooLarge = errors.New("the archive is too large")
	errNoBlock  = errors.New("a block of the list was not uploaded")
)

// open returns the spool that parts go to. It needs the lock.
func (u *upload) open() (*spool, error) {
	if u.dropped {
		return nil, errDropped
	}
	if u.spool == nil {
		sp, err := newSpool(u.dir)
		if err != nil {
			return nil, err
		}
		u.spool, u.next, u.blocks = sp, 0, map[string]span{}
	}
	return u.spool, nil
}

// whole takes an archive of n bytes at once, in the place of all that was sent
// before.
func (u *upload) whole(body io.Reader, n int64) error {
	if n > u.limit {
		return errTooLarge
	}
	sp, err := newSpool(u.dir)
	if err != nil {
		return err
	}
	if err := sp.write(body, span{0, n}); err != nil {
		sp.drop()
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.seal(sp)
}

// block takes a block of n bytes. One with the same id is replaced.
func (u *upload) block(id string, body io.Reader, n int64) error {
	u.mu.Lock()
	sp, err := u.open()
	if err == nil && u.next+n > u.limit {
		err = errTooLarge
	}
	if err != nil {
		u.mu.Unlock()
		return err
	}
	part := span{u.next, u.next + n}
	u.next = part.to
	u.mu.Unlock()

	if err := sp.write(body, part); err != nil {
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.spool != sp {
		return errSealed
	}
	u.blocks[id] = part
	return nil
}

// list makes the archive of the blocks named, in that order.
func (u *upload) list(ids []string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	sp, err := u.open()
	if err != nil {
		return err
	}
	var parts []span
	var size int64
	inOrder := true
	for _, id := range ids {
		part, ok := u.blocks[id]
		if !ok {
			return errNoBlock
		}
		inOrder = inOrder && part.from == size
		parts = append(parts, part)
		size += part.len()
	}
	if size > u.limit {
		return errTooLarge
	}
	if inOrder && size == u.next {
		return u.seal(sp)
	}
	if sp, err = sp.reorder(parts); err != nil {
		return err
	}
	return u.seal(sp)
}

// chunk takes a part of the archive that says itself where it belongs.
func (u *upload) chunk(body io.Reader, part span) error {
	if part.to > u.limit {
		return errTooLarge
	}
	u.mu.Lock()
	if u.done != nil {
		u.mu.Unlock()
		return errSealed
	}
	sp, err := u.open()
	u.mu.Unlock()
	if err != nil {
		return err
	}
	return sp.write(body, part)
}

// chunks makes the archive of the chunks sent, if they are one of the given
// size. Else more can be sent.
func (u *upload) chunks(size int64) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.done != nil {
		return nil
	}
	sp, err := u.open()
	if err != nil {
		return err
	}
	if end := sp.end(); end != size {
		return &mismatchError{end, size}
	}
	return u.seal(sp)
}

// seal makes the archive of a spool that is complete, and drops what else was
// sent. It needs the lock.
func (u *upload) seal(sp *spool) error {
	if u.dropped {
		sp.drop()
		return errDropped
	}
	done, err := sp.seal()
	if err != nil {
		if sp != u.spool {
			sp.drop()
		}
		return err
	}
	if u.spool != nil && u.spool != sp {
		u.spool.drop()
	}
	if u.done != nil {
		u.done.drop()
	}
	u.spool, u.done = nil, done
	return nil
}

// archive returns what was made, or nil.
func (u *upload) archive() *archive {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.done
}

// drop ends the upload. What a Commit took over is at another place.
func (u *upload) drop() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.dropped = true
	if u.spool != nil {
		u.spool.drop()
	}
	if u.done != nil {
		u.done.drop()
	}
}
