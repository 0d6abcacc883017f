package scenarios

import (
	"bytes"
	"errors"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestBaselineOf(t *testing.T) {
	t.Parallel()
	job := Job{Baseline: "before"}
	for _, tt := range []struct {
		variant Variant
		want    string
	}{
		{Variant{Name: "after"}, "before"},
		{Variant{Name: "before"}, ""},
		{Variant{Name: "after-compiled", Baseline: "before-compiled"}, "before-compiled"},
		{Variant{Name: "before-compiled", Baseline: "before-compiled"}, ""},
	} {
		if got := job.BaselineOf(tt.variant); got != tt.want {
			t.Errorf("baseline of %s: got %q, want %q", tt.variant.Name, got, tt.want)
		}
	}
}

// TestSetup has every field of a variant either in its setup, or in the list of
// those that say nothing of what it builds or runs.
func TestSetup(t *testing.T) {
	t.Parallel()
	apart := map[string]bool{
		"Title": true, "Baseline": true, "Needs": true, "States": true,
		"DocumentedAs": true, "Departs": true, "Null": true,
	}
	v := Variant{
		Name: "after", Title: "as documented", Context: "app", Dockerfile: "Dockerfile", BuildArgs: map[string]string{"A": "1"},
		Persistence: Ephemeral, Cache: BuildCache{Backend: BackendGHA, Mode: ModeMax}, Workflow: "ci.yml", WorkflowJob: "unit_tests", Baseline: "before",
		Matrix: map[string]string{"python": "3.11"},
		Needs:  []Need{NeedImagePull}, States: []State{Cold}, DocumentedAs: "before", Departs: true, Null: true,
	}
	all, setup := reflect.ValueOf(v), reflect.ValueOf(v.Setup())
	for i := range all.NumField() {
		name := all.Type().Field(i).Name
		if all.Field(i).IsZero() {
			t.Errorf("%s: the test gives it no value", name)
		}
		if kept := !setup.Field(i).IsZero(); kept == apart[name] {
			t.Errorf("%s: in the setup = %v, want %v", name, kept, !kept)
		}
	}
}

// TestOwnRepository has a study at the root of the repository that it measures.
// What is not the project's is in no copy, and changes no digest.
func TestOwnRepository(t *testing.T) {
	t.Parallel()
	repository := func() fstest.MapFS {
		files := fstest.MapFS{"ci/bench.yaml": {}, "ci/app.py": {}}
		for name, text := range map[string]string{
			"bench.yaml": `version: 1
name: own
project: .
exclude: [.venv, "**/*.html", ci/app.*]
index: {lock: ci/index.lock}
rules: ci/cibench.rules
jobs:
  build:
    lane: image
    baseline: only
    states: [cold]
    variants: {only: {dockerfile: Dockerfile}}
`,
			"Dockerfile": "FROM python:3.11-slim\n", "app/main.py": "1", "ci/cibench.rules": "", "ci/index.lock": "{}",
			".git/index": "binary", ".venv/bin/python": "elf", "docs/a/report.html": "<p>", "report.html": "<p>", ".gitignore": ".venv",
		} {
			files[name] = &fstest.MapFile{Data: []byte(text)}
		}
		return files
	}
	files := repository()
	s, err := Parse(files, "bench.yaml")
	if err != nil {
		t.Fatal(err)
	}
	tree, err := s.Tree(files)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	err = fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			got = append(got, name)
		}
		return err
	})
	want := []string{".gitignore", "Dockerfile", "app/main.py", "ci/bench.yaml"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
	if err := fstest.TestFS(tree, want...); err != nil {
		t.Error(err)
	}
	for _, name := range []string{".git", ".git/index", ".venv/bin/python", "bench.yaml", "ci/app.py"} {
		_, opened := fs.ReadFile(tree, name)
		_, statted := fs.Lstat(tree, name)
		_, listed := fs.ReadDir(tree, name)
		for _, err := range []error{opened, statted, listed} {
			if !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s: got %v, want that it does not exist", name, err)
			}
		}
	}
	for name, want := range map[string]bool{
		"app/main.py": true, "results.db": true, "app/results.db": true, ".": true,
		".venv/results.db": false, "ci/index.lock": false, "../results.db": false, ".git": false,
	} {
		if got := s.Includes(name); got != want {
			t.Errorf("%s is a part of the project: got %t, want %t", name, got, want)
		}
	}
	if err := s.CheckProject(files); err != nil {
		t.Error(err)
	}
	edited := repository()
	edited["app/main.py"].Data = []byte("2")
	if err := s.CheckProject(edited); err == nil || !strings.HasPrefix(err.Error(), "the project has changed: ") {
		t.Errorf("a project that was edited: got %v", err)
	}
	hidden := repository()
	hidden["bench.yaml"].Data = bytes.Replace(hidden["bench.yaml"].Data, []byte("ci/app.*"), []byte(`".*"`), 1)
	if _, err := Parse(hidden, "bench.yaml"); err != nil {
		t.Errorf("hidden files are left out: got %v", err)
	}
	linked := repository()
	linked["env"] = &fstest.MapFile{Data: []byte(".venv/bin"), Mode: fs.ModeSymlink}
	if _, err := Parse(linked, "bench.yaml"); err == nil || !strings.Contains(err.Error(), "the link env leads to what is excluded: .venv/bin") {
		t.Errorf("a link to what is excluded: got %v", err)
	}
	for name, changes := range map[string]bool{
		".git/HEAD": false, ".venv/x": false, "new.html": false, "ci/index.lock": false, "ci/cibench.rules": false,
		"app/main.py": true, "ci/bench.yaml": true, "new.py": true, "app/.venv/x": true, "sub/.git": false,
	} {
		files := repository()
		files[name] = &fstest.MapFile{Data: []byte("changed")}
		other, err := Parse(files, "bench.yaml")
		if err != nil {
			t.Fatal(err)
		}
		if (other.ProjectDigest != s.ProjectDigest) != changes || (other.Digest != s.Digest) != changes {
			t.Errorf("%s: that the digests change is %v, want %v", name, !changes, changes)
		}
	}
}
