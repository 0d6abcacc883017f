package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/cibench/cibench/runner/host"
	"github.com/cibench/cibench/runner/image"
	"github.com/cibench/cibench/runner/provision"
)

// Free disk space below which a run may fail, and below which it will, in
// bytes: a primed state and its copy take about 1 GB for a small project.
const (
	diskWarning = 10 << 30
	diskFailed  = 3 << 30
)

var errNoEngine = errors.New("no engine answers")

func (d *doctor) checkEngine(context.Context) finding {
	if d.engineErr != nil {
		return wrong(statusFailed, d.engineErr)
	}
	if err := d.engine.CheckLocal(); err != nil {
		return wrong(statusFailed, err)
	}
	info := d.engine.Info()
	return fine("%s (API %s) on %s, storage %s", info.Version, info.APIVersion, info.OS, info.StorageDriver)
}

func (d *doctor) checkBuildKit(ctx context.Context) finding {
	if d.engine == nil {
		return wrong(statusFailed, errNoEngine)
	}
	if d.lockErr != nil { // a daemon beside a trial would be timed with it
		return finding{statusWarning, "not tried: " + d.lockErr.Error(), ""}
	}
	images := &provision.Images{Dir: filepath.Join(d.cfg.CacheDir, "images"), Engine: d.engine}
	img, ok, err := images.Kept(provision.BuildKitRef)
	if err != nil {
		return wrong(statusFailed, err)
	}
	if !ok {
		return finding{statusWarning, "not tried: its image is not here yet", "the first run gets it"}
	}
	ref, err := image.LoadDaemon(ctx, d.engine, img)
	if err != nil {
		return wrong(statusFailed, err)
	}
	way, err := d.engine.DaemonWay(ctx, ref)
	if err != nil {
		return wrong(statusFailed, err)
	}
	return fine("%s runs in a container, by %s", provision.BuildKitVersion, way)
}

// capabilityBits are the numbers of capabilities (linux/capability.h) that
// daemons of either way need, by name.
var capabilityBits = []struct {
	name string
	bit  uint
}{{"SYS_ADMIN", 21}, {"NET_ADMIN", 12}, {"SYS_PTRACE", 19}, {"SYS_RESOURCE", 24}}

func (d *doctor) checkCapabilities(context.Context) finding {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return finding{statusWarning, "cannot be read: " + err.Error(), ""}
	}
	var bounding uint64
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "CapBnd:"); ok {
			if _, err := fmt.Sscanf(strings.TrimSpace(rest), "%x", &bounding); err != nil {
				return finding{statusWarning, "cannot be read: " + err.Error(), ""}
			}
		}
	}
	var missing []string
	for _, c := range capabilityBits {
		if bounding&(1<<c.bit) == 0 {
			missing = append(missing, "CAP_"+c.name)
		}
	}
	switch {
	case len(missing) == 0:
		return fine("all that a BuildKit daemon may want")
	case len(missing) == 1 && missing[0] == "CAP_SYS_RESOURCE":
		return fine("no CAP_SYS_RESOURCE: daemons get named capabilities instead of --privileged")
	default:
		return finding{statusWarning, "missing here: " + strings.Join(missing, ", "), "the engine may have them all the same; the line buildkit tells"}
	}
}

func (d *doctor) checkCgroup(context.Context) finding {
	if d.engine == nil {
		return wrong(statusFailed, errNoEngine)
	}
	if _, err := os.Stat("/sys/fs/cgroup"); err != nil {
		return finding{statusFailed, err.Error(), "mount the cgroup file system"}
	}
	return fine("version %s", d.engine.Info().CgroupVersion)
}

