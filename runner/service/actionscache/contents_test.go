package actionscache

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// tarball returns an archive with a directory for each name that ends in a
// slash, and else a file of size bytes that nothing makes smaller.
func tarball(t *testing.T, size int, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	noise := rand.NewChaCha8([32]byte{1})
	for _, name := range names {
		h := &tar.Header{Name: name, Mode: 0o755, Typeflag: tar.TypeDir}
		if name[len(name)-1] != '/' {
			h.Typeflag, h.Size = tar.TypeReg, int64(size)
		}
		err := w.WriteHeader(h)
		if err == nil {
			_, err = io.CopyN(w, noise, h.Size)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func packed(t *testing.T, data []byte, with func(io.Writer) io.WriteCloser) []byte {
	t.Helper()
	var b bytes.Buffer
	w := with(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestContents(t *testing.T) {
	t.Parallel()
	zstandard := func(w io.Writer) io.WriteCloser {
		z, err := zstd.NewWriter(w)
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	gzipped := func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }
	cache := tarball(t, 100, "../../root/.cache/pip/", "../../root/.cache/pip/http/a", ".venv/", ".venv/bin/", ".venv/bin/python", ".venv/lib", "single")
	want := "[{../../root/.cache/pip/ 1 100} {.venv/ 2 200} {single 1 100}]"
	big := tarball(t, 1<<20, "a/", "a/1", "a/2")
	for name, tt := range map[string]struct {
		data []byte
		want string
		err  error
	}{
		"tar":       {cache, want, nil},
		"zstd":      {packed(t, cache, zstandard), want, nil},
		"gzip":      {packed(t, cache, gzipped), want, nil},
		"dot":       {tarball(t, 1, "./", "./a", "b/c", "../d"), "[{./ 2 2} {../d 1 1}]", nil},
		"empty tar": {tarball(t, 1), "[]", nil},
		"no bytes":  {nil, "[]", nil},
		"cut tar":   {big[:3<<19], "[{a/ 2 2097152}]", io.ErrUnexpectedEOF},
		"cut zstd":  {packed(t, big, zstandard)[:3<<19], "[{a/ 2 2097152}]", io.ErrUnexpectedEOF},
		"JSON":      {[]byte(`{"layers": []}`), "[]", ErrNoTar},
		"long JSON": {bytes.Repeat([]byte(`{"layers": []}`), 1000), "[]", ErrNoTar},
		"gzip JSON": {packed(t, bytes.Repeat([]byte(`{"layers": []}`), 1000), gzipped), "[]", ErrNoTar},
	} {
		file := filepath.Join(t.TempDir(), "archive")
		if err := os.WriteFile(file, tt.data, 0o644); err != nil {
			t.Fatal(err)
		}
		roots, err := Contents(t.Context(), file)
		if got := fmt.Sprint(roots); got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%s: got %s, %v, want %s, %v", name, got, err, tt.want, tt.err)
		}
	}
	if _, err := Contents(t.Context(), filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: got %v", err)
	}
}

func TestContentsIsBounded(t *testing.T) {
	t.Parallel()
	var names []string
	for i := range mostRoots + 5 {
		names = append(names, fmt.Sprint("f", i))
	}
	file := filepath.Join(t.TempDir(), "archive")
	if err := os.WriteFile(file, tarball(t, 10, names...), 0o644); err != nil {
		t.Fatal(err)
	}
	roots, err := Contents(t.Context(), file)
	if err != nil || len(roots) != mostRoots+1 || roots[mostRoots] != (Root{"", 5, 50}) {
		t.Errorf("got %d roots, the last %+v, %v, want the rest counted in one", len(roots), roots[len(roots)-1], err)
	}
}
