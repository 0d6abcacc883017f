package image

import (
	"context"
	"fmt"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/service/registry"
	"github.com/cibench/cibench/scenarios"
)

// tag is the tag of every image that a build pushes.
const tag = "latest"

// repository is where a variant's build pushes to.
func repository(v scenarios.Variant) string { return registry.PushPrefix + v.Name }

// pushedImage returns what the variant's last build pushed under a tag.
func (l *Lane) pushedImage(ctx context.Context, v scenarios.Variant, tag string) (v1.Image, error) {
	ref, err := name.NewTag(l.Addr+"/"+repository(v)+":"+tag, name.Insecure)
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
	img, err := l.pushedImage(ctx, v, tag)
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
