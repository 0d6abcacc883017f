package engine

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/moby/moby/client"
)

// HasImage tells whether the engine holds an image under that exact reference.
func (e *Engine) HasImage(ctx context.Context, ref string) (bool, error) {
	_, err := e.api.ImageInspect(ctx, ref)
	if cerrdefs.IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("inspect image %s: %w", ref, err)
	}
	return true, nil
}

// OwnImage returns the name of an image of ours that the engine holds; "" when
// it has none.
func (e *Engine) OwnImage(ctx context.Context) (string, error) {
	list, err := e.api.ImageList(ctx, client.ImageListOptions{Filters: make(client.Filters).Add("reference", ImagePrefix+"*")})
	if err != nil {
		return "", fmt.Errorf("list images: %w", err)
	}
	for _, i := range list.Items {
		for _, ref := range i.RepoTags {
			if strings.HasPrefix(ref, ImagePrefix) {
				return ref, nil
			}
		}
	}
	return "", nil
}

// DaemonRepository is the repository of ours for BuildKit daemons.
const DaemonRepository = "buildkit"

// ImageRef is the reference under which the engine holds an image of ours that
// has that digest.
func ImageRef(repository, digest string) string {
	_, hex, _ := strings.Cut(digest, ":")
	return ImagePrefix + repository + ":" + hex[:min(len(hex), 12)]
}

// KeepImage puts img, which has that digest, into the engine unless it is
// there, and returns its ImageRef.
func (e *Engine) KeepImage(ctx context.Context, repository, digest string, img v1.Image) (string, error) {
	ref := ImageRef(repository, digest)
	has, err := e.HasImage(ctx, ref)
	if err != nil || has {
		return ref, err
	}
	return ref, e.LoadImage(ctx, ref, img)
}

// LoadImage puts img into the engine under ref, which begins with ImagePrefix.
// It takes the place of what was loaded under other tags of that repository:
// nobody would ask for those again. One that a container uses stays.
func (e *Engine) LoadImage(ctx context.Context, ref string, img v1.Image) error {
	tag, err := name.NewTag(ref)
	if err != nil {
		return fmt.Errorf("load image: %w", err)
	}
	if !strings.HasPrefix(ref, ImagePrefix) {
		return fmt.Errorf("load image %s: the name is not one of ours", ref)
	}
	pr, pw := io.Pipe()
	go func() { pw.CloseWithError(tarball.Write(tag, img, pw)) }()
	res, err := e.api.ImageLoad(ctx, pr, client.ImageLoadWithQuiet(true))
	if err != nil {
		pr.CloseWithError(err)
		return fmt.Errorf("load image %s: %w", ref, err)
	}
	defer res.Close()
	if err := loaded(res); err != nil {
		return fmt.Errorf("load image %s: %w", ref, err)
	}
	ok, err := e.HasImage(ctx, ref)
	if err == nil && !ok {
		err = fmt.Errorf("load image %s: the engine took it but does not show it", ref)
	}
	if err != nil {
		return err
	}
	return e.removeOthers(ctx, ref)
}

// loaded reads the engine's answer to an image: a stream of JSON, in which it tells
// of a full disk and of everything else that it found out too late for a status.
func loaded(answer io.Reader) error {
	for d := json.NewDecoder(answer); ; {
		var m struct {
			Error  string `json:"error"` // of engines before API 1.48
			Detail struct {
				Message string `json:"message"`
			} `json:"errorDetail"`
		}
		switch err := d.Decode(&m); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case m.Detail.Message+m.Error != "":
			return errors.New(cmp.Or(m.Detail.Message, m.Error))
		}
	}
}

// removeOthers removes the other tags of ref's repository, and their images
// with them unless they have more names.
func (e *Engine) removeOthers(ctx context.Context, ref string) error {
	repository, _, _ := strings.Cut(ref, ":")
	list, err := e.api.ImageList(ctx, client.ImageListOptions{Filters: make(client.Filters).Add("reference", repository)})
	if err != nil {
		return fmt.Errorf("list images %s: %w", repository, err)
	}
	var errs []error
	for _, i := range list.Items {
		for _, other := range i.RepoTags {
			if other == ref || !strings.HasPrefix(other, repository+":") {
				continue
			}
			_, err := e.api.ImageRemove(ctx, other, client.ImageRemoveOptions{})
			if err != nil && !cerrdefs.IsNotFound(err) && !cerrdefs.IsConflict(err) {
				errs = append(errs, fmt.Errorf("remove image %s: %w", other, err))
			}
		}
	}
	return errors.Join(errs...)
}

// SaveImage writes the engine's image ref to w as a docker tarball.
func (e *Engine) SaveImage(ctx context.Context, ref string, w io.Writer) error {
	res, err := e.api.ImageSave(ctx, []string{ref})
	if err != nil {
		return fmt.Errorf("save image %s: %w", ref, err)
	}
	defer res.Close()
	if _, err := io.Copy(w, res); err != nil {
		return fmt.Errorf("save image %s: %w", ref, err)
	}
	return nil
}

// ImageEnv returns the environment that an image gives its containers, each
// NAME=value.
func (e *Engine) ImageEnv(ctx context.Context, ref string) ([]string, error) {
	img, err := e.api.ImageInspect(ctx, ref)
	if err != nil {
		return nil, fmt.Errorf("inspect image %s: %w", ref, err)
	}
	if img.Config == nil {
		return nil, nil
	}
	return img.Config.Env, nil
}
