package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/moby/buildkit/client"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/mount"
	"github.com/testcontainers/testcontainers-go"
	"golang.org/x/sys/unix"
)

// Rest is the grace in which a daemon that builds nothing ends by itself.
const Rest = 5 * time.Second

const (
	daemonStart = 60 * time.Second // a daemon is normally ready within 2 s
	stateDir    = "/var/lib/buildkit"
	runDir      = "/run/cibench"
	socketName  = "buildkitd.sock"
)

// DaemonConfig says how to start a BuildKit daemon.
type DaemonConfig struct {
	Image      string   // of the daemon, present in the engine
	Volume     string   // its state; made by CreateVolume
	Mirror     string   // host:port of the registry that stands in for Registries
	Registries []string // hosts to mirror, e.g. "docker.io"
}

// A Daemon is a BuildKit daemon in a container of ours, on the host network,
// with a volume of its own. It listens on a unix socket that only this user
// can reach.
type Daemon struct {
	container testcontainers.Container
	client    *client.Client
	scratch   *Scratch // host side of runDir
}

// StartBuildKit starts a daemon and returns when it answers. The caller closes
// it. A daemon that does not become ready is removed, and its last output is
// part of the error.
func (e *Engine) StartBuildKit(ctx context.Context, cfg DaemonConfig) (*Daemon, error) {
	mode, err := e.daemonMode(ctx, cfg.Image)
	if err != nil {
		return nil, err
	}
	return e.startBuildKit(ctx, cfg, mode)
}

func (e *Engine) startBuildKit(ctx context.Context, cfg DaemonConfig, mode daemonMode) (_ *Daemon, err error) {
	scratch, err := NewScratch()
	if err != nil {
		return nil, fmt.Errorf("start buildkitd: %w", err)
	}
	d, dir := &Daemon{scratch: scratch}, scratch.Dir
	defer func() {
		if err != nil {
			err = fmt.Errorf("start buildkitd: %w%s", err, d.lastOutput())
			err = errors.Join(err, d.Close(context.WithoutCancel(ctx), 0))
		}
	}()
	if err := os.WriteFile(filepath.Join(dir, "buildkitd.toml"), []byte(cfg.toml(os.Getgid())), 0o600); err != nil {
		return nil, err
	}
	d.container, err = testcontainers.GenericContainer(ctx, testcontainers.GenericContainerRequest{
		Logger:  discard{},
		Started: true,
		ContainerRequest: testcontainers.ContainerRequest{
			Image:              cfg.Image,
			Labels:             e.labels(),
			Entrypoint:         []string{"buildkitd"},
			Cmd:                []string{"--config", runDir + "/buildkitd.toml"},
			HostConfigModifier: func(hc *container.HostConfig) { mode.apply(hc, dir, cfg.Volume) },
		},
	})
	if err != nil {
		return nil, err
	}
	return d, d.dial(ctx)
}

// dial connects and waits until the daemon shows a worker.
func (d *Daemon) dial(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, daemonStart)
	defer cancel()
	socket := filepath.Join(d.scratch.Dir, socketName)
	for {
		conn, refused := net.Dial("unix", socket)
		if refused == nil {
			conn.Close()
			break
		}
		if errors.Is(refused, unix.EINVAL) {
			return fmt.Errorf("TMPDIR is too long for a socket in it: %w", refused)
		}
		if !d.container.IsRunning() {
			return errors.New("the container stopped")
		}
		if state, err := d.container.State(ctx); err == nil && !state.Running {
			return fmt.Errorf("the container stopped with exit code %d", state.ExitCode)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("not ready: %w: %w", ctx.Err(), refused)
		case <-time.After(20 * time.Millisecond):
		}
	}
	c, err := client.New(ctx, "unix://"+socket)
	if err != nil {
		return err
	}
	d.client = c
	workers, err := c.ListWorkers(ctx)
	if err != nil {
		return fmt.Errorf("list workers: %w", err)
	}
	if len(workers) == 0 {
		return errors.New("it has no worker")
	}
	return nil
}

// Client returns the connection to the daemon. Close ends it.
func (d *Daemon) Client() *client.Client { return d.client }

// Address returns the daemon's address, as buildctl takes it.
func (d *Daemon) Address() string { return "unix://" + filepath.Join(d.scratch.Dir, socketName) }

// Close ends the daemon and removes its container. The volume stays; it is at
// rest when the daemon took no longer than grace to end by itself. What could not
// be removed is tried again by the next Close.
func (d *Daemon) Close(ctx context.Context, grace time.Duration) error {
	var errs []error
	if d.client != nil {
		errs = append(errs, d.client.Close())
		d.client = nil
	}
	if d.container != nil {
		err := d.container.Terminate(ctx, testcontainers.StopTimeout(grace))
		if err == nil {
			d.container = nil
		}
		errs = append(errs, err)
	}
	return errors.Join(append(errs, d.scratch.Remove())...)
}

// lastOutput returns the end of the daemon's log, for an error message.
func (d *Daemon) lastOutput() string {
	if d.container == nil {
		return ""
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	logs, err := d.container.Logs(ctx)
	if err != nil {
		return ""
	}
	defer logs.Close()
	out, err := io.ReadAll(io.LimitReader(logs, 1<<20))
	if err != nil || len(out) == 0 {
		return ""
	}
	return "\n" + string(out[max(0, len(out)-2000):])
}

// toml is the daemon's configuration. Garbage collection starts about a second
// after a solve and history writes cost time, so both are off.
func (cfg DaemonConfig) toml(gid int) string {
	s := fmt.Sprintf(`root = %q
[grpc]
  address = ["unix://%s/%s"]
  gid = %d
[history]
  maxEntries = 0
[worker.oci]
  enabled = true
  gc = false
  snapshotter = "overlayfs"
  networkMode = "host"
[worker.containerd]
  enabled = false
`, stateDir, runDir, socketName, gid)
	for _, host := range cfg.Registries {
		s += fmt.Sprintf("[registry.%q]\n  mirrors = [%q]\n", host, cfg.Mirror)
	}
	if cfg.Mirror != "" {
		s += fmt.Sprintf("[registry.%q]\n  http = true\n", cfg.Mirror)
	}
	return s
}

func bind(source, target string) mount.Mount {
	return mount.Mount{Type: mount.TypeBind, Source: source, Target: target}
}
