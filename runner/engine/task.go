package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/moby/moby/api/types/container"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"
)

// A Task is a command that runs to its end in a container without a network.
type Task struct {
	Image   string
	Command []string
	Binds   map[string]string // path on the host → path in the container
}

// RunTask runs a task as root with the capabilities that copying a builder's
// state needs, and removes its container. A non-zero exit code is an error
// with the command's output.
func (e *Engine) RunTask(ctx context.Context, t Task) (err error) {
	c, err := testcontainers.GenericContainer(ctx, testcontainers.GenericContainerRequest{
		Logger:  discard{},
		Started: true,
		ContainerRequest: testcontainers.ContainerRequest{
			Image:              t.Image,
			Labels:             e.labels(),
			Entrypoint:         t.Command[:1],
			Cmd:                t.Command[1:],
			HostConfigModifier: t.apply,
			WaitingFor:         wait.ForExit(),
		},
	})
	if c != nil {
		// What is left of it when the context ends has nothing to finish.
		defer func() { err = errors.Join(err, c.Terminate(context.WithoutCancel(ctx), testcontainers.StopTimeout(0))) }()
	}
	if err != nil {
		return fmt.Errorf("run %s: %w", t.Command[0], err)
	}
	state, err := c.State(ctx)
	if err != nil {
		return fmt.Errorf("run %s: %w", t.Command[0], err)
	}
	if state.ExitCode == 0 {
		return nil
	}
	return fmt.Errorf("run %s: exit code %d: %s", t.Command[0], state.ExitCode, output(ctx, c))
}

func (t Task) apply(hc *container.HostConfig) {
	hc.NetworkMode = "none"
	// Overlay whiteouts are devices, and its opaque mark is a trusted.*
	// attribute, which only SYS_ADMIN may read and write.
	hc.CapAdd = []string{"SYS_ADMIN", "MKNOD", "DAC_READ_SEARCH"}
	hc.SecurityOpt = []string{"apparmor=unconfined"}
	for host, path := range t.Binds {
		hc.Mounts = append(hc.Mounts, bind(host, path))
	}
}

// output returns what the container wrote to both streams.
func output(ctx context.Context, c testcontainers.Container) string {
	logs, err := c.Logs(ctx)
	if err != nil {
		return err.Error()
	}
	defer logs.Close()
	text, err := io.ReadAll(io.LimitReader(logs, 1<<20))
	if err != nil {
		return err.Error()
	}
	return string(bytes.TrimSpace(text))
}
