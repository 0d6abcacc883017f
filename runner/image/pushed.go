package image

import (
	"context"
	"fmt"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/service/registry"
	"github.com/cibench/cibench/scenarios"
)

// tag is the tag of every image that a build pushes.
const tag = "latest"

// repository is where a variant's build pushes to.
func repository(v scenarios.Variant) string { return registry.PushPrefix + v.Name }

// pushedRef names the variant's image in our registry.
func (l *Lane) pushedRef(v scenarios.Variant) (name.Tag, error) {
	return name.NewTag(l.Addr+"/"+repository(v)+":"+tag, name.Insecure)
}

// pushedImage returns the image that the variant's last build pushed.
func (l *Lane) pushedImage(ctx context.Context, v scenarios.Variant) (v1.Image, error) {
	ref, err := l.pushedRef(v)
	if err != nil {
		return nil, err
	}
	img, err := remote.Image(ref, remote.WithContext(ctx))
	if err != nil {
		return nil, fmt.Errorf("pushed image: %w", err)
	}
	return img, nil
}

// imageBytes is the size of the image that the session's build made: in the
// registry what a deployment would pull, in the engine what it takes there.
func (l *Lane) imageBytes(ctx context.Context, s *session) (results.Sample, error) {
	if s.build.embedded != nil {
		size, err := l.Engine.ImageBytes(ctx, s.build.target)
		return results.NewCounter(CounterImageUnpackedBytes, results.Bytes, size), err
	}
	size, err := l.pushedBytes(ctx, s.variant)
	return results.NewCounter(results.CounterImageBytes, results.Bytes, size), err
}

// pushedBytes is the size of the variant's pushed image: what a deployment
// would pull.
func (l *Lane) pushedBytes(ctx context.Context, v scenarios.Variant) (int64, error) {
	img, err := l.pushedImage(ctx, v)
	if err != nil {
		return 0, err
	}
	return fetchedBytes(img)
}

// fetchedBytes is the size of an image's configuration and layers, compressed.
func fetchedBytes(img v1.Image) (int64, error) {
	manifest, err := img.Manifest()
	if err != nil {
		return 0, fmt.Errorf("image size: %w", err)
	}
	size := manifest.Config.Size
	for _, layer := range manifest.Layers {
		size += layer.Size
	}
	return size, nil
}

// keepPushed writes the variant's pushed image to dir.
func (l *Lane) keepPushed(ctx context.Context, dir string, v scenarios.Variant) error {
	img, err := l.pushedImage(ctx, v)
	if err != nil {
		return err
	}
	path, err := layout.Write(dir, empty.Index)
	if err != nil {
		return fmt.Errorf("keep pushed image: %w", err)
	}
	if err := path.AppendImage(img); err != nil {
		return fmt.Errorf("keep pushed image: %w", err)
	}
	return nil
}

// pushAgain pushes the image kept in dir to an empty push area and returns
// what that then holds.
func (l *Lane) pushAgain(ctx context.Context, dir string, v scenarios.Variant) (registry.Snapshot, error) {
	index, err := layout.ImageIndexFromPath(dir)
	if err != nil {
		return registry.Snapshot{}, err
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		return registry.Snapshot{}, err
	}
	if len(manifest.Manifests) != 1 {
		return registry.Snapshot{}, fmt.Errorf("%s: %d images, want 1", dir, len(manifest.Manifests))
	}
	img, err := index.Image(manifest.Manifests[0].Digest)
	if err != nil {
		return registry.Snapshot{}, err
	}
	ref, err := l.pushedRef(v)
	if err != nil {
		return registry.Snapshot{}, err
	}
	if err := l.Registry.Reset(registry.Snapshot{}); err != nil {
		return registry.Snapshot{}, err
	}
	if err := remote.Write(ref, img, remote.WithContext(ctx)); err != nil {
		return registry.Snapshot{}, fmt.Errorf("push the kept image: %w", err)
	}
	return l.Registry.Snapshot(), nil
}
