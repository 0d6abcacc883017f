package actionscache

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"

	"github.com/klauspost/compress/zstd"
)

// ErrNoTar says that an archive is none: the cache keeps whatever a client
// sends, and BuildKit's manifests are JSON.
var ErrNoTar = errors.New("no tar archive")

// A Root is a file or directory of an archive that lies in no other of it: for
// those of the cache action, a path that a step names.
type Root struct {
	Path  string // as it stands there; the action's are seen from the workspace
	Files int    // in it, directories not counted
	Bytes int64  // of them, unpacked
}

// mostRoots bounds a listing; what goes beyond it is counted in a last root
// without a path.
const mostRoots = 200

// Contents lists what an archive holds: tar, as it is or compressed by zstd or
// gzip. For anything else it is ErrNoTar. An archive that is cut off gives what
// came before, and the error of reading on.
func Contents(ctx context.Context, file string) ([]Root, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("contents of archive: %w", err)
	}
	defer f.Close()
	plain, packed, err := decompress(f)
	if err != nil {
		return nil, fmt.Errorf("contents of archive: %w", err)
	}
	defer plain.Close()
	roots, err := rootsOf(ctx, tar.NewReader(plain))
	switch {
	case err == nil:
		return roots, nil
	case roots == nil && (errors.Is(err, tar.ErrHeader) || !packed && errors.Is(err, io.ErrUnexpectedEOF)):
		return nil, ErrNoTar
	}
	return roots, fmt.Errorf("contents of archive: %w", err)
}

// decompress returns the archive's plain bytes, and whether they were packed,
// by how they begin (RFC 8878 and 1952).
func decompress(f io.Reader) (plain io.ReadCloser, packed bool, err error) {
	r := bufio.NewReader(f)
	magic, err := r.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, false, err
	}
	switch {
	case bytes.Equal(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20))
		if err != nil {
			return nil, true, err
		}
		return z.IOReadCloser(), true, nil
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(r)
		return z, true, err
	}
	return io.NopCloser(r), false, nil
}

func rootsOf(ctx context.Context, t *tar.Reader) ([]Root, error) {
	var roots []Root
	at := map[string]int{} // index of each root, by its cleaned path
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return roots, nil
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return roots, err
		}
		if h.Typeflag == tar.TypeXGlobalHeader {
			continue
		}
		i, ok := rootFor(at, path.Clean(h.Name))
		switch {
		case !ok && len(roots) < mostRoots:
			i = len(roots)
			at[path.Clean(h.Name)] = i
			roots = append(roots, Root{Path: h.Name})
		case !ok && len(roots) == mostRoots:
			roots = append(roots, Root{})
			fallthrough
		case !ok:
			i = mostRoots
		}
		if h.Typeflag != tar.TypeDir {
			roots[i].Files++
			roots[i].Bytes += h.Size
		}
	}
}

// rootFor returns the root that name is or lies in.
func rootFor(at map[string]int, name string) (int, bool) {
	for {
		if i, ok := at[name]; ok {
			return i, true
		}
		parent := path.Dir(name)
		if parent == name || name == ".." { // what is above lies in no directory of the archive
			return 0, false
		}
		name = parent
	}
}
