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

// make makes a stand-in for the image, where there is a recipe.
func (p *Images) make(ctx context.Context, ref name.Reference, work string) (Image, error) {
	if digest, ok := ref.(name.Digest); ok {
		return Image{}, &PinnedError{Digest: digest}
	}
	repo, tag := ref.Context().RepositoryStr(), ref.Identifier()
	if ref.Context().RegistryStr() == name.DefaultRegistry {
		switch repo {
		case "library/python":
			return p.makePython(ctx, tag, work)
		case "moby/buildkit":
			return p.makeBuildKit(ctx, work)
		case "docker/dockerfile":
			return p.makeFrontend(ctx, work)
		}
	}
	return Image{}, errors.New("make: there is no recipe for it")
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

// makePython makes python:<version>-slim, or python:<version> with compilers.
func (p *Images) makePython(ctx context.Context, tag, work string) (Image, error) {
	version, slim := strings.CutSuffix(tag, "-slim")
	suite, ok := suites[version]
	if !ok {
		return Image{}, fmt.Errorf("make: no Debian suite with Python for tag %q", tag)
	}
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
