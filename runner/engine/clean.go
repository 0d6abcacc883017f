package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/moby/moby/client"
)

// Removed counts what Clean took away.
type Removed struct{ Containers, Volumes, Networks, Images int }

// Total is how many things were removed.
func (r Removed) Total() int { return r.Containers + r.Volumes + r.Networks + r.Images }

// Clean removes every container, volume, network and image with our label, whoever
// owns it, and nothing else. It goes on after an error and joins them.
func (e *Engine) Clean(ctx context.Context) (Removed, error) { return e.clean(ctx, Label) }

// CleanOwn removes what this engine's owner made and left.
func (e *Engine) CleanOwn(ctx context.Context) (Removed, error) {
	return e.clean(ctx, Label+"="+e.owner)
}

func (e *Engine) clean(ctx context.Context, label string) (Removed, error) {
	var (
		done Removed
		errs []error
		ours = make(client.Filters).Add("label", label)
	)
	count := func(what, id string, n *int, err error) {
		switch {
		case err == nil:
			*n++
		case !cerrdefs.IsNotFound(err):
			errs = append(errs, fmt.Errorf("remove %s %s: %w", what, id, err))
		}
	}
	containers, err := e.api.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: ours})
	errs = append(errs, err)
	for _, c := range containers.Items {
		_, err := e.api.ContainerRemove(ctx, c.ID, client.ContainerRemoveOptions{Force: true, RemoveVolumes: true})
		count("container", c.ID, &done.Containers, err)
	}
	volumes, err := e.api.VolumeList(ctx, client.VolumeListOptions{Filters: ours})
	errs = append(errs, err)
	for _, v := range volumes.Items {
		_, err := e.api.VolumeRemove(ctx, v.Name, client.VolumeRemoveOptions{Force: true})
		count("volume", v.Name, &done.Volumes, err)
	}
	networks, err := e.api.NetworkList(ctx, client.NetworkListOptions{Filters: ours})
	errs = append(errs, err)
	for _, n := range networks.Items {
		_, err := e.api.NetworkRemove(ctx, n.ID, client.NetworkRemoveOptions{})
		count("network", n.ID, &done.Networks, err)
	}
	images, err := e.api.ImageList(ctx, client.ImageListOptions{Filters: ours})
	errs = append(errs, err)
	for _, i := range images.Items {
		// By their names: a name of the user's keeps the image.
		for _, ref := range i.RepoTags {
			if strings.HasPrefix(ref, ImagePrefix) {
				_, err := e.api.ImageRemove(ctx, ref, client.ImageRemoveOptions{})
				count("image", ref, &done.Images, err)
			}
		}
	}
	return done, errors.Join(errs...)
}
