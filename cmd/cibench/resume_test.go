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

// TestResume kills a run in the middle of a trial and goes on with it, stops it by
// Ctrl-C and goes on again: each trial of the plan is there once, in the run that
// was begun. Where study or machine are others by then it does not go on, and
// harms nothing.
func TestResume(t *testing.T) {
	o := newOffline(t)
	w := o.watch(t, "[2/4]", "--only", "*/good/*", "--blocks", "2")
	time.Sleep(500 * time.Millisecond) // into the trial: nothing tells when it has begun
	if err := w.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	w.wait()

	o.wantRefused(t, "began in another environment: ", "--profile", "github-hosted")
	file := filepath.Join(o.study, "project/app.py")
	o.edit(t, file, "print(1)\n")
	o.wantRefused(t, "is not what it was")
	o.edit(t, file, offlineStudy["project/app.py"])

	w = o.watchCommand(t, "[2/3]", "run", "--resume", "latest") // of those that are left, none was recorded twice
	if err := w.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if code, log := w.wait(); code != 130 {
		t.Errorf("exit code %d, want 130:\n%s", code, log)
	}
	o.wantNothingLeft(t)

	out, log, code := o.output(t, "run", "--resume", "latest")
	if code != 0 || !strings.Contains(out, "4: 4 ok") {
		t.Errorf("exit code %d, want 0 and four ok trials:\n%s%s", code, out, log)
	}
	o.wantNothingLeft(t)
	trials, runs := o.exported(t)
	slices.Sort(trials)
	want := []string{"b01-build-good-code-change", "b01-build-good-cold", "b02-build-good-code-change", "b02-build-good-cold"}
	if !slices.Equal(trials, want) || runs != 1 {
		t.Errorf("got trials %q in %d runs, want %q in one", trials, runs, want)
	}
	o.wantRefused(t, "is complete")
}

// wantRefused has the latest run not be gone on with.
func (o *offline) wantRefused(t *testing.T, because string, args ...string) {
	t.Helper()
	_, log, code := o.output(t, append([]string{"run", "--resume", "latest"}, args...)...)
	if code != 2 || !strings.Contains(log, because) {
		t.Errorf("exit code %d, want 2 and %q in\n%s", code, because, log)
	}
}

func (o *offline) edit(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
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
