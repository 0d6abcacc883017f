package cli

import (
	"errors"
	"strings"
	"testing"

	"github.com/cibench/cibench/runner/engine"
)

func TestNamedEngine(t *testing.T) {
	t.Parallel()
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
		err := namedEngine(tt.named, tt.found)
		var unreachable *engine.UnreachableError
		if tt.ok != (err == nil) || !tt.ok && !errors.As(err, &unreachable) {
			t.Errorf("%q, %q: got %v, want ok %v or an UnreachableError", tt.named, tt.found, err, tt.ok)
		}
		if err != nil && !strings.Contains(err.Error(), tt.named) {
			t.Errorf("%q: got %v, which does not name it", tt.named, err)
		}
	}
}
