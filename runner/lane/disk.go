package lane

import (
	"errors"

	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/host"
)

const (
	// leastDisk is what must be free before a trial: a job that runs out of space
	// fails in ways that look like the project's own.
	leastDisk = 1 << 30
	// fullDisk is what is left when a job has run into the end of the disk: its
	// last write did not fit.
	fullDisk = 64 << 20
)

// Disks are directories on the file systems that a lane's jobs write to.
type Disks []string

// DisksOf returns the disks of a lane that writes to these directories, "" for
// none, and makes containers: their layers are in the engine's own directory.
func DisksOf(e *engine.Engine, dirs ...string) Disks {
	var d Disks
	for _, dir := range append(dirs, e.DataDir()) {
		if dir != "" {
			d = append(d, dir)
		}
	}
	return d
}

// Ready returns a *host.DiskError for each disk without room for a trial.
func (d Disks) Ready() error { return d.check(leastDisk) }

// Full returns a *host.DiskError for each disk on which a job that failed can
// have failed for want of space. Then that is no outcome: every job would.
func (d Disks) Full() error { return d.check(fullDisk) }

func (d Disks) check(need uint64) error {
	var errs []error
	for _, dir := range d {
		errs = append(errs, host.CheckDisk(dir, need))
	}
	return errors.Join(errs...)
}
