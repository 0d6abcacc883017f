package project_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/cibench/cibench/runner/project"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

func TestCopy(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{
		"study.yaml":    {Data: []byte("not of the project")},
		"p/app/main.py": {Data: []byte("print()\n")},
		"p/README.md":   {Data: []byte("as it is\n")},
	}
	study := &scenarios.Study{Project: "p", Mutations: map[scenarios.State]scenarios.Mutation{
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
		if _, err := os.Stat(filepath.Join(dir, "study.yaml")); err == nil {
			t.Errorf("%s: a file beside the project was copied", tt.state)
		}
		// A second copy to the same place would mix two trials.
		if _, err := project.Copy(study, files, plan.Trial{ID: "t2", State: tt.state}, dir); err == nil {
			t.Errorf("%s: a copy onto a copy: no error", tt.state)
		}
	}
}
