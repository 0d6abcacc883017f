package host

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner"
)

var _ runner.Host = (*Machine)(nil)

// vm returns a copy of a virtual machine's files, and a function that replaces
// a text in one of them, or removes the file when there is no text.
func vm(t *testing.T) (root string, edit func(path, old, replacement string)) {
	t.Helper()
	root = t.TempDir()
	if err := os.CopyFS(root, os.DirFS("testdata/vm")); err != nil {
		t.Fatal(err)
	}
	return root, func(path, old, replacement string) {
		t.Helper()
		path = filepath.Join(root, path)
		data, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(data), old) {
			t.Fatalf("%s holds no %q: %v", path, old, err)
		}
		if old == "" {
			err = os.Remove(path)
		} else {
			err = os.WriteFile(path, []byte(strings.ReplaceAll(string(data), old, replacement)), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestObserve(t *testing.T) {
	t.Parallel()
	root, edit := vm(t)
	observed := New(root).Observe()
	edit("proc/loadavg", "0.52", "4.00")
	edit("proc/meminfo", "2048000", "3000000")
	edit("proc/stat", "cpu  1000 0 500 9000 20 0 10 250", "cpu  1100 0 500 9000 20 0 10 325")
	edit("proc/pressure/cpu", "total=1500000", "total=4000000")
	edit("proc/pressure/io", "total=2000000", "total=2000001")
	want := results.Host{
		Load1:     0.52, // as it was at the start
		PageCache: new(2048000.0 * 1024),
		Steal:     new(0.75),
		CPUStall:  new(2.5),
		IOStall:   new(1e-6),
		MemStall:  new(0.0),
		Disturbed: "the hypervisor took 43 % of the processors' time",
	}
	got := observed()
	*got.IOStall = math.Round(*got.IOStall*1e9) / 1e9 // the difference of two large numbers
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %s, want %s", describe(got), describe(want))
	}
}

func TestObserveWithoutFigures(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"proc/pressure/cpu", "proc/stat", "proc/meminfo"} {
		root, edit := vm(t)
		edit(path, "", "")
		got := New(root).Observe()()
		absent := map[string]bool{"proc/pressure/cpu": got.CPUStall == nil, "proc/stat": got.Steal == nil, "proc/meminfo": got.PageCache == nil}
		for other, isNil := range absent {
			if want := other == path; isNil != want {
				t.Errorf("without %s: figure of %s absent: got %t, want %t", path, other, isNil, want)
			}
		}
	}
	if got := New(t.TempDir()).Observe()(); got != (results.Host{}) {
		t.Errorf("without /proc: got %s, want nothing", describe(got))
	}
}

// TestObserveThisHost guards against a kernel's format that testdata has not.
func TestObserveThisHost(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux publishes figures")
	}
	got := New("/").Observe()()
	if got.Steal == nil || *got.Steal < 0 || got.PageCache == nil || *got.PageCache <= 0 {
		t.Errorf("got %s, want a page cache and no negative steal", describe(got))
	}
}

// describe writes the figures instead of their addresses.
func describe(h results.Host) string {
	data, err := json.Marshal(h)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

func TestSettle(t *testing.T) {
	t.Parallel()
	m := New(t.TempDir())
	if err := m.Settle(t.Context()); err != nil {
		t.Error(err)
	}
	cause := errors.New("interrupted")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	if err := m.Settle(ctx); !errors.Is(err, cause) {
		t.Errorf("got %v, want %v", err, cause)
	}
}

// TestObserveSteps has wall clocks that go with the monotonic one, and ones that
// are set.
func TestObserveSteps(t *testing.T) {
	t.Parallel()
	root, _ := vm(t)
	for _, tt := range []struct {
		window, wall time.Duration
		want         float64
	}{
		{time.Minute, time.Minute, 0},
		{time.Minute, time.Minute + 50*time.Millisecond, 0},
		{time.Minute, time.Minute + 60*time.Millisecond, 0.06},
		{time.Second, 0, -1},
		{0, -50 * time.Millisecond, 0},
		{0, -60 * time.Millisecond, -0.06},
	} {
		m := New(root)
		var wall, monotonic time.Duration
		m.clocks = func() (time.Duration, time.Duration) { return wall, monotonic }
		observed := m.Observe()
		wall, monotonic = tt.wall, tt.window
		if got := observed().Stepped; math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("%+v: got %v", tt, got)
		}
	}
	if got := New("/").Observe()().Stepped; got != 0 {
		t.Errorf("this machine: got %v", got)
	}
}
