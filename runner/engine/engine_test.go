package engine_test

import (
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/cibench/cibench/runner/engine"
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

func TestLocal(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		info engine.Info
		want bool
	}{
		{engine.Info{Host: "unix:///var/run/docker.sock", OS: "Debian GNU/Linux 12 (bookworm)"}, true},
		{engine.Info{Host: "unix:///home/me/.docker/desktop/docker.sock", OS: "Docker Desktop"}, false},
		{engine.Info{Host: "tcp://10.0.0.1:2375", OS: "Debian GNU/Linux 12 (bookworm)"}, false},
	} {
		if got := tt.info.Local(); got != tt.want {
			t.Errorf("%+v: got %v, want %v", tt.info, got, tt.want)
		}
	}
}
