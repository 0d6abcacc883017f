package provision

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// stopGrace is how long a program may take to undo what it did, once it was
// told to stop: mmdebstrap unmounts and removes its chroot.
const stopGrace = 30 * time.Second

// command returns a command that is told to stop, with all that it started,
// when ctx ends, and is killed when it does not stop in time. It has a process
// group of its own, so that the terminal's Ctrl-C reaches it once, by ctx.
func command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error {
		err := syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		if errors.Is(err, syscall.ESRCH) {
			return os.ErrProcessDone
		}
		return err
	}
	cmd.WaitDelay = stopGrace
	return cmd
}

// run runs a command of ctx and leaves no process of its group behind when ctx
// ends.
func run(ctx context.Context, cmd *exec.Cmd) error {
	err := cmd.Run()
	if ctx.Err() != nil && cmd.Process != nil {
		// There is normally nobody left, which is the only error.
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
	return err
}
