package actionscache

import (
	"encoding/base64"
	"errors"
	"io"
	"slices"
	"strconv"
	"sync"
)

// An upload is what a client has sent for a reservation.
//
// Clients that send several blocks at a time number them, and make all of one
// size but the last; in which order they come is chance. So a block is put
// where its number will have it in the list, and a list costs the same whatever
// the order was: nothing is copied, but for a shorter last block that came
// before any other, when the size was not known. Blocks without a number are
// put one behind the other as they come, which is how BuildKit lists them. A
// list of another order is copied together.
type upload struct {
	dir   string
	limit int64 // bytes

	mu      sync.Mutex
	spool   *spool // nil before the first part and after the last
	aside   *spool // of blocks that were placed by a size that was not the others'
	taken   spans  // of the spool, by blocks that are there or on their way
	sent    int64  // bytes of all blocks so far
	size    int64  // of the largest block with a number
	blocks  map[string]piece
	done    *archive
	listed  []string // what done was made of; nil unless that was a list
	dropped bool
}

// A piece is where a block is.
type piece struct {
	spool *spool
	span
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
		u.spool, u.blocks = sp, map[string]piece{}
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
	p, err := u.place(id, n)
	u.mu.Unlock()
	if err != nil {
		return err
	}
	if err := p.spool.write(body, p.span); err != nil {
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if p.spool != u.spool && p.spool != u.aside {
		return errSealed
	}
	u.blocks[id] = p
	return nil
}

// place returns where a block of n bytes goes. It needs the lock.
func (u *upload) place(id string, n int64) (piece, error) {
	if _, err := u.open(); err != nil {
		return piece{}, err
	}
	if u.sent+n > u.limit {
		return piece{}, errTooLarge
	}
	number, numbered := blockNumber(id)
	if numbered && n > u.size {
		switch {
		case u.size == 0:
			u.size = n
		case u.aside == nil: // what came before was the last block
			sp, err := newSpool(u.dir)
			if err != nil {
				return piece{}, err
			}
			u.aside, u.spool, u.taken, u.size = u.spool, sp, nil, n
		default:
			numbered = false // of many sizes
		}
	}
	part := span{u.taken.end(), u.taken.end() + n}
	if numbered {
		own := span{number * u.size, number*u.size + n}
		if own.to <= u.limit && !u.taken.overlap(own) {
			part = own
		}
	}
	u.taken.add(part)
	u.sent += n
	return piece{u.spool, part}, nil
}

// numberDigits is enough for maxBlocks. The toolkit's ids end in twelve digits
// behind a UUID (storage-blob, generateBlockID), whose own last ones may be
// digits, too.
const numberDigits = 6

// blockNumber returns the number at the end of a block's id, if it has one.
func blockNumber(id string) (int64, bool) {
	raw, err := base64.StdEncoding.DecodeString(id)
	if err != nil || len(raw) < numberDigits {
		return 0, false
	}
	n, err := strconv.ParseUint(string(raw[len(raw)-numberDigits:]), 10, 32)
	return int64(n), err == nil
}

// list makes the archive of the blocks named, in that order. A client that did
// not get the answer sends the same list again.
func (u *upload) list(ids []string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.dropped {
		return errDropped
	}
	if u.isListed(ids) {
		return nil
	}
	var pieces []piece
	var size int64
	for _, id := range ids {
		p, ok := u.blocks[id]
		if !ok {
			return errNoBlock
		}
		pieces = append(pieces, p)
		size += p.len()
	}
	if size > u.limit {
		return errTooLarge
	}
	sp, err := u.arrange(pieces, size)
	if err != nil {
		return err
	}
	if err := u.seal(sp); err != nil {
		return err
	}
	u.listed = append([]string{}, ids...) // not nil, of no block either
	return nil
}

// isListed tells whether the archive is already made of that list, and none of
// its blocks came again since. It needs the lock.
func (u *upload) isListed(ids []string) bool {
	if u.listed == nil || !slices.Equal(ids, u.listed) {
		return false
	}
	return !slices.ContainsFunc(ids, func(id string) bool {
		_, again := u.blocks[id]
		return again
	})
}

// arrange returns a spool that has the pieces one behind the other: their own if
// they are there like that, or can be, else a new one. It needs the lock.
func (u *upload) arrange(pieces []piece, size int64) (*spool, error) {
	out, err := u.open()
	if err == nil && !u.inPlace(pieces, size) {
		out, err = newSpool(u.dir)
	}
	if err != nil {
		return nil, err
	}
	var at int64
	for _, p := range pieces {
		to := span{at, at + p.len()}
		at = to.to
		if p == (piece{out, to}) {
			continue
		}
		if err := out.write(io.NewSectionReader(p.spool.file, p.from, p.len()), to); err != nil {
			if out != u.spool {
				out.drop()
			}
			return nil, err
		}
	}
	return out, nil
}

// inPlace tells whether the spool's pieces are where the list has them, nothing
// is behind them, and there is room for those that were put aside. It needs the
// lock.
func (u *upload) inPlace(pieces []piece, size int64) bool {
	var at int64
	for _, p := range pieces {
		to := span{at, at + p.len()}
		at = to.to
		if p.spool == u.spool && p.span != to || p.spool != u.spool && u.taken.overlap(to) {
			return false
		}
	}
	return u.taken.end() <= size
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
	for _, other := range []*spool{u.spool, u.aside} {
		if other != nil && other != sp {
			other.drop()
		}
	}
	if u.done != nil {
		u.done.drop()
	}
	u.spool, u.aside, u.taken, u.sent, u.size, u.blocks = nil, nil, nil, 0, 0, nil
	u.done, u.listed = done, nil
	return nil
}

// archive returns what was made, or nil.
func (u *upload) archive() *archive {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.done
}

// lose forgets the archive, which is gone. It can be sent again.
func (u *upload) lose() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.done, u.listed = nil, nil
}

// drop ends the upload. What a Commit took over is at another place.
func (u *upload) drop() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.dropped = true
	for _, sp := range []*spool{u.spool, u.aside} {
		if sp != nil {
			sp.drop()
		}
	}
	if u.done != nil {
		u.done.drop()
	}
}
