package engine

import (
	"context"
	"errors"
	"fmt"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/mount"
	"github.com/moby/moby/client"
)

// daemonMode is how a BuildKit daemon gets the rights it needs.
type daemonMode string

const (
	// modePrivileged is how buildx starts its daemons.
	modePrivileged daemonMode = "privileged"
	// modeCapabilities names each right. It serves hosts on which a privileged
	// container cannot start, for want of CAP_SYS_RESOURCE.
	modeCapabilities daemonMode = "capabilities"
)

// apply writes the mode into hc, with the daemon's directory and volume.
func (m daemonMode) apply(hc *container.HostConfig, dir, volume string) {
	hc.NetworkMode = "host"
	hc.Mounts = []mount.Mount{
		bind(dir, runDir),
		{Type: mount.TypeVolume, Source: volume, Target: stateDir},
	}
	switch m {
	case modePrivileged:
		hc.Privileged = true
	case modeCapabilities:
		hc.CapAdd = []string{"SYS_ADMIN", "NET_ADMIN", "SYS_PTRACE"}
		hc.SecurityOpt = []string{"seccomp=unconfined", "apparmor=unconfined"}
		hc.Mounts = append(hc.Mounts, bind("/sys/fs/cgroup", "/sys/fs/cgroup"))
		// What `docker run --security-opt systempaths=unconfined` sends.
		hc.MaskedPaths, hc.ReadonlyPaths = []string{}, []string{}
	}
}

// daemonMode finds the first mode in which a daemon starts here. What it found
// is kept; that it found none is not, as the image may be to blame.
func (e *Engine) daemonMode(ctx context.Context, image string) (daemonMode, error) {
	e.modeLock.Lock()
	defer e.modeLock.Unlock()
	if e.mode != "" {
		return e.mode, nil
	}
	var errs []error
	for _, mode := range []daemonMode{modePrivileged, modeCapabilities} {
		err := e.tryMode(ctx, image, mode)
		if err == nil {
			e.mode = mode
			return mode, nil
		}
		errs = append(errs, fmt.Errorf("%s: %w", mode, err))
	}
	return "", fmt.Errorf("no way to run buildkitd in a container: %w", errors.Join(errs...))
}

func (e *Engine) tryMode(ctx context.Context, image string, mode daemonMode) (err error) {
	volume := "cibench-probe-" + e.owner
	// A volume of the engine's own: what a daemon without a build leaves in it
	// is small and goes with it.
	_, err = e.api.VolumeCreate(ctx, client.VolumeCreateOptions{Name: volume, Labels: e.labels()})
	if err != nil {
		return fmt.Errorf("create volume %s: %w", volume, err)
	}
	defer func() { err = errors.Join(err, e.RemoveVolume(context.WithoutCancel(ctx), volume)) }()
	d, err := e.startBuildKit(ctx, DaemonConfig{Image: image, Volume: volume}, mode)
	if err != nil {
		return err
	}
	return d.Close(context.WithoutCancel(ctx), Rest)
}

// DaemonWay names the way in which BuildKit daemons run here: "privileged" or
// "capabilities".
func (e *Engine) DaemonWay(ctx context.Context, image string) (string, error) {
	mode, err := e.daemonMode(ctx, image)
	return string(mode), err
}
