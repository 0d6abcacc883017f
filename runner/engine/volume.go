package engine

import (
	"context"
	"fmt"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/moby/moby/client"
)

// CreateVolume makes a labelled volume whose data is the directory dir of this
// host; its owner is the caller. A volume of that name left by an earlier,
// killed run is removed first.
func (e *Engine) CreateVolume(ctx context.Context, name, dir string) error {
	if err := e.RemoveVolume(ctx, name); err != nil {
		return err
	}
	_, err := e.api.VolumeCreate(ctx, client.VolumeCreateOptions{
		Name:       name,
		Driver:     "local",
		DriverOpts: map[string]string{"type": "none", "o": "bind", "device": dir},
		Labels:     e.labels(),
	})
	if err != nil {
		return fmt.Errorf("create volume %s: %w", name, err)
	}
	return nil
}

// RemoveVolume removes a volume of ours, but not the data in its directory. One
// that does not exist is fine, one without our label is an error.
func (e *Engine) RemoveVolume(ctx context.Context, name string) error {
	v, err := e.api.VolumeInspect(ctx, name, client.VolumeInspectOptions{})
	if cerrdefs.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("inspect volume %s: %w", name, err)
	}
	if _, ours := v.Volume.Labels[Label]; !ours {
		return fmt.Errorf("remove volume %s: it is not labelled as ours", name)
	}
	if _, err := e.api.VolumeRemove(ctx, name, client.VolumeRemoveOptions{Force: true}); err != nil && !cerrdefs.IsNotFound(err) {
		return fmt.Errorf("remove volume %s: %w", name, err)
	}
	return nil
}
