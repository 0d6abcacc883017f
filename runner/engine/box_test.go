package engine_test

import (
	"bytes"
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

func TestBox(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "there"), []byte("text"), 0o644); err != nil {
		t.Fatal(err)
	}
	box, err := e.StartBox(t.Context(), engine.BoxConfig{
		Image: enginetest.Daemon(t, e), Command: []string{"sleep", "600"},
		Binds: []engine.Bind{{Source: dir, Target: "/there", ReadOnly: true}},
	})
	if err != nil {
		t.Fatal(err)
	}
	closed := false
	t.Cleanup(func() {
		if !closed {
			box.Close(context.WithoutCancel(t.Context()))
		}
	})
	for _, tt := range []struct {
		script, out, err string
		code             int
	}{
		{"cat there; echo $NAME >&2", "text", "value\n", 0},
		{"(echo more >there) || exit 3", "", "Read-only file system", 3},
		{"exit 7", "", "", 7},
		{"ls /sys/class/net", "lo\n", "", 0},
	} {
		var out, errs bytes.Buffer
		code, err := box.Run(t.Context(), engine.Command{
			Args: []string{"sh", "-c", tt.script}, Env: []string{"NAME=value"}, Dir: "/there", Stdout: &out, Stderr: &errs,
		})
		if err != nil || code != tt.code || !strings.Contains(out.String(), tt.out) || !strings.Contains(errs.String(), tt.err) {
			t.Errorf("%s: got %d, %q, %q, %v, want %d, %q, %q", tt.script, code, &out, &errs, err, tt.code, tt.out, tt.err)
		}
	}
	stop := errors.New("enough")
	ctx, cancel := context.WithTimeoutCause(t.Context(), 500*time.Millisecond, stop)
	defer cancel()
	begun := time.Now()
	var out bytes.Buffer
	_, err = box.Run(ctx, engine.Command{Args: []string{"sleep", "600"}, Stdout: &out, Stderr: &out})
	if took := time.Since(begun); !errors.Is(err, stop) || took > 5*time.Second {
		t.Errorf("command beyond its time: got %v after %s, want %v", err, took, stop)
	}
	closed = true
	if err := box.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if left := containers(t, e); len(left) > 0 {
		t.Errorf("containers left: %v", left)
	}
	if _, err := e.StartBox(t.Context(), engine.BoxConfig{Image: absent, Command: []string{"sh"}}); err == nil {
		t.Error("absent image: no error")
	}
}
