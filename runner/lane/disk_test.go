package lane_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/host"
	"github.com/cibench/cibench/runner/lane"
)

// TestDisks takes /proc, which never has a byte free, for a full disk.
func TestDisks(t *testing.T) {
	t.Parallel()
	roomy, none := t.TempDir(), &engine.Engine{} // one that is not on this machine
	for _, tt := range []struct {
		name string
		dirs []string
		full string // named by the error
	}{
		{"none", []string{""}, ""},
		{"roomy", []string{roomy, ""}, ""},
		{"full", []string{"/proc"}, "/proc has 0 B free"},
		{"one of two", []string{roomy, "/proc/not-there"}, "/proc/not-there has 0 B free"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := lane.DisksOf(none, tt.dirs...)
			for what, err := range map[string]error{"before": d.Ready(), "after": d.Full()} {
				full := (*host.DiskError)(nil)
				if got := errors.As(err, &full); got != (tt.full != "") || got && !strings.Contains(err.Error(), tt.full) {
					t.Errorf("%s: got %v, want %q", what, err, tt.full)
				}
			}
		})
	}
}
