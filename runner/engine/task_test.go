package engine_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/engine/enginetest"
)

func TestRunTask(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t)
	image, dir := enginetest.Daemon(t, e), t.TempDir()
	run := func(ctx context.Context, script string) error {
		return e.RunTask(ctx, engine.Task{
			Image:   image,
			Command: []string{"sh", "-c", script},
			Binds:   map[string]string{dir: "/there"},
		})
	}
	// What a clone of a builder's state needs: devices and other owners.
	if err := run(t.Context(), "cd /there && echo text >file && chown 12:34 file && mknod gone c 0 0"); err != nil {
		t.Error(err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "file")); err != nil || string(text) != "text\n" {
		t.Errorf("file: got %q %v", text, err)
	}
	err := run(t.Context(), "echo said; echo complained >&2; exit 7")
	for _, want := range []string{"exit code 7", "said", "complained"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("failed task: got %v, want %q in it", err, want)
		}
	}
	if err := run(t.Context(), "[ $(ls /sys/class/net | wc -l) = 1 ]"); err != nil {
		t.Errorf("the container has a network: %v", err)
	}
	if err := e.RunTask(t.Context(), engine.Task{Image: image, Command: []string{"/none"}}); err == nil {
		t.Error("no such program: no error")
	}
	if err := e.RunTask(t.Context(), engine.Task{Image: absent, Command: []string{"sh"}}); err == nil {
		t.Error("absent image: no error")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := run(ctx, "sleep 600"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("task beyond its time: got %v, want %v", err, context.DeadlineExceeded)
	}
	if left := containers(t, e); len(left) > 0 {
		t.Errorf("containers left: %v", left)
	}
}
