package pypi

import (
	"os"
	"path/filepath"
	"testing"
)

// A rendering that failed is tried again; one that did not is kept.
func TestRenderingIsTriedAgain(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "pages")
	pr := newProject(func() (Page, error) { return Page{Name: "demo"}, nil }, dir)
	render := pr.forms[form{kind: typeJSON, gzip: true}]
	if _, err := render(); err == nil {
		t.Fatal("a page was rendered into a directory that is not there")
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	first, err := render()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := render(); err != nil || again != first {
		t.Errorf("got %v %v, want %v again", again, err, first)
	}
}
