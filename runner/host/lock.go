package host

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// RunLock is the name of the lock that a run holds.
const RunLock = "cibench"

// A BusyError says that another run has the host.
type BusyError struct {
	PID     int    // 0 when the process cannot be seen from here
	Command string // "" when it did not say in time
}

// Error names the other run.
func (e *BusyError) Error() string {
	text := "another run is under way on this host"
	if e.PID != 0 {
		text += fmt.Sprintf(": process %d", e.PID)
	}
	if e.PID != 0 && e.Command != "" {
		text += ", " + e.Command
	}
	return text
}

// Hint says what to do about it.
func (e *BusyError) Hint() string {
	if e.PID == 0 {
		return "two runs at once would disturb each other's times: wait for its end"
	}
	return fmt.Sprintf("two runs at once would disturb each other's times: wait for its end, or stop it with: kill -INT %d", e.PID)
}

const (
	lockTries  = 10                     // holders that may end while they are asked
	lockAnswer = 500 * time.Millisecond // for the holder to say what it is; its process id needs no answer
	maxCommand = 200                    // bytes
)

// Lock takes the host for one run, which is described by command. Runs that
// are to keep off each other use one name, normally RunLock. While another
// process holds the lock, Lock returns a *BusyError.
//
// The lock is a listening socket in Linux's abstract namespace, see unix(7):
// no file, so that neither who made it, nor a directory's or a variable's
// setting, matters; the kernel frees it when its process ends in whatever way,
// and tells who the holder is. Processes in another network namespace, and
// with it another 127.0.0.1, do not see it.
func Lock(ctx context.Context, name, command string) (release func() error, err error) {
	address := "@" + name + "-host-lock"
	for range lockTries {
		var lc net.ListenConfig
		l, err := lc.Listen(ctx, "unix", address)
		if err == nil {
			return hold(l, command), nil
		}
		if !errors.Is(err, syscall.EADDRINUSE) {
			return nil, fmt.Errorf("lock the host: %w", err)
		}
		if busy, err := holder(ctx, address); err != nil || busy != nil {
			return nil, errors.Join(err, asError(busy))
		}
	}
	return nil, &BusyError{}
}

// asError keeps a nil *BusyError from becoming an error.
func asError(e *BusyError) error {
	if e == nil {
		return nil
	}
	return e
}

// hold tells whoever asks what holds the lock, until it is released.
func hold(l net.Listener, command string) (release func() error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return // released
			}
			// Who does not read fits the socket's buffer, and who has left needs
			// no answer.
			_, _ = io.WriteString(conn, command[:min(len(command), maxCommand)])
			conn.Close()
		}
	}()
	return func() error {
		err := l.Close()
		<-done
		if err != nil {
			return fmt.Errorf("unlock the host: %w", err)
		}
		return nil
	}
}

// holder asks who holds the lock; nil when nobody does any more.
func holder(ctx context.Context, address string) (*BusyError, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", address)
	if errors.Is(err, syscall.ECONNREFUSED) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("lock the host: %w", err)
	}
	defer conn.Close()
	pid, err := peer(conn.(*net.UnixConn))
	if err != nil {
		return nil, fmt.Errorf("lock the host: %w", err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(lockAnswer)); err != nil {
		return nil, fmt.Errorf("lock the host: %w", err)
	}
	// A holder that is stopped, or has just ended, says nothing.
	command, err := io.ReadAll(io.LimitReader(conn, maxCommand))
	if err != nil {
		command = nil
	}
	return &BusyError{PID: pid, Command: strings.TrimSpace(string(command))}, nil
}

// peer returns the id of the process that listens at the other end; 0 when
// that is in another process id namespace.
func peer(conn *net.UnixConn) (pid int, err error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return 0, err
	}
	var cred *unix.Ucred
	var credErr error
	err = raw.Control(func(fd uintptr) { cred, credErr = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED) })
	if err := errors.Join(err, credErr); err != nil {
		return 0, err
	}
	return int(cred.Pid), nil
}
