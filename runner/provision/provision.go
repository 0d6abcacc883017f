// Package provision gets the images a run needs: the base of the project's
// Dockerfile, the Dockerfile frontend and the BuildKit daemon.
//
// Each is taken from the first of these that has it: this package's own store,
// the engine, the public registry, and at last a recipe that makes a
// stand-in on the spot from Debian packages or Go modules. What was pulled or
// made is kept, so the second time is instant and needs no network. Serving
// the images to a builder is left to package registry, running them to engine.
package provision

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// Source is where an image came from.
type Source string

// The sources, in the order in which they are tried after the store itself.
const (
	FromEngine Source = "engine"
	FromPull   Source = "pulled"
	FromRecipe Source = "made"
)

// An Image is an image with its origin.
type Image struct {
	v1.Image
	Ref    string // as asked for, fully qualified: "docker.io/library/python:3.11-slim"
	Digest string // "sha256:…"
	Source Source
	Detail string // what a recipe made it from; empty otherwise
}

// Engine is what provision asks of the Docker engine.
type Engine interface {
	HasImage(ctx context.Context, ref string) (bool, error)
	SaveImage(ctx context.Context, ref string, w io.Writer) error
}

// Images gets images and keeps them below Dir. Of processes that share a
// directory, one at a time pulls or makes an image.
type Images struct {
	Dir    string
	Engine Engine           // nil: not asked
	Say    func(msg string) // told before anything slow; nil: silence

	reach func(ctx context.Context, ref string) error // tests: in place of Reachable
}

// UnavailableError says that no source has an image.
type UnavailableError struct {
	Ref  string
	Errs []error
}

func (e *UnavailableError) Error() string {
	return fmt.Sprintf("image %s: %v", e.Ref, errors.Join(e.Errs...))
}

func (e *UnavailableError) Unwrap() []error { return e.Errs }

// reasons are the errors in one line.
func (e *UnavailableError) reasons() string {
	var all []string
	for _, err := range e.Errs {
		first, _, _ := strings.Cut(err.Error(), "\n")
		all = append(all, first)
	}
	return strings.Join(all, "; ")
}

// Hint says what would make the image available.
func (e *UnavailableError) Hint() string {
	for _, err := range e.Errs {
		var h interface{ Hint() string }
		if errors.As(err, &h) {
			return h.Hint()
		}
	}
	return "pull it once with `docker pull " + e.Ref + "`, or use a base that can be made here: python:3.11-slim, python:3.13-slim, python:3.11, python:3.13"
}

// Get returns the image ref, from the first source that has it.
func (p *Images) Get(ctx context.Context, ref string) (Image, error) {
	tag, err := name.ParseReference(ref)
	if err != nil {
		return Image{}, fmt.Errorf("image reference: %w", err)
	}
	full := qualified(tag)
	if img, ok, err := p.load(full); err != nil || ok {
		return img, err
	}
	unlock, err := p.lock(ctx)
	if err != nil {
		return Image{}, fmt.Errorf("image store: %w", err)
	}
	defer unlock()
	if img, ok, err := p.load(full); err != nil || ok { // another process's
		return img, err
	}
	work, err := p.workDir()
	if err != nil {
		return Image{}, fmt.Errorf("image store: %w", err)
	}
	defer os.RemoveAll(work)
	unavailable := &UnavailableError{Ref: full}
	for _, get := range []source{p.fromEngine, p.pull, p.make} {
		img, err := get(ctx, tag, work)
		if ctx.Err() != nil {
			return Image{}, context.Cause(ctx)
		}
		if err != nil {
			unavailable.Errs = append(unavailable.Errs, err)
			continue
		}
		img.Ref = full
		if img.Source == FromRecipe {
			p.say("%s: a stand-in is made and kept (%s): to look for the image again, remove %s", full, unavailable.reasons(), p.path(full))
		}
		return p.save(img, filepath.Join(work, "layout"))
	}
	return Image{}, unavailable
}

// A source gets an image. The image may be read from files in work, which go
// once it is kept.
type source func(ctx context.Context, ref name.Reference, work string) (Image, error)

// qualified spells out a reference: registry, repository and tag or digest.
func qualified(ref name.Reference) string {
	sep := ":"
	if _, ok := ref.(name.Digest); ok {
		sep = "@"
	}
	registry := ref.Context().RegistryStr()
	if registry == name.DefaultRegistry {
		registry = "docker.io"
	}
	return registry + "/" + ref.Context().RepositoryStr() + sep + ref.Identifier()
}

func (p *Images) say(format string, args ...any) {
	if p.Say != nil {
		p.Say(fmt.Sprintf(format, args...))
	}
}

// inEngine tells whether the engine holds that very reference.
func (p *Images) inEngine(ctx context.Context, ref name.Reference) error {
	if p.Engine == nil {
		return errors.New("engine: not asked")
	}
	has, err := p.Engine.HasImage(ctx, qualified(ref))
	if err != nil {
		return fmt.Errorf("engine: %w", err)
	}
	if !has {
		return errors.New("engine: does not hold it")
	}
	return nil
}

// fromEngine copies the image out of the engine.
func (p *Images) fromEngine(ctx context.Context, ref name.Reference, work string) (Image, error) {
	if err := p.inEngine(ctx, ref); err != nil {
		return Image{}, err
	}
	p.say("copying %s from the engine", qualified(ref))
	saved := filepath.Join(work, "saved.tar")
	if err := p.saveFrom(ctx, qualified(ref), saved); err != nil {
		return Image{}, fmt.Errorf("engine: %w", err)
	}
	img, err := tarball.ImageFromPath(saved, nil)
	if err != nil {
		return Image{}, fmt.Errorf("engine: read the saved image: %w", err)
	}
	return Image{Image: img, Source: FromEngine}, nil
}

func (p *Images) saveFrom(ctx context.Context, ref, file string) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	return errors.Join(p.Engine.SaveImage(ctx, ref, f), f.Close())
}

// lock waits until no other process gets an image.
func (p *Images) lock(ctx context.Context) (unlock func() error, err error) {
	if err := os.MkdirAll(p.Dir, 0o755); err != nil {
		return nil, err
	}
	lock := flock.New(p.Dir, flock.SetFlag(os.O_RDONLY))
	free, err := lock.TryLock()
	if err == nil && !free {
		p.say("waiting for another process that gets an image")
		_, err = lock.TryLockContext(ctx, 100*time.Millisecond)
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return lock.Unlock, err
}

// workDir returns a new directory in the store's file system, after removing
// what killed processes left.
func (p *Images) workDir() (string, error) {
	old, err := filepath.Glob(filepath.Join(p.Dir, workPrefix+"*"))
	if err != nil {
		return "", err
	}
	for _, dir := range old {
		if err := os.RemoveAll(dir); err != nil {
			return "", err
		}
	}
	return os.MkdirTemp(p.Dir, workPrefix)
}

const workPrefix = ".work-"
