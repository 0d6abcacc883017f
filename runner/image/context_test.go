package image

import (
	"errors"
	"io/fs"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/cibench/cibench/scenarios"
)

// locked is a project in which one file cannot be opened.
type locked struct {
	fs.FS
	name string
}

func (l locked) Open(name string) (fs.File, error) {
	if name == l.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return l.FS.Open(name)
}

func TestInContext(t *testing.T) {
	t.Parallel()
	project := fstest.MapFS{
		"Dockerfile":                  {},
		".dockerignore":               {Data: []byte("*.md\n")},
		"own.Dockerfile":              {},
		"own.Dockerfile.dockerignore": {Data: []byte("app\n")},
		"sub/x.py":                    {},
	}
	changed := []string{"README.md", "app/main.py", "sub/x.py"}
	for _, tt := range []struct {
		name    string
		variant scenarios.Variant
		want    []string
	}{
		{"of the context", scenarios.Variant{Dockerfile: "Dockerfile"}, []string{"app/main.py", "sub/x.py"}},
		{"of the Dockerfile", scenarios.Variant{Dockerfile: "own.Dockerfile"}, []string{"README.md", "sub/x.py"}},
		{"none", scenarios.Variant{Dockerfile: "Dockerfile", Context: "sub"}, []string{"x.py"}},
	} {
		got, err := inContext(project, tt.variant, changed)
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, %v, want %q", tt.name, got, err, tt.want)
		}
	}
}

// TestInContextCannotRead wants no guess about an ignore file that is there.
func TestInContextCannotRead(t *testing.T) {
	t.Parallel()
	project := locked{fstest.MapFS{".dockerignore": {Data: []byte("*.md\n")}}, ".dockerignore"}
	if _, err := inContext(project, scenarios.Variant{Dockerfile: "Dockerfile"}, []string{"README.md"}); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("got %v, want that it cannot be opened", err)
	}
}
