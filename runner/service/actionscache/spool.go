package actionscache

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/opencontainers/go-digest"
)

// A spool is an archive under way: a file that is written in parts, several at
// a time and in any order, and hashed from its beginning as far as it is there,
// so that little is left to do at the end.
type spool struct {
	file *os.File

	mu      sync.Mutex
	have    spans // written whole
	writers int
	sealed  bool
	again   bool // a part was written twice, so the hash may be of its first version

	hashing sync.Mutex
	hash    hash.Hash
	hashed  int64 // bytes
}

// Uploads are copied with buffers of a size at which the calls no longer show:
// measured, an archive sent whole takes 1.3 s of CPU per gigabyte, against 1.8
// with io.Copy's 32 kB. Hashing alone takes 0.6.
const bufferSize = 256 << 10

var buffers = sync.Pool{New: func() any { return new([bufferSize]byte) }}

func newSpool(dir string) (*spool, error) {
	f, err := os.Create(filepath.Join(dir, rand.Text()))
	if err != nil {
		return nil, err
	}
	return &spool{file: f, hash: sha256.New()}, nil
}

var (
	errBusy   = errors.New("a part is still being uploaded")
	errSealed = errors.New("the archive is complete")
	errGap    = errors.New("a part is missing")
)

// write writes part s from body. A body that is shorter leaves the part
// missing; what is beyond is not read.
func (sp *spool) write(body io.Reader, s span) error {
	sp.mu.Lock()
	if sp.sealed {
		sp.mu.Unlock()
		return errSealed
	}
	sp.writers++
	sp.mu.Unlock()

	buf := buffers.Get().(*[bufferSize]byte)
	n, err := io.CopyBuffer(io.NewOffsetWriter(sp.file, s.from), io.LimitReader(body, s.len()), buf[:])
	buffers.Put(buf)
	if err == nil && n < s.len() {
		err = io.ErrUnexpectedEOF
	}
	sp.mu.Lock()
	sp.writers--
	if sp.have.overlap(span{s.from, s.from + n}) {
		sp.again = true
	}
	if err == nil {
		sp.have.add(s)
	}
	sp.mu.Unlock()
	if err != nil {
		return err
	}
	if sp.hashing.TryLock() { // else whoever is at it, or seal, goes on with this part
		defer sp.hashing.Unlock()
		return sp.advance()
	}
	return nil
}

// advance hashes what is there beyond what is hashed. It needs the lock
// hashing.
func (sp *spool) advance() error {
	for {
		sp.mu.Lock()
		to := sp.have.prefix()
		sp.mu.Unlock()
		if to == sp.hashed {
			return nil
		}
		n, err := io.Copy(sp.hash, io.NewSectionReader(sp.file, sp.hashed, to-sp.hashed))
		sp.hashed += n
		if err != nil {
			return err
		}
	}
}

// end returns where the last part ends.
func (sp *spool) end() int64 {
	sp.mu.Lock()
	defer sp.mu.Unlock()
	return sp.have.end()
}

// seal ends the writing and returns the archive. The error is errBusy or
// errGap, after which the spool can still be written to, or of the file.
func (sp *spool) seal() (*archive, error) {
	sp.mu.Lock()
	size, again := sp.have.end(), sp.again
	switch {
	case sp.writers > 0:
		sp.mu.Unlock()
		return nil, errBusy
	case sp.have.prefix() != size:
		sp.mu.Unlock()
		return nil, errGap
	}
	sp.sealed = true
	sp.mu.Unlock()

	sp.hashing.Lock()
	defer sp.hashing.Unlock()
	if again {
		sp.hash.Reset()
		sp.hashed = 0
	}
	if err := sp.advance(); err != nil {
		return nil, err
	}
	return &archive{file: sp.file.Name(), size: size, digest: digest.NewDigest(digest.SHA256, sp.hash)}, sp.file.Close()
}

// drop removes the file, if it is still there.
func (sp *spool) drop() {
	sp.file.Close()
	os.Remove(sp.file.Name())
}

// An archive is a finished spool.
type archive struct {
	file   string
	size   int64
	digest digest.Digest
}

func (a *archive) drop() { os.Remove(a.file) }
