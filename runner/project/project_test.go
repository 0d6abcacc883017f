package project_test

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/cibench/cibench/runner/project"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// TestCheckOut makes a copy whose modes are those of a checkout, whatever those of
// the original are, and which lacks directories without files.
func TestCheckOut(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{
		"a/plain":      {Data: []byte("p"), Mode: 0o600},
		"a/group":      {Data: []byte("g"), Mode: 0o664},
		"a/b/run":      {Data: []byte("r"), Mode: 0o700},
		"a/empty":      {Mode: fs.ModeDir | 0o755},
		"a/out/kept.o": {Data: []byte("excluded")},
		"link":         {Data: []byte("a/plain"), Mode: fs.ModeSymlink | 0o777},
	}
	dir := filepath.Join(t.TempDir(), "copy")
	if _, err := project.Copy(&scenarios.Study{Project: ".", Exclude: []string{"**/*.o"}}, files, plan.Trial{State: scenarios.Cold}, dir); err != nil {
		t.Fatal(err)
	}
	got := map[string]fs.FileMode{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		name, _ := filepath.Rel(dir, path)
		got[name] = info.Mode()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]fs.FileMode{
		".": fs.ModeDir | 0o755, "a": fs.ModeDir | 0o755, "a/b": fs.ModeDir | 0o755,
		"a/plain": 0o644, "a/group": 0o644, "a/b/run": 0o755, "link": got["link"],
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if to, err := os.Readlink(filepath.Join(dir, "link")); err != nil || to != "a/plain" {
		t.Errorf("link: got %q, %v", to, err)
	}
}

func TestCopy(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{
		"study.yaml":    {Data: []byte("not of the project")},
		"p/app/main.py": {Data: []byte("print()\n")},
		"p/README.md":   {Data: []byte("as it is\n")},
		"p/.git/HEAD":   {Data: []byte("ref")},
		"p/a.html":      {Data: []byte("excluded")},
	}
	study := &scenarios.Study{Project: "p", Exclude: []string{"*.html"}, Mutations: map[scenarios.State]scenarios.Mutation{
		scenarios.CodeChange: {Edits: []scenarios.Edit{{File: "app/main.py", New: "# {trial}\n"}}},
	}}
	for _, tt := range []struct {
		state   scenarios.State
		changed []string
		main    string
	}{
		{scenarios.Cold, nil, "print()\n"},
		{scenarios.CodeChange, []string{"app/main.py"}, "print()\n# t1\n"},
	} {
		dir := filepath.Join(t.TempDir(), "copy")
		changed, err := project.Copy(study, files, plan.Trial{ID: "t1", State: tt.state}, dir)
		if err != nil || !slices.Equal(changed, tt.changed) {
			t.Errorf("%s: got %q %v, want %q", tt.state, changed, err, tt.changed)
		}
		for name, want := range map[string]string{"app/main.py": tt.main, "README.md": "as it is\n"} {
			if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != want {
				t.Errorf("%s: %s: got %q %v, want %q", tt.state, name, got, err, want)
			}
		}
		tree, err := project.Tree(study, files, plan.Trial{ID: "t1", State: tt.state})
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{"app/main.py": tt.main, "README.md": "as it is\n"} {
			if got, err := fs.ReadFile(tree, name); err != nil || string(got) != want {
				t.Errorf("%s: %s in the tree: got %q %v, want %q", tt.state, name, got, err, want)
			}
		}
		for _, name := range []string{"study.yaml", ".git", "a.html"} {
			if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
				t.Errorf("%s: %s is no part of the project and was copied", tt.state, name)
			}
		}
		if left, err := fs.Glob(tree, "*"); err != nil || !slices.Equal(left, []string{"README.md", "app"}) {
			t.Errorf("%s: in the tree: got %q, %v", tt.state, left, err)
		}
		// A second copy to the same place would mix two trials.
		if _, err := project.Copy(study, files, plan.Trial{ID: "t2", State: tt.state}, dir); err == nil {
			t.Errorf("%s: a copy onto a copy: no error", tt.state)
		}
	}
}
