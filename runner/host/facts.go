package host

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/procfs"

	"github.com/cibench/cibench/results"
)

// oneLine are the facts that a file states in its only line.
var oneLine = map[string]string{
	"kernel":       "proc/sys/kernel/osrelease",
	"clock.source": "sys/devices/system/clocksource/clocksource0/current_clocksource",
	"cpu.governor": "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor",
}

// productName is where a hypervisor, or a maker of hardware, says its name.
const productName = "sys/class/dmi/id/product_name"

// Facts returns what the machine says about itself: cpu.arch, cpu.count,
// cpu.governor, cpu.model, clock.source, kernel, memory.bytes, os and
// virtualization, as far as it can be read. memory.bytes is rounded to the nearest
// 256 MiB.
func (m *Machine) Facts() results.Environment {
	env := results.Environment{"cpu.arch": runtime.GOARCH}
	for name, path := range oneLine {
		set(env, name, m.line(path))
	}
	set(env, "os", m.osName())
	m.cpuFacts(env)
	if m.proc == nil {
		return env
	}
	if mem, err := m.proc.Meminfo(); err == nil && mem.MemTotalBytes != nil {
		env["memory.bytes"] = strconv.FormatUint(roundMemory(*mem.MemTotalBytes), 10)
	}
	return env
}

// roundMemory rounds to the nearest 256 MiB, of which it returns at least one. How
// much the kernel keeps for itself at its start differs by some pages from one
// start to the next, which makes no other environment.
func roundMemory(bytes uint64) uint64 {
	const step = 256 << 20
	return max((bytes+step/2)/step, 1) * step
}

// set states a fact, unless it could not be read.
func set(env results.Environment, name, value string) {
	if value != "" {
		env[name] = value
	}
}

// cpuFacts adds what stands in cpuinfo. The library reads that file on Linux
// only, and each architecture in a way of its own; these three lines of it are
// all that is needed.
func (m *Machine) cpuFacts(env results.Environment) {
	count := 0
	for line := range strings.Lines(m.file("proc/cpuinfo")) {
		key, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch strings.TrimSpace(key) {
		case "processor":
			count++
			env["cpu.count"] = strconv.Itoa(count)
		case "model name":
			set(env, "cpu.model", value)
		case "flags": // on x86 only, which alone tells a virtual machine here
			set(env, "virtualization", m.virtualization(strings.Fields(value)))
		}
	}
}

// virtualization returns the name of the virtual machine's product, "unnamed"
// for one that hides it, and "none" for hardware.
func (m *Machine) virtualization(cpuFlags []string) string {
	if !slices.Contains(cpuFlags, "hypervisor") {
		return "none"
	}
	if name := m.line(productName); name != "" {
		return name
	}
	return "unnamed"
}

// osName returns the distribution's name and version, see os-release(5).
func (m *Machine) osName() string {
	for line := range strings.Lines(m.file("etc/os-release")) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "PRETTY_NAME="); ok {
			return strings.Trim(name, `"'`)
		}
	}
	return ""
}

// Filesystem returns the type of the file system that holds dir, or will hold it
// when it is made, and whether that could be read.
func (m *Machine) Filesystem(dir string) (string, bool) {
	if m.proc == nil {
		return "", false
	}
	dir = Resolve(dir)
	mounts, err := m.proc.GetMounts()
	if err != nil {
		return "", false
	}
	var best *procfs.MountInfo
	for _, mount := range mounts {
		// A later mount covers an earlier one at the same point.
		if below(dir, mount.MountPoint) && (best == nil || len(mount.MountPoint) >= len(best.MountPoint)) {
			best = mount
		}
	}
	if best == nil {
		return "", false
	}
	if best.FSType == "ext4" && m.journalless(best.MajorMinorVer) {
		return NoJournal, true
	}
	return best.FSType, true
}

// Resolve returns the absolute path of what may not be there yet, without
// symbolic links as far as one may look.
func Resolve(dir string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	for parent, rest := filepath.Clean(dir), ""; ; {
		if real, err := filepath.EvalSymlinks(parent); err == nil {
			return filepath.Join(real, rest)
		}
		if parent == filepath.Dir(parent) {
			return filepath.Clean(dir)
		}
		parent, rest = filepath.Dir(parent), filepath.Join(filepath.Base(parent), rest)
	}
}

// NoJournal is a file system that slows down whoever creates files after many
// were deleted, as each trial and its removal do: without a journal, ext4 keeps
// away from an inode for one to six minutes after its deletion, and looks for
// another from one to the next (recently_deleted in the kernel's
// fs/ext4/ialloc.c).
const NoJournal = "ext4 without a journal"

// journalless tells whether the ext4 file system on a device, "major:minor", has
// no journal: its options then name no mode of one.
func (m *Machine) journalless(device string) bool {
	var name string
	for line := range strings.Lines(m.file("sys/dev/block/" + device + "/uevent")) {
		if of, ok := strings.CutPrefix(line, "DEVNAME="); ok {
			name = strings.TrimSpace(of)
		}
	}
	options := m.file("proc/fs/ext4/" + name + "/options")
	return options != "" && !strings.Contains("\n"+options, "\ndata=")
}

// below tells whether path is parent or lies below it.
func below(path, parent string) bool {
	return path == parent || strings.HasPrefix(path, strings.TrimSuffix(parent, "/")+"/")
}

func (m *Machine) line(path string) string { return strings.TrimSpace(m.file(path)) }

// file returns what the file below the root holds, "" when it cannot be read.
func (m *Machine) file(path string) string {
	data, err := os.ReadFile(filepath.Join(m.root, filepath.FromSlash(path)))
	if err != nil {
		return ""
	}
	return string(data)
}
