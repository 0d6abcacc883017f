package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/cibench/cibench/runner/engine"
)

// TestRemoveScratch removes what a killed run left, and nothing of one that is
// under way. No engine is needed for what this user wrote.
func TestRemoveScratch(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	used, err := engine.NewScratch()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(tmp, "cibench-scratch-left", "t1", "project"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{1, 0} {
		if n, err := removeScratch(t.Context(), nil, ""); n != want || err != nil {
			t.Errorf("got %d, %v, want %d", n, err, want)
		}
	}
	entries, err := os.ReadDir(tmp)
	if err != nil || len(entries) != 1 || filepath.Join(tmp, entries[0].Name()) != used.Dir {
		t.Errorf("left: got %v, %v, want the directory in use", entries, err)
	}
	if err := used.Remove(); err != nil {
		t.Error(err)
	}
}
