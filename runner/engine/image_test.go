package engine_test

import (
	"context"
	"strings"
	"testing"

	cerrdefs "github.com/containerd/errdefs"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/engine/enginetest"
)

func TestImageRef(t *testing.T) {
	t.Parallel()
	got, want := engine.ImageRef(engine.DaemonRepository, "sha256:0123456789abcdef0123"), "cibench/buildkit:0123456789ab"
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// newImage returns an image that no other is equal to.
func newImage(t *testing.T) v1.Image {
	t.Helper()
	layer, err := random.Layer(100, "application/vnd.docker.image.rootfs.diff.tar.gzip")
	if err != nil {
		t.Fatal(err)
	}
	img, err := mutate.AppendLayers(empty.Image, layer)
	if err != nil {
		t.Fatal(err)
	}
	file, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	file = file.DeepCopy()
	file.OS, file.Architecture = "linux", "amd64"
	if img, err = mutate.ConfigFile(img, file); err != nil {
		t.Fatal(err)
	}
	return img
}

// TestLoadImage replaces what was loaded under another tag, unless a container
// uses it, and touches nothing beside.
func TestLoadImage(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t)
	const first, second, third, beside = "cibench/test-load:1", "cibench/test-load:2", "cibench/test-load:3", "cibench/test-load-beside:1"
	remove := func() {
		for _, ref := range []string{first, second, third, beside} {
			_, err := e.API().ImageRemove(context.WithoutCancel(t.Context()), ref, client.ImageRemoveOptions{Force: true})
			if err != nil && !cerrdefs.IsNotFound(err) {
				t.Errorf("remove %s: %v", ref, err)
			}
		}
	}
	remove()
	t.Cleanup(remove)
	demand := func(want map[string]bool) {
		t.Helper()
		for ref, want := range want {
			if has, err := e.HasImage(t.Context(), ref); err != nil || has != want {
				t.Errorf("%s: got %t %v, want %t", ref, has, err, want)
			}
		}
	}
	for _, ref := range []string{beside, first, second} {
		if err := e.LoadImage(t.Context(), ref, newImage(t)); err != nil {
			t.Fatal(err)
		}
	}
	demand(map[string]bool{first: false, second: true, beside: true})

	created, err := e.API().ContainerCreate(t.Context(), client.ContainerCreateOptions{
		Config: &container.Config{Image: second, Cmd: []string{"true"}, Labels: map[string]string{engine.Label: enginetest.Owner(t)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.LoadImage(t.Context(), third, newImage(t)); err != nil {
		t.Errorf("beside one in use: %v", err)
	}
	demand(map[string]bool{second: true, third: true, beside: true})
	if _, err := e.API().ContainerRemove(t.Context(), created.ID, client.ContainerRemoveOptions{Force: true}); err != nil {
		t.Fatal(err)
	}

	if err := e.LoadImage(t.Context(), "python:3.11-slim", newImage(t)); err == nil || !strings.Contains(err.Error(), "not one of ours") {
		t.Errorf("a name of the user's: got %v, want an error", err)
	}
}

func TestOwnImage(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t)
	enginetest.Daemon(t, e)
	if got, err := e.OwnImage(t.Context()); err != nil || !strings.HasPrefix(got, engine.ImagePrefix) {
		t.Errorf("got %q, %v, want an image of ours", got, err)
	}
}
