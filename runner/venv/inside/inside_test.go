package inside

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestCheckout(t *testing.T) {
	t.Parallel()
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "work/p")
	for name, mode := range map[string]os.FileMode{"app.py": 0o644, "run.sh": 0o755, ".github/ci.yml": 0o644} {
		file := filepath.Join(from, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(name), mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("app.py", filepath.Join(from, "link.py")); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) {
		t.Helper()
		if err := Run(t.Context(), args); err != nil {
			t.Fatal(err)
		}
	}
	run("own", to)
	if err := os.WriteFile(filepath.Join(to, "left"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	run("checkout", from, to)
	run("checkout", from, to) // as a job with two checkouts does
	if text, err := os.ReadFile(filepath.Join(to, ".github/ci.yml")); string(text) != ".github/ci.yml" {
		t.Errorf("copy: got %q, %v", text, err)
	}
	if info, err := os.Stat(filepath.Join(to, "run.sh")); err != nil || info.Mode() != 0o755 {
		t.Errorf("run.sh: got %v, %v, want its mode kept", info, err)
	}
	if target, err := os.Readlink(filepath.Join(to, "link.py")); target != "app.py" {
		t.Errorf("link: got %q, %v", target, err)
	}
	if _, err := os.Stat(filepath.Join(to, "left")); err == nil {
		t.Error("what was there before is still there")
	}
	// An edit touches what differs and nothing else.
	old := time.Now().Add(-time.Hour)
	for _, name := range []string{"app.py", "run.sh"} {
		if err := os.Chtimes(filepath.Join(to, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(to, ".venv"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(from, "app.py"), []byte("edited"), 0o644); err != nil {
		t.Fatal(err)
	}
	run("edit", from, to)
	for name, edited := range map[string]bool{"app.py": true, "run.sh": false, ".venv": true} {
		info, err := os.Stat(filepath.Join(to, name))
		if err != nil || info.ModTime().After(old.Add(time.Minute)) != edited {
			t.Errorf("%s: got %v, %v, want it edited: %t", name, info, err, edited)
		}
	}
	run("empty", to)
	if entries, err := os.ReadDir(to); err != nil || len(entries) > 0 {
		t.Errorf("emptied: got %v, %v", entries, err)
	}
}

func TestFirstEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := Run(ctx, []string{"first"}); err != nil {
		t.Error(err)
	}
}

func TestRunRefuses(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"none"}, {"checkout", "a"}, {"empty"}, {"first", "a"}, {"checkout", "/none/a", t.TempDir()}} {
		if err := Run(t.Context(), args); err == nil {
			t.Errorf("%q: no error", args)
		}
	}
}

func TestIsOurs(t *testing.T) {
	t.Parallel()
	for cmdline, want := range map[string]bool{
		"/cibench/cibench\x00job-task\x00first\x00": true,
		"/sbin/init\x00": false,
		"/cibench\x00job-task\x00own\x00/root\x00": false,
		"": false,
	} {
		if got := isOurs([]byte(cmdline)); got != want {
			t.Errorf("%q: got %v, want %v", cmdline, got, want)
		}
	}
}
