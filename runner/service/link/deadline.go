package link

import (
	"sync"
	"time"
)

// A deadline can be changed while it is waited for.
type deadline struct {
	mu      sync.Mutex
	at      time.Time // zero: none
	changed chan struct{}
}

func newDeadline() deadline { return deadline{changed: make(chan struct{})} }

func (d *deadline) set(t time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at = t
	close(d.changed)
	d.changed = make(chan struct{})
}

// get returns the deadline and a channel that is closed when it changes.
func (d *deadline) get() (time.Time, <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.at, d.changed
}
