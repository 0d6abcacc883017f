package image

import (
	"fmt"
	"strings"

	"github.com/distribution/reference"
	"github.com/google/go-containerregistry/pkg/name"

	"github.com/cibench/cibench/runner/provision"
	"github.com/cibench/cibench/runner/service/registry"
)

// supplied is an image that a build needs, and where our registry serves it.
type supplied struct {
	provision.Image
	named     string // as the Dockerfile names it
	repo, tag string // in our registry
	pinned    bool   // the Dockerfile gives a digest, which our copy does not have
}

// newSupplied says where to serve the image that the Dockerfile names so. A
// digest makes the tag of a pinned one.
func newSupplied(named string, img provision.Image) (supplied, error) {
	ref, err := name.ParseReference(named)
	if err != nil {
		return supplied{}, fmt.Errorf("image %s: %w", named, err)
	}
	host, _, _ := strings.Cut(img.Ref, "/")
	s := supplied{Image: img, named: named, repo: registry.Mirrored(host, ref.Context().RepositoryStr()), tag: ref.Identifier()}
	if _, s.pinned = ref.(name.Digest); s.pinned {
		s.tag = strings.ReplaceAll(s.tag, ":", "-") // no tag has a colon
	}
	return s, nil
}

// frontend tells whether image i is the frontend: the one that the syntax
// directive names, or the one that a build in the engine needs.
func (s supply) frontend(i int) bool { return i == 0 && s.front }

// served returns the reference under which a builder finds the image.
func (l *Lane) served(img supplied) string { return l.Addr + "/" + img.repo + ":" + img.tag }

// contexts returns what a build has to be told of its images, as the
// Dockerfile names them: where our registry serves each. A daemon of ours
// finds them through its mirror, except those with a digest: our copy has
// another one.
func (l *Lane) contexts(sup supply) map[string]string {
	contexts := map[string]string{}
	for i, img := range sup.images {
		if !sup.frontend(i) && (img.pinned || l.Builder == BuilderEngine) {
			contexts[img.named] = l.served(img)
		}
	}
	return contexts
}

// frontend returns the reference of the frontend that a build has to be told;
// "" when the builder finds it.
func (l *Lane) frontend(sup supply) string {
	if sup.front && (sup.images[0].pinned || l.Builder == BuilderEngine) {
		return l.served(sup.images[0])
	}
	return ""
}

// contextName returns the name by which a frontend looks for a named context
// in the place of an image (frontend/dockerui, Client.NamedContext).
func contextName(image string) (string, error) {
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return "", fmt.Errorf("image %s: %w", image, err)
	}
	return strings.TrimSuffix(reference.FamiliarString(reference.TagNameOnly(named)), ":latest"), nil
}
