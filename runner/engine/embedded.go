package engine

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/moby/buildkit/client"
	docker "github.com/moby/moby/client"
)

// An Embedded is a connection to the BuildKit that is part of the engine. The
// cache behind it is the user's, and outlives every run.
type Embedded struct{ client *client.Client }

// EmbeddedBuildKit connects to the engine's own BuildKit and returns when that
// answers. The caller closes it.
func (e *Engine) EmbeddedBuildKit(ctx context.Context) (*Embedded, error) {
	// The engine speaks BuildKit's protocol on two of its endpoints, once the
	// connection has been taken over.
	control := func(ctx context.Context, _ string) (net.Conn, error) {
		return e.api.DialHijack(ctx, "/grpc", "h2c", nil)
	}
	session := func(ctx context.Context, proto string, meta map[string][]string) (net.Conn, error) {
		return e.api.DialHijack(ctx, "/session", proto, meta)
	}
	c, err := client.New(ctx, "", client.WithContextDialer(control), client.WithSessionDialer(session))
	if err != nil {
		return nil, fmt.Errorf("the engine's BuildKit: %w", err)
	}
	if _, err := c.ListWorkers(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("the engine's BuildKit: %w", err), c.Close())
	}
	return &Embedded{client: c}, nil
}

// Client returns the connection. Close ends it.
func (b *Embedded) Client() *client.Client { return b.client }

// Close ends the connection. It removes nothing and waits for nothing.
func (b *Embedded) Close(context.Context, time.Duration) error { return b.client.Close() }

// ImageBytes returns the unpacked size of the engine's image ref.
func (e *Engine) ImageBytes(ctx context.Context, ref string) (int64, error) {
	res, err := e.api.ImageInspect(ctx, ref)
	if err != nil {
		return 0, fmt.Errorf("inspect image %s: %w", ref, err)
	}
	return res.Size, nil
}

// RemoveImage takes the tag ref from an image that carries our label, and the
// image with it where that was its last. One that does not exist is fine.
func (e *Engine) RemoveImage(ctx context.Context, ref string) error {
	res, err := e.api.ImageInspect(ctx, ref)
	if cerrdefs.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("inspect image %s: %w", ref, err)
	}
	if res.Config == nil || res.Config.Labels[Label] == "" {
		return fmt.Errorf("remove image %s: it is not labelled as ours", ref)
	}
	if _, err := e.api.ImageRemove(ctx, ref, docker.ImageRemoveOptions{PruneChildren: true}); err != nil && !cerrdefs.IsNotFound(err) {
		return fmt.Errorf("remove image %s: %w", ref, err)
	}
	return nil
}
