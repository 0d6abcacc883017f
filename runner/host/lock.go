package host

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/gofrs/flock"
)

// A BusyError says that another run has the host.
type BusyError struct {
	PID     int    // 0 when the other run has not said yet
	Command string // "" when it has not
}

// Error names the other run.
func (e *BusyError) Error() string {
	if e.PID == 0 {
		return "another run is under way on this host"
	}
	return fmt.Sprintf("another run is under way on this host: process %d, %s", e.PID, e.Command)
}

// Hint says what to do about it.
func (e *BusyError) Hint() string {
	if e.PID == 0 {
		return "two runs at once would disturb each other's times: wait for its end"
	}
	return fmt.Sprintf("two runs at once would disturb each other's times: wait for its end, or stop it with: kill -INT %d", e.PID)
}

// Lock takes the host for one run, which is described by command. The file at
// path holds the lock and names the holder; its directory must exist and be
// the same for all runs of the host. While another process holds the lock,
// Lock returns a *BusyError at once. The kernel frees the lock of a process
// that ends in whatever way, so a file that is left over blocks nobody.
func Lock(path, command string) (release func() error, err error) {
	// Not removed on release: another process may have opened it by then.
	lock := flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o644))
	locked, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock the host: %w", err)
	}
	if !locked {
		return nil, holder(path)
	}
	line := fmt.Sprintf("%d %s\n", os.Getpid(), command)
	if err := os.WriteFile(path, []byte(line), 0o644); err != nil {
		return nil, errors.Join(fmt.Errorf("lock the host: %w", err), lock.Unlock())
	}
	return func() error {
		if err := errors.Join(os.Truncate(path, 0), lock.Unlock()); err != nil {
			return fmt.Errorf("unlock the host: %w", err)
		}
		return nil
	}, nil
}

// holder reads who holds the lock.
func holder(path string) *BusyError {
	data, err := os.ReadFile(path)
	if err != nil {
		return &BusyError{}
	}
	pid, command, _ := strings.Cut(strings.TrimSpace(string(data)), " ")
	n, err := strconv.Atoi(pid)
	if err != nil {
		return &BusyError{}
	}
	return &BusyError{PID: n, Command: command}
}
