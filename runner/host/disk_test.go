package host_test

import (
	"errors"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cibench/cibench/runner/host"
)

func TestCheckDisk(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "not", "there", "yet")
	if err := host.CheckDisk(missing, 1); err != nil {
		t.Errorf("1 byte: %v", err)
	}
	var full *host.DiskError
	if err := host.CheckDisk(missing, math.MaxUint64); !errors.As(err, &full) {
		t.Fatalf("everything there is: got %v, want a DiskError", err)
	}
	if full.Free == 0 || !strings.Contains(full.Error(), missing) || full.Hint() == "" {
		t.Errorf("got %+v, want the directory, what it has left and a hint", full)
	}
	if err := host.CheckDisk("/proc/self/status/nothing", 1); err == nil {
		t.Error("a path below a file: no error")
	}
}
