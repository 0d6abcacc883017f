package host

import (
	"context"
	"fmt"
	"time"

	"github.com/cibench/cibench/results"
)

// How calm a machine has to be before a trial, and how long a trial waits for
// that. A run's own services and the engine, idle, are well below the bound.
const (
	calmBusy   = 0.15 // of all processors' time
	calmWindow = 500 * time.Millisecond
	calmLimit  = 20 * time.Second
)

// stolen is the share of all processors' time that a hypervisor may take during
// a trial before the trial counts as disturbed.
const stolen = 0.05

// A usage is what the processors did since boot, in CPU seconds.
type usage struct{ busy, total float64 }

// calm waits until the processors are mostly idle, or for calmLimit, and notes
// for the next Observe how long that took and what remained.
func (m *Machine) calm(ctx context.Context) error {
	m.waited, m.busy = 0, 0
	before, ok := m.usage()
	if !ok {
		return nil // it does not say: neither will the trial
	}
	for start := time.Now(); ; {
		select {
		case <-time.After(calmWindow):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		after, ok := m.usage()
		if !ok {
			return nil
		}
		m.busy = after.shareSince(before)
		if m.busy <= calmBusy || time.Since(start) >= calmLimit {
			return nil
		}
		m.waited, before = time.Since(start).Seconds(), after
	}
}

// shareSince returns the share of the time in between that was not idle; 0 when
// none has passed.
func (u usage) shareSince(before usage) float64 {
	if u.total <= before.total {
		return 0
	}
	return (u.busy - before.busy) / (u.total - before.total)
}

// usage reads what the processors did; false where that is not published.
func (m *Machine) usage() (usage, bool) {
	if m.proc == nil {
		return usage{}, false
	}
	stat, err := m.proc.Stat()
	if err != nil {
		return usage{}, false
	}
	c := stat.CPUTotal
	idle := c.Idle + c.Iowait
	// Guest time is in user time already.
	total := idle + c.User + c.Nice + c.System + c.IRQ + c.SoftIRQ + c.Steal
	return usage{busy: total - idle, total: total}, true
}

// disturbed says what of the figures of a trial is beyond the bounds; "" when
// nothing is.
func (m *Machine) disturbed(h results.Host, before, after reading) string {
	if m.busy > calmBusy {
		return fmt.Sprintf("the machine was %.0f %% busy before the trial began", 100*m.busy)
	}
	if h.Steal == nil || before.total == nil || after.total == nil || *after.total <= *before.total {
		return ""
	}
	if share := *h.Steal / (*after.total - *before.total); share > stolen {
		return fmt.Sprintf("the hypervisor took %.0f %% of the processors' time", 100*share)
	}
	return ""
}