func (d *doctor) checkDisk(context.Context) finding {
	worst := fine("")
	var parts []string
	dirs := []string{d.cfg.CacheDir}
	if d.engine != nil {
		dirs = append(dirs, d.engine.Info().Root)
	}
	for _, dir := range dirs {
		free, err := host.FreeBytes(dir)
		if err != nil {
			return finding{statusWarning, err.Error(), ""}
		}
		parts = append(parts, fmt.Sprintf("%s free for %s", humanize.IBytes(free), dir))
		switch {
		case free < diskFailed:
			worst.status, worst.hint = statusFailed, "free some space, or set --cache-dir"
		case free < diskWarning && worst.status == statusOK:
			worst.status, worst.hint = statusWarning, "a large study may fill the disk"
		}
	}
	worst.detail = strings.Join(parts, "; ")
	return worst
}

// checkFilesystem looks at what holds the files that trials make and remove.
func (d *doctor) checkFilesystem(context.Context) finding {
	dirs := []string{d.cfg.states()}
	if d.engine != nil {
		dirs = append(dirs, d.engine.Info().Root)
	}
	worst := fine("")
	var parts []string
	for _, dir := range dirs {
		kind, ok := host.New("/").Filesystem(dir)
		switch {
		case !ok:
			kind = "unknown"
		case kind == host.NoJournal:
			worst.status, worst.hint = statusWarning, "making files is slow there for minutes after many were deleted, and times vary: keep the cache (--cache-dir) and the engine's data on another file system"
		}
		parts = append(parts, kind+" for "+dir)
	}
	worst.detail = strings.Join(parts, "; ")
	return worst
}

func (d *doctor) checkPorts(context.Context) finding {
	p, err := openPorts(d.cfg)
	if err == nil {
		err = p.close()
	}
	if err != nil {
		return wrong(statusFailed, err)
	}
	return fine("%d (index) and %d (registry) are free", d.cfg.IndexPort, d.cfg.RegistryPort)
}

// checkClock compares the wall clock with the monotonic one: the daemon stamps
// its steps by the former.
func (d *doctor) checkClock(ctx context.Context) finding {
	start := time.Now()
	select {
	case <-ctx.Done():
	case <-time.After(200 * time.Millisecond):
	}
	end := time.Now()
	drift := end.Round(0).Sub(start.Round(0)) - end.Sub(start)
	source := host.New("/").Facts()["clock.source"]
	if drift.Abs() > 5*time.Millisecond {
		return finding{statusWarning, fmt.Sprintf("the wall clock moved by %s in 200 ms (source %s)", drift, source), "let the clock settle before a run"}
	}
	return fine("steady (source %s)", source)
}

func (d *doctor) checkCPU(context.Context) finding {
	n := runtime.NumCPU()
	if n < 2 {
		return finding{statusWarning, "1 CPU: the builder and the services share it", "use two or more"}
	}
	return fine("%d × %s", n, host.New("/").Facts()["cpu.model"])
}

// checkPressure watches the host for a second.
func (d *doctor) checkPressure(ctx context.Context) finding {
	const window = time.Second
	end := host.New("/").Observe()
	select {
	case <-ctx.Done():
	case <-time.After(window):
	}
	h := end()
	text := fmt.Sprintf("load %.2f", h.Load1)
	busy := h.Load1 > float64(runtime.NumCPU())/2
	for _, part := range []struct {
		name  string
		value *float64
	}{{"steal", h.Steal}, {"CPU pressure", h.CPUStall}, {"I/O pressure", h.IOStall}, {"memory pressure", h.MemStall}} {
		if part.value == nil {
			text += ", " + part.name + " not published"
			continue
		}
		text += fmt.Sprintf(", %s %.0f %%", part.name, 100**part.value/window.Seconds())
		busy = busy || *part.value > 0.1*window.Seconds()
	}
	if busy {
		return finding{statusWarning, text, "the host is busy: times will scatter"}
	}
	return fine("%s", text)
}

func (d *doctor) checkLock(context.Context) finding {
	if d.lockErr != nil {
		return wrong(statusFailed, d.lockErr)
	}
	return fine("no other run is under way")
}
