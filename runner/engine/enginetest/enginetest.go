// Package enginetest opens the Docker engine for tests.
//
// A test that needs an engine skips where none answers, unless BENCH_REQUIRE
// names docker: then it fails. Tests of all packages share the engine, but for
// those that need it alone. What a test leaves in it is an error of that test.
package enginetest

import (
	"bytes"
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
	"github.com/google/renameio/v2"

	"github.com/cibench/cibench/internal/testneed"
	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/provision"
)

// Open returns an engine whose objects carry the test's name. It waits for
// tests that need the engine alone.
func Open(t *testing.T) *engine.Engine {
	t.Helper()
	return open(t, (*flock.Flock).TryRLockContext)
}

// Alone is Open for a test that needs the engine, or the machine, alone: one that
// measures, or runs cibench, which removes what others left.
func Alone(t *testing.T) *engine.Engine {
	t.Helper()
	return open(t, (*flock.Flock).TryLockContext)
}

func open(t *testing.T, take lock) *engine.Engine {
	t.Helper()
	e, err := engine.Open(t.Context(), Owner(t))
	if err != nil {
		testneed.Skip(t, "docker", err.Error())
	}
	admit(t, take)
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
	return "test-" + strings.ToLower(self()+"-"+strings.ReplaceAll(t.Name(), "/", "-"))
}

// self is the name of the package under test.
func self() string { return strings.TrimSuffix(filepath.Base(os.Args[0]), ".test") }

type lock func(l *flock.Flock, ctx context.Context, retry time.Duration) (bool, error)

// admit keeps the engine until the test ends, also against tests whose TMPDIR is
// another. All pass a gate one by one: without it, tests that share the engine
// would keep out for ever one that waits to be alone.
func admit(t *testing.T, take lock) {
	t.Helper()
	dir := filepath.Join(CacheDir(t), "test")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := only(filepath.Join(dir, "tests-of-"+self()+".lock")); err != nil {
		t.Fatalf("wait for another process with these tests: %v", err)
	}
	hold := func(name string, take lock) *flock.Flock {
		l := flock.New(filepath.Join(dir, name))
		if _, err := take(l, t.Context(), 100*time.Millisecond); err != nil {
			t.Fatalf("wait for the engine: %v", err)
		}
		return l
	}
	gate := hold("gate.lock", (*flock.Flock).TryLockContext)
	defer gate.Unlock()
	l := hold("engine.lock", take)
	t.Cleanup(func() { l.Unlock() })
}

var process struct {
	sync.Mutex
	lock *flock.Flock
}

// only keeps other processes with the same tests, whose objects have the same
// names, away from the engine until this one ends.
func only(file string) error {
	process.Lock()
	defer process.Unlock()
	if process.lock != nil {
		return nil
	}
	l := flock.New(file)
	if err := l.Lock(); err != nil {
		return err
	}
	process.lock = l
	return nil
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
		// Containers of other tests are started with file meanwhile. What go built
		// before, it does not link again.
		built := file + ".built"
		cmd := exec.Command("go", "build", "-o", built, "github.com/cibench/cibench/cmd/cibench")
		cmd.Env = append(cmd.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("build cibench: %w\n%s", err, out)
		}
		return file, update(file, built)
	}))
	return build.(func() (string, error))()
}

// update makes file a copy of from, in one step, unless it is one.
func update(file, from string) error {
	want, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if got, err := os.ReadFile(file); err == nil && bytes.Equal(got, want) {
		return nil
	}
	return renameio.WriteFile(file, want, 0o755)
}
