package engine_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/cibench/cibench/runner/engine"
)

// holdScratch, in the environment, makes a test process one that has a scratch
// directory until it is killed.
const holdScratch = "CIBENCH_TEST_HOLD_SCRATCH"

func TestMain(m *testing.M) {
	if os.Getenv(holdScratch) == "" {
		os.Exit(m.Run())
	}
	s, err := engine.NewScratch()
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(s.Dir)
	io.Copy(io.Discard, os.Stdin) // until the test ends, however it does
	runtime.KeepAlive(s)
}

// leftScratch returns the left directories, which then can be taken again.
func leftScratch(t *testing.T) []string {
	t.Helper()
	left, err := engine.LeftScratch()
	if err != nil {
		t.Fatal(err)
	}
	var dirs []string
	for _, s := range left {
		dirs = append(dirs, s.Dir)
		s.Unlock()
	}
	return dirs
}

func TestScratchOfKilledProcess(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	own, err := engine.NewScratch()
	if err != nil {
		t.Fatal(err)
	}
	holder := exec.CommandContext(t.Context(), os.Args[0])
	holder.Env = append(os.Environ(), holdScratch+"=1")
	out, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := holder.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { holder.Process.Kill() })
	line, err := bufio.NewReader(out).ReadString('\n')
	dir := strings.TrimSpace(line)
	if err != nil || !filepath.IsAbs(dir) {
		t.Fatalf("holder said %q, %v", line, err)
	}
	if got := leftScratch(t); len(got) > 0 {
		t.Errorf("both processes live: got %q, want none", got)
	}
	if err := holder.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	holder.Wait() // fails: it was killed
	if got, want := leftScratch(t), []string{dir}; !slices.Equal(got, want) {
		t.Errorf("one was killed: got %q, want %q", got, want)
	}
	for range 2 { // once more is fine
		if err := own.Remove(); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Lstat(own.Dir); !os.IsNotExist(err) {
		t.Errorf("removed: got %v, want nothing there", err)
	}
}

// TestLeftScratchIsOurs leaves alone what only looks like a scratch directory.
func TestLeftScratchIsOurs(t *testing.T) {
	tmp, elsewhere := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", tmp)
	place := func(name string) string { return filepath.Join(tmp, name) }
	kept := filepath.Join(elsewhere, "kept")
	for _, err := range []error{
		os.WriteFile(kept, nil, 0o600),
		os.Mkdir(place("cibench-scratch-left"), 0o700),
		os.Symlink(elsewhere, place("cibench-scratch-left/link")),
		os.Symlink(elsewhere, place("cibench-scratch-link")),
		os.WriteFile(place("cibench-scratch-file"), nil, 0o600),
		os.Mkdir(place("cibench-other"), 0o700),
		os.Mkdir(place("cibench-scratch-foreign"), 0o700),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"cibench-other", "cibench-scratch-file", "cibench-scratch-link"}
	if os.Geteuid() == 0 {
		if err := os.Chown(place("cibench-scratch-foreign"), 12345, 12345); err != nil {
			t.Fatal(err)
		}
		want = append(want, "cibench-scratch-foreign")
	}
	left, err := engine.LeftScratch()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range left {
		if err := s.Remove(); err != nil {
			t.Error(err)
		}
	}
	var got []string
	entries, err := os.ReadDir(tmp)
	for _, e := range entries {
		got = append(got, e.Name())
	}
	slices.Sort(want)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("left: got %q, %v, want %q", got, err, want)
	}
	if _, err := os.Stat(kept); err != nil {
		t.Errorf("behind a link: %v", err)
	}
}
