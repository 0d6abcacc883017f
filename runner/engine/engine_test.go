package engine_test

import (
	"errors"
	"net"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/engine/enginetest"
)

// TestOpenUnreachable names an engine that is not there. Another one on this
// machine must not take its place.
func TestOpenUnreachable(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"tcp://" + closed, "unix://" + t.TempDir() + "/none.sock", "no address"} {
		t.Setenv("DOCKER_HOST", host)
		e, err := engine.Open(t.Context(), "test")
		if err == nil {
			t.Errorf("DOCKER_HOST=%s: opened %s", host, e.Info().Host)
			e.Close()
			continue
		}
		var unreachable *engine.UnreachableError
		if !errors.As(err, &unreachable) {
			t.Errorf("DOCKER_HOST=%s: got %T %v, want an UnreachableError", host, err, err)
			continue
		}
		if !strings.Contains(err.Error(), host) {
			t.Errorf("error: got %q, want %q in it", err, host)
		}
		if hint := unreachable.Hint(); !strings.Contains(hint, "DOCKER_HOST") {
			t.Errorf("hint: got %q, want DOCKER_HOST in it", hint)
		}
	}
}

// TestNamed refuses what answers in place of the engine that DOCKER_HOST names.
func TestNamed(t *testing.T) {
	const here, there = "unix:///var/run/docker.sock", "unix:///nonexistent.sock"
	for _, tt := range []struct {
		named, found string
		ok           bool
	}{
		{"", here, true},
		{here, here, true},
		{there, here, false},
		{"tcp://127.0.0.1:2375", here, false},
	} {
		t.Setenv("DOCKER_HOST", tt.named)
		err := engine.Named(tt.found)
		var unreachable *engine.UnreachableError
		if tt.ok != (err == nil) || !tt.ok && !errors.As(err, &unreachable) {
			t.Errorf("%q, %q: got %v, want ok %v or an UnreachableError", tt.named, tt.found, err, tt.ok)
		}
		if err != nil && !strings.Contains(err.Error(), tt.named) {
			t.Errorf("%q: got %v, which does not name it", tt.named, err)
		}
	}
}

func TestRemote(t *testing.T) {
	t.Parallel()
	const kernel, socket, debian = "6.1.0-1-amd64", "unix:///var/run/docker.sock", "Debian GNU/Linux 12 (bookworm)"
	for _, tt := range []struct {
		info engine.Info
		want string // part of the reason; "" when it is local
	}{
		{engine.Info{Host: socket, OS: debian, Kernel: kernel}, ""},
		{engine.Info{Host: "unix:///home/me/.docker/desktop/docker.sock", OS: "Docker Desktop", Kernel: kernel}, "virtual machine"},
		{engine.Info{Host: "tcp://10.0.0.1:2375", OS: debian, Kernel: kernel}, "local socket"},
		{engine.Info{Host: socket, OS: "Alpine Linux v3.20", Kernel: "6.6.1-virt"}, "kernel 6.6.1-virt, this machine on 6.1.0"},
		{engine.Info{Host: "unix:///run/user/1000/docker.sock", OS: debian, Kernel: kernel, Rootless: true}, "rootless"},
	} {
		if got := tt.info.Remote(kernel); !strings.Contains(got, tt.want) || tt.want == "" && got != "" {
			t.Errorf("%+v: got %q, want %q", tt.info, got, tt.want)
		}
	}
}

// TestDataDir looks for the engine's directory on this machine alone.
func TestDataDir(t *testing.T) {
	t.Parallel()
	var name unix.Utsname
	if err := unix.Uname(&name); err != nil {
		t.Fatal(err)
	}
	const socket = "unix:///var/run/docker.sock"
	dir, kernel := t.TempDir(), unix.ByteSliceToString(name.Release[:])
	for _, tt := range []struct {
		name string
		info engine.Info
		want string
	}{
		{"here", engine.Info{Host: socket, Kernel: kernel, Root: dir}, dir},
		{"not to be seen", engine.Info{Host: socket, Kernel: kernel, Root: dir + "/none"}, ""},
		{"elsewhere", engine.Info{Host: "tcp://10.0.0.1:2375", Kernel: kernel, Root: dir}, ""},
		{"never opened", engine.Info{}, ""},
	} {
		e := engine.Saying(tt.info)
		if got := e.DataDir(); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
		var remote *engine.RemoteError
		if err := e.CheckLocal(); errors.As(err, &remote) != (tt.want == "") {
			t.Errorf("%s: local: got %v", tt.name, err)
		}
	}
}

func TestCheckLocal(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t)
	if err := e.CheckLocal(); err != nil {
		t.Errorf("the engine that all tests use: %v", err)
	}
}
