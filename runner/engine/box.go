package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/moby/moby/api/pkg/stdcopy"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
)

// BoxConfig says how to start a box.
type BoxConfig struct {
	Image   string
	Command []string // its first process, which ends with the box alone
	Binds   []Bind
}

// A Bind is a file or directory of the host that a container sees.
type Bind struct {
	Source, Target string // absolute
	ReadOnly       bool
}

// A Box is a container on the host network in which commands are run one after
// the other, as root. Its processes die with it.
type Box struct {
	engine    *Engine
	container testcontainers.Container
}

// StartBox starts a box. The caller closes it.
func (e *Engine) StartBox(ctx context.Context, cfg BoxConfig) (*Box, error) {
	c, err := testcontainers.GenericContainer(ctx, testcontainers.GenericContainerRequest{
		Logger:  discard{},
		Started: true,
		ContainerRequest: testcontainers.ContainerRequest{
			Image:              cfg.Image,
			Labels:             e.labels(),
			Entrypoint:         cfg.Command[:1],
			Cmd:                cfg.Command[1:],
			HostConfigModifier: cfg.apply,
		},
	})
	if err != nil {
		err = fmt.Errorf("start a container of %s: %w", cfg.Image, err)
		if c != nil {
			err = errors.Join(err, c.Terminate(context.WithoutCancel(ctx), testcontainers.StopTimeout(0)))
		}
		return nil, err
	}
	return &Box{engine: e, container: c}, nil
}

func (cfg BoxConfig) apply(hc *container.HostConfig) {
	hc.NetworkMode = "host"
	for _, b := range cfg.Binds {
		m := bind(b.Source, b.Target)
		m.ReadOnly = b.ReadOnly
		hc.Mounts = append(hc.Mounts, m)
	}
}

// A Command is what runs in a box.
type Command struct {
	Args           []string
	Env            []string // NAME=value, over what the image sets
	Dir            string
	Stdout, Stderr io.Writer // written to as the output comes, from one goroutine
}

// Run runs a command and returns its exit code when it has ended and its
// output is written. When ctx ends first, the error is its cause, and the
// command may still be running: the engine has no way to end it.
func (b *Box) Run(ctx context.Context, cmd Command) (exitCode int, err error) {
	api := b.engine.api
	created, err := api.ExecCreate(ctx, b.container.GetContainerID(), client.ExecCreateOptions{
		AttachStdout: true, AttachStderr: true,
		Env: cmd.Env, WorkingDir: cmd.Dir, Cmd: cmd.Args,
	})
	if err != nil {
		return 0, b.failed(ctx, cmd, err)
	}
	attached, err := api.ExecAttach(ctx, created.ID, client.ExecAttachOptions{})
	if err != nil {
		return 0, b.failed(ctx, cmd, err)
	}
	defer attached.Close()
	defer context.AfterFunc(ctx, attached.Close)()
	if _, err := stdcopy.StdCopy(cmd.Stdout, cmd.Stderr, attached.Reader); err != nil {
		return 0, b.failed(ctx, cmd, err)
	}
	for {
		state, err := api.ExecInspect(ctx, created.ID, client.ExecInspectOptions{})
		if err != nil {
			return 0, b.failed(ctx, cmd, err)
		}
		if !state.Running {
			return state.ExitCode, nil
		}
		select { // the streams end a moment before the process
		case <-ctx.Done():
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func (b *Box) failed(ctx context.Context, cmd Command, err error) error {
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return fmt.Errorf("run %s: %w", cmd.Args[0], err)
}

// Close kills what runs in the box and removes it.
func (b *Box) Close(ctx context.Context) error {
	if err := b.container.Terminate(ctx, testcontainers.StopTimeout(0)); err != nil {
		return fmt.Errorf("remove the container: %w", err)
	}
	return nil
}
