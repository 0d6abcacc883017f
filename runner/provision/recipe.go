package provision

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
)

// recipeVersion changes whenever a recipe makes something else than before.
const recipeVersion = "1"

// A recipe makes a stand-in for an image.
type recipe struct {
	needs []func() error // what this machine must have; each has a hint
	cook  func(ctx context.Context, work string) (Image, error)
}

// recipe finds the recipe for ref. An error says that there is none, or what
// this machine lacks for it.
func (p *Images) recipe(ref name.Reference) (recipe, error) {
	var r recipe
	if digest, ok := ref.(name.Digest); ok {
		return r, &PinnedError{Digest: digest}
	}
	repo, tag := ref.Context().RepositoryStr(), ref.Identifier()
	version, slim := strings.CutSuffix(tag, "-slim")
	suite, known := suites[version]
	switch {
	case ref.Context().RegistryStr() != name.DefaultRegistry:
	case repo == "library/python" && known:
		r = recipe{[]func() error{debianTool}, func(ctx context.Context, work string) (Image, error) {
			return p.makePython(ctx, tag, suite, slim, work)
		}}
	case repo == "library/python":
		return r, fmt.Errorf("make: no Debian suite with Python for tag %q", tag)
	case repo == "library/busybox":
		r = recipe{[]func() error{debianTool}, p.makeBusybox}
	case repo == "moby/buildkit":
		r = recipe{[]func() error{debianTool, goTool}, p.makeBuildKit}
	case repo == "docker/dockerfile":
		r = recipe{[]func() error{goTool}, p.makeFrontend}
	}
	if r.cook == nil {
		return r, errors.New("make: there is no recipe for it")
	}
	var errs []error
	for _, need := range r.needs {
		errs = append(errs, need())
	}
	if err := errors.Join(errs...); err != nil {
		return r, fmt.Errorf("make: %w", err)
	}
	return r, nil
}

// make makes a stand-in for the image, where there is a recipe.
func (p *Images) make(ctx context.Context, ref name.Reference, work string) (Image, error) {
	r, err := p.recipe(ref)
	if err != nil {
		return Image{}, err
	}
	return r.cook(ctx, work)
}

// PinnedError says that a reference has a digest, which nothing that is made
// here has.
type PinnedError struct {
	Digest name.Digest
}

func (e *PinnedError) Error() string {
	return "make: an image with a pinned digest cannot be made on the spot"
}

// Hint says what would do.
func (e *PinnedError) Hint() string {
	return "take the digest off the reference, or pull the image once with `docker pull " + qualified(e.Digest) + "`"
}

// suites maps the Python that a Debian suite ships to the suite.
var suites = map[string]string{"3.11": "bookworm", "3.13": "trixie"}

// makeBusybox makes busybox from Debian's static build: its commands and no
// more.
func (p *Images) makeBusybox(ctx context.Context, work string) (Image, error) {
	p.say("making busybox from a Debian package (some seconds)")
	img, err := debian(ctx, work, rootfs{
		suite:    "bookworm",
		bare:     true,
		packages: []string{"busybox-static"},
		hooks: []string{
			`for tool in $("$1"/bin/busybox --list); do test -e "$1/bin/$tool" || ln -s busybox "$1/bin/$tool"; done`,
			`rm -rf "$1"/usr/share`,
		},
		cmd: []string{"sh"},
	})
	if err != nil {
		return Image{}, fmt.Errorf("make: %w", err)
	}
	return Image{Image: img, Source: FromRecipe, Detail: "Debian bookworm: busybox-static"}, nil
}

// makePython makes python:<version>-slim, or python:<version> with compilers.
func (p *Images) makePython(ctx context.Context, tag, suite string, slim bool, work string) (Image, error) {
	packages := []string{"python3", "python3-venv", "python3-pip", "ca-certificates"}
	if !slim {
		packages = append(packages, "python3-dev", "gcc", "g++", "libc6-dev", "make")
	}
	p.say("making python:%s from Debian %s packages (about a minute)", tag, suite)
	img, err := debian(ctx, work, rootfs{
		suite:    suite,
		packages: packages,
		// As in the official image, `python` is there and pip may install into
		// the system.
		hooks: []string{
			`rm -f "$1"/usr/lib/python3*/EXTERNALLY-MANAGED`,
			`ln -s python3 "$1"/usr/bin/python`,
		},
		env: []string{"LANG=C.UTF-8"},
		cmd: []string{"python3"},
	})
	if err != nil {
		return Image{}, fmt.Errorf("make: %w", err)
	}
	return Image{Image: img, Source: FromRecipe, Detail: "Debian " + suite + ": " + strings.Join(packages, " ")}, nil
}
