// Package host watches the machine that trials run on, states its facts, and
// keeps a second run off it.
//
// It reads the kernel's own files and changes nothing. What a machine does not
// publish is absent, never zero and never an error: a figure beside the
// measurements must not end a run. Engine, builder and image facts are left to
// the packages that own those.
package host

import (
	"context"
	"path/filepath"
	"time"

	"github.com/prometheus/procfs"
	"golang.org/x/sys/unix"
)

// A Machine is a host, seen through the files below its root directory. It is
// watched for one trial at a time.
type Machine struct {
	root string
	proc *procfs.FS // nil where there is none

	// What the last Settle found: how long it waited for the processors, in
	// seconds, and the share of their time that was not idle at its end.
	waited, busy float64

	clocks func() (wall, monotonic time.Duration) // since whatever they count from
}

// New returns the machine whose root directory is root: "/", or a copy of the
// files of one.
func New(root string) *Machine {
	m := &Machine{root: root, clocks: clocks}
	if proc, err := procfs.NewFS(filepath.Join(root, "proc")); err == nil {
		m.proc = &proc
	}
	return m
}

// Settle waits until what was written is on disk, so that no earlier step's
// write-back falls into a trial, and then, for a bounded time, until the
// processors are idle. It returns early with the cause of ctx's end; the kernel
// then finishes the writing by itself.
func (m *Machine) Settle(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	done := make(chan struct{})
	go func() {
		unix.Sync()
		close(done)
	}()
	select {
	case <-done:
		return m.calm(ctx)
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
