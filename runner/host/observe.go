package host

import (
	"time"

	"golang.org/x/sys/unix"

	"github.com/cibench/cibench/results"
)

// A reading is the state of the machine's meters at one moment. The totals
// only ever grow.
type reading struct {
	wall, monotonic             time.Duration
	load1                       float64
	pageCache                   *float64 // bytes
	steal, total                *float64 // CPU seconds since boot
	cpuStall, ioStall, memStall *float64 // seconds since boot
}

// stepTolerance is what reading two clocks one after the other may make of them,
// on a busy machine. A time server that makes a clock go faster or slower does so
// to both.
const stepTolerance = 50 * time.Millisecond

// clocks reads the wall clock and the monotonic one.
func clocks() (wall, monotonic time.Duration) {
	var w, m unix.Timespec
	if unix.ClockGettime(unix.CLOCK_REALTIME, &w) != nil || unix.ClockGettime(unix.CLOCK_MONOTONIC, &m) != nil {
		return 0, 0
	}
	return time.Duration(w.Nano()), time.Duration(m.Nano())
}

// stepped returns by how much the wall clock was moved between two readings; 0
// for no more than what is tolerated.
func stepped(before, after reading) float64 {
	moved := (after.wall - before.wall) - (after.monotonic - before.monotonic)
	if moved.Abs() <= stepTolerance {
		return 0
	}
	return moved.Seconds()
}

// Observe reads the machine's meters. The function that it returns reads them
// again and says what happened in between.
func (m *Machine) Observe() func() results.Host {
	before := m.read()
	return func() results.Host {
		after := m.read()
		h := results.Host{
			Waited:    m.waited,
			Load1:     before.load1,
			PageCache: before.pageCache,
			Steal:     growth(before.steal, after.steal),
			CPUStall:  growth(before.cpuStall, after.cpuStall),
			IOStall:   growth(before.ioStall, after.ioStall),
			MemStall:  growth(before.memStall, after.memStall),
		}
		h.Stepped = stepped(before, after)
		h.Disturbed = m.disturbed(h, before, after)
		return h
	}
}

func (m *Machine) read() reading {
	var r reading
	r.wall, r.monotonic = m.clocks()
	if m.proc == nil {
		return r
	}
	if load, err := m.proc.LoadAvg(); err == nil {
		r.load1 = load.Load1
	}
	if mem, err := m.proc.Meminfo(); err == nil && mem.CachedBytes != nil {
		r.pageCache = new(float64(*mem.CachedBytes))
	}
	if stat, err := m.proc.Stat(); err == nil {
		r.steal = &stat.CPUTotal.Steal
	}
	if u, ok := m.usage(); ok {
		r.total = &u.total
	}
	r.cpuStall = m.stall("cpu")
	r.ioStall = m.stall("io")
	r.memStall = m.stall("memory")
	return r
}

// stall returns the seconds in which some task waited for the resource. The
// kernel counts microseconds; it publishes nothing without CONFIG_PSI or when
// booted with psi=0.
func (m *Machine) stall(resource string) *float64 {
	stats, err := m.proc.PSIStatsForResource(resource)
	if err != nil || stats.Some == nil {
		return nil
	}
	total := time.Duration(stats.Some.Total) * time.Microsecond
	return new(total.Seconds())
}

// growth returns the difference of two totals, or nil when one is missing.
func growth(before, after *float64) *float64 {
	if before == nil || after == nil {
		return nil
	}
	return new(*after - *before)
}
