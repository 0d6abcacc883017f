// Package enginetest opens the Docker engine for tests.
//
// A test that needs an engine skips where none answers, unless BENCH_REQUIRE
// names docker: then it fails. Tests of all packages take turns at the engine,
// and what a test leaves in it is an error of that test.
package enginetest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"github.com/cibench/cibench/internal/testneed"
	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/provision"
)

// Open returns an engine whose objects carry the test's name. It waits for
// other tests that use the engine.
func Open(t *testing.T) *engine.Engine {
	t.Helper()
	e, err := engine.Open(t.Context(), Owner(t))
	if err != nil {
		testneed.Skip(t, "docker", err.Error())
	}
	Lock(t)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		left, err := e.CleanOwn(ctx)
		if err != nil {
			t.Errorf("clean: %v", err)
		}
		if left != (engine.Removed{}) {
			t.Errorf("left in the engine: %+v", left)
		}
		e.Close()
	})
	return e
}

// Owner is the value of the label that the test's objects carry.
func Owner(t *testing.T) string {
	return "test-" + strings.ToLower(strings.ReplaceAll(t.Name(), "/", "-"))
}

// Lock keeps other tests from the engine until the test ends, also those that
// have another directory for temporary files.
func Lock(t *testing.T) {
	t.Helper()
	dir := filepath.Join(CacheDir(t), "test")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	lock := flock.New(filepath.Join(dir, "engine.lock"))
	if _, err := lock.TryLockContext(t.Context(), 100*time.Millisecond); err != nil {
		t.Fatalf("wait for the engine: %v", err)
	}
	t.Cleanup(func() { lock.Unlock() })
}

// Images returns the machine's own image store, so that what takes minutes to
// make is made once.
func Images(t *testing.T, e *engine.Engine) *provision.Images {
	t.Helper()
	return &provision.Images{
		Dir:    filepath.Join(CacheDir(t), "images"),
		Engine: e,
		Say:    func(msg string) { t.Log(msg) },
	}
}

// Daemon returns the name under which the engine holds the BuildKit daemon's
// image, after putting it there as the lanes do.
func Daemon(t *testing.T, e *engine.Engine) string {
	t.Helper()
	return keep(t, e, provision.BuildKitRef, engine.DaemonRepository)
}

// Base returns the name under which the engine holds a base image of Python,
// "3.11-slim" for instance, after putting it there.
func Base(t *testing.T, e *engine.Engine, tag string) string {
	t.Helper()
	return keep(t, e, "python:"+tag, "test-python-"+tag)
}

func keep(t *testing.T, e *engine.Engine, ref, repository string) string {
	t.Helper()
	img, err := Images(t, e).Get(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	name, err := e.KeepImage(t.Context(), repository, img.Digest, img.Image)
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// CacheDir is where cibench keeps what outlives a run.
func CacheDir(t *testing.T) string {
	t.Helper()
	dir, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "cibench")
}

// Program builds cibench as the static binary that containers can run, and
// returns its path. It is the same for all tests, and built once in each process.
func Program(t *testing.T) string {
	t.Helper()
	file, err := program(CacheDir(t))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

var built sync.Map // cache directory → func() (string, error)

func program(cacheDir string) (string, error) {
	build, _ := built.LoadOrStore(cacheDir, sync.OnceValues(func() (string, error) {
		dir := filepath.Join(cacheDir, "test")
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return "", err
		}
		file := filepath.Join(dir, "cibench")
		lock := flock.New(file + ".lock")
		if err := lock.Lock(); err != nil {
			return "", fmt.Errorf("wait for another build: %w", err)
		}
		defer lock.Unlock()
		cmd := exec.Command("go", "build", "-o", file, "github.com/cibench/cibench/cmd/cibench")
		cmd.Env = append(cmd.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("build cibench: %w\n%s", err, out)
		}
		return file, nil
	}))
	return build.(func() (string, error))()
}
