package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestResume kills a run in the middle of a build and goes on with it, stops it
// by Ctrl-C and goes on again: each trial of the plan is there once, in the run
// that was begun.
func TestResume(t *testing.T) {
	o := newOffline(t)
	only := []string{"--only", "*/good/*", "--blocks", "3"}
	w := o.watch(t, "[2/6]", only...)
	time.Sleep(500 * time.Millisecond) // into the trial: nothing tells when it has begun
	if err := w.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	w.wait()

	w = o.watchCommand(t, "[3/5]", "run", "--resume", "latest") // of those that are left, none was recorded twice
	if err := w.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if code, log := w.wait(); code != 130 {
		t.Errorf("exit code %d, want 130:\n%s", code, log)
	}
	o.wantNothingLeft(t)

	out, log, code := o.output(t, "run", "--resume", "latest")
	if code != 0 || !strings.Contains(out, "6: 6 ok") {
		t.Errorf("exit code %d, want 0 and six ok trials:\n%s%s", code, out, log)
	}
	o.wantNothingLeft(t)
	trials, runs := o.exported(t)
	slices.Sort(trials)
	want := []string{
		"b01-build-good-code-change", "b01-build-good-cold", "b02-build-good-code-change", "b02-build-good-cold",
		"b03-build-good-code-change", "b03-build-good-cold",
	}
	if !slices.Equal(trials, want) || runs != 1 {
		t.Errorf("got trials %q in %d runs, want %q in one", trials, runs, want)
	}

	if _, log, code := o.output(t, "run", "--resume", "latest"); code != 2 || !strings.Contains(log, "is complete") {
		t.Errorf("exit code %d, want 2 for a run that is complete:\n%s", code, log)
	}
}

// TestResumeRefuses changes what a run was begun with.
func TestResumeRefuses(t *testing.T) {
	o := newOffline(t)
	w := o.watch(t, "[2/2]", "--only", "*/good/*")
	if err := w.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	w.wait()
	_, log, code := o.output(t, "run", "--resume", "latest", "--profile", "github-hosted")
	if code != 2 || !strings.Contains(log, "began in another environment: ") || !strings.Contains(log, `network.profile was "none", is "github-hosted"`) {
		t.Errorf("another network: exit code %d, want 2 and the fact that differs:\n%s", code, log)
	}
	if err := os.WriteFile(filepath.Join(o.study, "project/app.py"), []byte("print(1)\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, log, code = o.output(t, "run", "--resume", "latest")
	if code != 2 || !strings.Contains(log, "is not what it was") {
		t.Errorf("another study: exit code %d, want 2:\n%s", code, log)
	}
	o.wantNothingLeft(t)
}

// exported returns the ids of the trials of the latest run, and the number of
// runs.
func (o *offline) exported(t *testing.T) (trials []string, runs int) {
	t.Helper()
	out, log, code := o.output(t, "export")
	if code != 0 {
		t.Fatalf("export: exit code %d\n%s", code, log)
	}
	for dec := json.NewDecoder(strings.NewReader(out)); ; {
		var l struct{ Trial string }
		if err := dec.Decode(&l); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(trials, l.Trial) {
			trials = append(trials, l.Trial)
		}
	}
	list, _, _ := o.output(t, "show", "--list")
	return trials, strings.Count(list, "\n") - 1
}
