package host

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

// work makes the processors of the machine below root do so much, in hundredths
// of a CPU second since boot.
func work(t *testing.T, root string, busy, idle, steal int) {
	t.Helper()
	line := fmt.Sprintf("cpu  %d 0 0 %d 0 0 0 %d\ncpu0 %d 0 0 %d 0 0 0 %d\n", busy, idle, steal, busy, idle, steal)
	if err := os.WriteFile(filepath.Join(root, "proc/stat"), []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestCalm waits as long as the machine is busy, but not for ever.
func TestCalm(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		busy      time.Duration // from the start
		waited    float64       // seconds
		disturbed string
	}{
		"idle":       {0, 0, ""},
		"busy first": {3 * time.Second, 3, ""},
		"busy":       {time.Hour, 19.5, "the machine was 50 % busy before the trial began"},
	} {
		t.Run(name, func(t *testing.T) {
			root, _ := vm(t)
			synctest.Test(t, func(t *testing.T) {
				m := New(root)
				start := time.Now()
				busy, idle := 1000, 1000
				work(t, root, busy, idle, 0)
				ctx, cancel := context.WithCancel(t.Context())
				go func() {
					time.Sleep(50 * time.Millisecond) // never while the file is read
					for ctx.Err() == nil {
						time.Sleep(100 * time.Millisecond)
						if time.Since(start) <= tc.busy {
							busy, idle = busy+10, idle+10
						} else {
							idle += 20
						}
						work(t, root, busy, idle, 0)
					}
				}()
				err := m.calm(t.Context())
				cancel()
				time.Sleep(time.Second) // the worker ends
				if err != nil {
					t.Fatal(err)
				}
				got := m.Observe()()
				if math.Abs(got.Waited-tc.waited) > 0.6 || got.Disturbed != tc.disturbed {
					t.Errorf("got waited %v s, disturbed %q, want %v s, %q", got.Waited, got.Disturbed, tc.waited, tc.disturbed)
				}
			})
		})
	}
}

func TestCalmEndsWithItsContext(t *testing.T) {
	t.Parallel()
	root, _ := vm(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("interrupted")
	cancel(cause)
	if err := New(root).calm(ctx); !errors.Is(err, cause) {
		t.Errorf("got %v, want %v", err, cause)
	}
	if err := New(t.TempDir()).calm(t.Context()); err != nil {
		t.Errorf("without /proc: got %v, want nothing to wait for", err)
	}
}

func TestStolen(t *testing.T) {
	t.Parallel()
	root, _ := vm(t)
	for _, tc := range []struct {
		steal int
		want  string
	}{{5, ""}, {10, "the hypervisor took 9 % of the processors' time"}} {
		work(t, root, 1000, 1000, 0)
		observed := New(root).Observe()
		work(t, root, 1050, 1050, tc.steal)
		if got := observed().Disturbed; got != tc.want {
			t.Errorf("%d hundredths stolen: got %q, want %q", tc.steal, got, tc.want)
		}
	}
}
