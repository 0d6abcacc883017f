package cachestep

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/cibench/cibench/runner/venv/workflow/cachekey"
)

// venvRequest is of pip's cache and an environment, the environment first: of
// files that are linked, it then has the content.
func venvRequest(op Op) Request {
	return Request{Op: op, Paths: []string{".venv", "~/.cache"}, Keys: cachekey.Keys{Primary: "k"}}
}

// TestWithoutEnvironments restores an archive whose environment was taken out,
// while files of the cache were hard links into it.
func TestWithoutEnvironments(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.write("work/p/p/.venv/pyvenv.cfg", "home = /usr")
	r.write("work/p/p/.venv/lib/a.py", "a")
	r.write("work/p/p/.venv/lib/b.py", "b")
	r.write(".cache/uv/envs/pyvenv.cfg", "uv's own")
	for _, name := range []string{"one", "two"} {
		if err := os.Link(filepath.Join(r.Workspace, ".venv/lib/a.py"), filepath.Join(r.Home, ".cache", name)); err != nil {
			t.Fatal(err)
		}
	}
	r.Run(t.Context(), venvRequest(Save))
	held, err := r.cache.List()
	if err != nil || len(held) != 1 {
		t.Fatalf("entries: got %v, %v, want one", held, err)
	}
	archive, err := os.ReadFile(held[0].File)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := ReadContent(bytes.NewReader(archive)); err != nil || !slices.Equal(got.Environments, []string{".venv"}) || got.Rest != 3 {
		t.Errorf("content: got %+v, %v, want .venv and three files", got, err)
	}
	r.machine()
	if got := r.Run(t.Context(), venvRequest(Restore)); !slices.Equal(got.Environments, []string{".venv"}) || got.Matched != "k" {
		t.Errorf("as saved: got %+v, want the environment back", got)
	}

	err = r.cache.Rewrite(held[0].ID, func(to io.Writer, from io.ReadSeeker) error { return WithoutEnvironments(to, from) })
	if err != nil {
		t.Fatal(err)
	}
	r.machine()
	if got := r.Run(t.Context(), venvRequest(Restore)); len(got.Environments) > 0 || got.Matched != "k" {
		t.Errorf("got %+v, want a hit without environment", got)
	}
	if got, want := r.files(), ".cache/one=a .cache/two=a .cache/uv/envs/pyvenv.cfg=uv's own"; got != want {
		t.Errorf("restored: got %s, want %s", got, want)
	}
	one, err1 := os.Stat(filepath.Join(r.Home, ".cache/one"))
	two, err2 := os.Stat(filepath.Join(r.Home, ".cache/two"))
	if err1 != nil || err2 != nil || !os.SameFile(one, two) {
		t.Errorf("the links are no longer one file: %v, %v", err1, err2)
	}
}

func TestContentOfNoArchive(t *testing.T) {
	t.Parallel()
	if got, err := ReadContent(bytes.NewReader([]byte("no archive"))); err == nil {
		t.Errorf("got %+v and no error", got)
	}
	if err := WithoutEnvironments(io.Discard, bytes.NewReader([]byte("no archive"))); err == nil {
		t.Error("rewritten without an error")
	}
}
