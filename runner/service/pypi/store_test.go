package pypi

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

func put(t *testing.T, s *Store, content string) Digest {
	t.Helper()
	d := digestOf(content)
	if err := s.Put(d, strings.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	return d
}

// contents returns the paths of all files below the store, without its lock.
func contents(t *testing.T, s *Store) []string {
	t.Helper()
	var paths []string
	err := filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && d.Name() != "lock" {
			paths = append(paths, strings.TrimPrefix(path, s.dir))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func TestStorePut(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	d := put(t, s, "content")
	f, info, err := s.Open(d)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil || string(data) != "content" || info.Size() != 7 {
		t.Errorf("read %q, %v, of %d bytes", data, err, info.Size())
	}
	if _, _, err := s.Open(digestOf("other")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open of what is not there: %v, want fs.ErrNotExist", err)
	}
}

func TestStoreKeepsNothingBad(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	d := digestOf("content")
	err := s.Put(d, strings.NewReader("contenT"))
	var mismatch *DownloadMismatchError
	if !errors.As(err, &mismatch) || mismatch.Want != d || mismatch.Got != digestOf("contenT") {
		t.Errorf("other bytes: got %v, want a *DownloadMismatchError with both digests", err)
	}
	cut := io.MultiReader(strings.NewReader("cont"), iotest.ErrReader(io.ErrUnexpectedEOF))
	if err := s.Put(d, cut); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("cut off: got %v, want io.ErrUnexpectedEOF", err)
	}
	if got := contents(t, s); len(got) != 0 {
		t.Errorf("the store holds %v, want nothing", got)
	}
}

func TestStoreFindsTampering(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	good, bad, cut, gone := put(t, s, "good"), put(t, s, "bad"), put(t, s, "cut off"), digestOf("gone")
	var lock *Lock
	for i, d := range []Digest{good, bad, cut, gone} {
		name := []string{"good", "bad", "cut", "gone"}[i]
		lock = lock.With([]Entry{{Package: name, File: name + ".whl", Size: int64([]int{4, 3, 7, 4}[i]), Digest: d}})
	}
	if err := os.WriteFile(s.object(bad), []byte("BAD"), 0o644); err != nil {
		t.Fatal(err)
	}
	// Time and content restored, as a copy by a careless tool might: only the
	// size is left to tell.
	if err := os.Truncate(s.object(cut), 3); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(s.object(cut), time.Time{}, seal(cut)); err != nil {
		t.Fatal(err)
	}
	missing, err := s.Verify(t.Context(), lock)
	if len(missing) != 1 || missing[0].Package != "gone" {
		t.Errorf("missing: %v, want gone", missing)
	}
	var corrupt *CorruptError
	if !errors.As(err, &corrupt) {
		t.Fatalf("got %v, want a *CorruptError", err)
	}
	for _, want := range []string{"bad.whl", s.object(bad), "cut.whl", "3 bytes, the lock says 7"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q does not name %q", err, want)
		}
	}
	if strings.Contains(err.Error(), "good.whl") {
		t.Errorf("error %q names a good file", err)
	}
	if _, _, err := s.Open(bad); !errors.As(err, &corrupt) || corrupt.Path != s.object(bad) {
		t.Errorf("Open: got %v, want a *CorruptError with the path", err)
	}
}

func TestStoreSealsAgain(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	d := put(t, s, "content")
	if err := os.Chtimes(s.object(d), time.Time{}, day); err != nil {
		t.Fatal(err)
	}
	f, _, err := s.Open(d)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if data, err := io.ReadAll(f); err != nil || string(data) != "content" {
		t.Errorf("read %q, %v, want the content from its start", data, err)
	}
	info, err := os.Stat(s.object(d))
	if err != nil || !info.ModTime().Equal(seal(d)) {
		t.Errorf("modified %v, %v, want the seal %v", info.ModTime(), err, seal(d))
	}
}

func TestStoreIsExclusive(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, err := OpenStore(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(first.tmp(), "half"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	var busy *StoreBusyError
	if _, err := OpenStore(dir); !errors.As(err, &busy) || busy.Dir != dir {
		t.Errorf("second OpenStore: got %v, want a *StoreBusyError", err)
	}
	// The lock goes with the process, its unfinished files stay.
	if err := first.lock.Close(); err != nil {
		t.Fatal(err)
	}
	second, err := OpenStore(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := contents(t, second); len(got) != 0 {
		t.Errorf("after a kill the store holds %v, want nothing", got)
	}
	if err := second.Close(); err != nil {
		t.Error(err)
	}
}

func TestStorePageErrors(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	if err := os.WriteFile(s.page("demo"), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	var corrupt *CorruptError
	if _, err := s.Page("demo"); !errors.As(err, &corrupt) || corrupt.Path != s.page("demo") {
		t.Errorf("half a page: got %v, want a *CorruptError with the path", err)
	}
	for _, name := range []string{"none", "../pages/demo", "Demo", ""} {
		if _, err := s.Page(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Page(%q): got %v, want fs.ErrNotExist", name, err)
		}
	}
	if err := s.PutPage(Page{Name: "../x"}); err == nil {
		t.Error("PutPage took a name with a path")
	}
}
