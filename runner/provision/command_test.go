package provision

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// script writes a shell script, and makes a pipe that its first lines may
// write to as $READY.
func script(t *testing.T, name, text string) (file, ready string) {
	t.Helper()
	dir := t.TempDir()
	file, ready = filepath.Join(dir, name), filepath.Join(dir, "ready")
	if err := syscall.Mkfifo(ready, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("#!/bin/sh\nREADY="+ready+"\n"+text), 0o755); err != nil {
		t.Fatal(err)
	}
	return file, ready
}

// whenReady ends ctx once the script has said that it is ready, and sends what
// it said.
func whenReady(t *testing.T, ready string, cancel context.CancelFunc) <-chan string {
	said := make(chan string, 1)
	go func() {
		data, err := os.ReadFile(ready)
		if err != nil {
			t.Error(err)
		}
		cancel()
		said <- strings.TrimSpace(string(data))
	}()
	return said
}

// TestBootstrapIsStopped lets mmdebstrap undo what it did, such as mounts, and
// leaves nothing of its own. It is not parallel: the tool is found by PATH.
func TestBootstrapIsStopped(t *testing.T) {
	tool, ready := script(t, "mmdebstrap", `
trap 'echo undone >"$0.undone"; exit 1' TERM
(echo started >"$READY"; exec sleep 600) &
wait
`)
	t.Setenv("PATH", filepath.Dir(tool)+":"+os.Getenv("PATH"))
	ctx, cancel := context.WithCancel(t.Context())
	whenReady(t, ready, cancel)
	p := &Images{Dir: t.TempDir(), reach: func(context.Context, string) error { return errors.New("no network") }}
	began := time.Now()
	if _, err := p.Get(ctx, "python:3.11-slim"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	if took := time.Since(began); took > stopGrace/2 {
		t.Errorf("it took %s", took)
	}
	if _, err := os.Stat(tool + ".undone"); err != nil {
		t.Errorf("it was not told to stop: %v", err)
	}
	if left, err := os.ReadDir(p.Dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestCommandIsKilled waits neither for a program that does not stop, nor for
// what that started and holds its output.
func TestCommandIsKilled(t *testing.T) {
	t.Parallel()
	tool, ready := script(t, "stubborn", `
trap '' TERM
sleep 600 &
echo $! >"$READY"
wait
`)
	ctx, cancel := context.WithCancel(t.Context())
	said := whenReady(t, ready, cancel)
	cmd := command(ctx, tool)
	cmd.WaitDelay = 50 * time.Millisecond
	cmd.Stdout = new(bytes.Buffer)
	began := time.Now()
	if err := run(ctx, cmd); err == nil {
		t.Error("no error")
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %s", took)
	}
	child, err := strconv.Atoi(<-said)
	if err != nil {
		t.Fatal(err)
	}
	if !gone(child) {
		t.Errorf("process %d, which it started, is still there", child)
	}
}

// gone tells whether a process has ended, or ends within a second.
func gone(pid int) bool {
	for range 100 {
		stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		if errors.Is(err, fs.ErrNotExist) || strings.Contains(string(stat), ") Z ") {
			return true
		}
		<-time.After(10 * time.Millisecond)
	}
	return false
}
