package provision

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// answer bounds the wait for a registry's first answer: a machine without one
// goes on to the recipes soon.
const answer = 20 * time.Second

// Platform is the platform of every image of a run: Linux on this machine's
// architecture.
func Platform() v1.Platform { return v1.Platform{OS: "linux", Architecture: runtime.GOARCH} }

// Reachable tells whether the registry of ref answers for it.
func Reachable(ctx context.Context, ref string) error {
	tag, err := name.ParseReference(ref)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, answer)
	defer cancel()
	_, err = remote.Head(tag, remoteOptions(ctx)...)
	return err
}

// pullable tells whether the image's registry answers for it.
func (p *Images) pullable(ctx context.Context, ref name.Reference) error {
	reach := Reachable
	if p.reach != nil {
		reach = p.reach
	}
	if err := reach(ctx, ref.Name()); err != nil {
		return fmt.Errorf("pull: %w", err)
	}
	return nil
}

func (p *Images) pull(ctx context.Context, ref name.Reference, _ string) (Image, error) {
	if err := p.pullable(ctx, ref); err != nil {
		return Image{}, err
	}
	p.say("pulling %s", qualified(ref))
	img, err := remote.Image(ref, remoteOptions(ctx)...)
	if err != nil {
		return Image{}, fmt.Errorf("pull: %w", err)
	}
	return Image{Image: img, Source: FromPull}, nil
}

func remoteOptions(ctx context.Context) []remote.Option {
	return []remote.Option{
		remote.WithContext(ctx),
		remote.WithPlatform(Platform()),
		remote.WithAuthFromKeychain(authn.DefaultKeychain),
	}
}
