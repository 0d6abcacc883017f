package store_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/cibench/cibench/results/store"
)

func TestOpenCreatesOnce(t *testing.T) {
	t.Parallel()
	// Every character that means something in a URI or a DSN.
	path := filepath.Join(t.TempDir(), "new dir", "a?b#c%41&d=e+f", "runs.db")
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	begin(t, s, newRun("r1"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the store is not where it was asked for: %v", err)
	}
	for name, open := range map[string]func(context.Context, string) (*store.Store, error){
		"Open": store.Open, "OpenExisting": store.OpenExisting,
	} {
		s, err := open(t.Context(), path)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if run, err := s.Run(t.Context(), "r1"); err != nil || run.ID != "r1" {
			t.Errorf("%s again: got run %q and error %v, want r1", name, run.ID, err)
		}
		s.Close()
	}
}

func TestOpenTogether(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "runs.db")
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() {
			s, err := store.Open(t.Context(), path)
			if err == nil {
				err = s.Close()
			}
			errs[i] = err
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Errorf("8 at once on a new file: %v", err)
	}
}

func TestOpenExistingCreatesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := store.OpenExisting(t.Context(), filepath.Join(dir, "runs.db"))
	if err == nil {
		s.Close()
		t.Fatal("got a store, want an error")
	}
	if !errors.Is(err, fs.ErrNotExist) || !errors.Is(err, store.ErrPath) || !strings.Contains(text(t, err), "\nhint: ") {
		t.Errorf("got %q, want fs.ErrNotExist, ErrPath and a hint", err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 0 {
		t.Errorf("got %v in the directory, want nothing", entries)
	}
}

var refused = []struct {
	name      string
	file      func(t *testing.T, path string)
	want      []string // parts of the error
	wrongPath bool
}{
	{
		name:      "text",
		file:      func(t *testing.T, path string) { write(t, path, []byte("run,study\n")) },
		want:      []string{"not a database", "left as it is"},
		wrongPath: true,
	},
	{
		name:      "long text",
		file:      func(t *testing.T, path string) { write(t, path, bytes.Repeat([]byte("run,study\n"), 5000)) },
		want:      []string{"not a database", "left as it is"},
		wrongPath: true,
	},
	{
		name: "database of another program",
		file: func(t *testing.T, path string) {
			rawExec(t, raw(t, path), "CREATE TABLE runs (id)")
		},
		want:      []string{"another program", "left as it is"},
		wrongPath: true,
	},
	{
		name: "newer schema",
		file: func(t *testing.T, path string) {
			openStore(t, path).Close()
			rawExec(t, raw(t, path), "INSERT INTO migrations (version, name) VALUES (999, 'later')")
		},
		want: []string{"schema version 999", "newer cibench"},
	},
	{
		name: "cut short",
		file: func(t *testing.T, path string) {
			openStore(t, path).Close()
			if err := os.Truncate(path, 4096); err != nil {
				t.Fatal(err)
			}
		},
		want: []string{"malformed", "move it away"},
	},
	{
		name: "a directory",
		file: func(t *testing.T, path string) {
			if err := os.Mkdir(path, 0o755); err != nil {
				t.Fatal(err)
			}
		},
		want:      []string{"unable to open", "must be writable"},
		wrongPath: true,
	},
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range refused {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "runs.db")
			tt.file(t, path)
			before, _ := os.ReadFile(path)
			s, err := store.Open(t.Context(), path)
			if err == nil {
				s.Close()
				t.Fatal("got a store, want an error")
			}
			if got, want := errors.Is(err, store.ErrPath), tt.wrongPath; got != want {
				t.Errorf("got ErrPath = %v, want %v", got, want)
			}
			for _, part := range append(tt.want, path, "\nhint: ") {
				if !strings.Contains(text(t, err), part) {
					t.Errorf("got error %q, want %q in it", err, part)
				}
			}
			if after, _ := os.ReadFile(path); !bytes.Equal(after, before) {
				t.Errorf("the file changed from %d to %d bytes or in content, want it as it was", len(before), len(after))
			}
		})
	}
}

func TestOpenBelowAFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, nil)
	_, err := store.Open(t.Context(), filepath.Join(file, "runs.db"))
	if !errors.Is(err, store.ErrPath) || !strings.Contains(text(t, err), "\nhint: ") {
		t.Errorf("got error %v, want ErrPath with a hint", err)
	}
}

// TestDamageIsReported damages a page behind the first, which Open does not
// read.
func TestDamageIsReported(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "runs.db")
	s := openStore(t, path)
	record(t, begin(t, s, newRun("r1")), newTrial(0, 3, newRand()))
	s.Close()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	i := bytes.Index(content, []byte("sample.0"))
	page := i / 4096 * 4096
	content = slices.Concat(content[:page], bytes.Repeat([]byte{0xee}, 4096), content[page+4096:])
	write(t, path, content)
	_, err = openStore(t, path).Trials(t.Context(), "r1")
	if err == nil || !strings.Contains(text(t, err), "the file is damaged") {
		t.Errorf("got error %v, want one that says that the file is damaged", err)
	}
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}
