package image

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/engine/enginetest"
	"github.com/cibench/cibench/runner/provision"
	"github.com/cibench/cibench/runner/runnertest"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

func TestContextName(t *testing.T) {
	t.Parallel()
	digest := "@sha256:" + strings.Repeat("ab", 32)
	for image, want := range map[string]string{
		"python":                               "python",
		"python:latest":                        "python",
		"python:3.11-slim":                     "python:3.11-slim",
		"docker.io/library/python:3.11-slim":   "python:3.11-slim",
		"ghcr.io/x/y":                          "ghcr.io/x/y",
		"python" + digest:                      "python" + digest,
		"python:3.11-slim" + digest:            "python:3.11-slim" + digest,
		"docker.io/x/y:latest" + digest:        "x/y:latest" + digest,
		"registry.example.com:5000/x" + digest: "registry.example.com:5000/x" + digest,
	} {
		if got, err := contextName(image); err != nil || got != want {
			t.Errorf("contextName(%q): got %q, %v, want %q", image, got, err, want)
		}
	}
}

func TestNewSupplied(t *testing.T) {
	t.Parallel()
	hex := strings.Repeat("ab", 32)
	for _, tt := range []struct {
		named, ref, repo, tag string
		pinned                bool
	}{
		{"python:3.11-slim", "docker.io/library/python:3.11-slim", "docker.io/library/python", "3.11-slim", false},
		{"x/y:1", "docker.io/x/y:1", "docker.io/x/y", "1", false},
		{"ghcr.io/x/y:1", "ghcr.io/x/y:1", "ghcr.io/x/y", "1", false},
		{"127.0.0.1:5000/x/y", "127.0.0.1:5000/x/y:latest", "127.0.0.1_5000/x/y", "latest", false},
		{"python:3@sha256:" + hex, "docker.io/library/python@sha256:" + hex, "docker.io/library/python", "sha256-" + hex, true},
	} {
		s, err := newSupplied(tt.named, provision.Image{Ref: tt.ref})
		if err != nil || s.repo != tt.repo || s.tag != tt.tag || s.pinned != tt.pinned {
			t.Errorf("%s: got %s:%s, pinned %t, %v, want %s:%s, pinned %t", tt.named, s.repo, s.tag, s.pinned, err, tt.repo, tt.tag, tt.pinned)
		}
	}
}

// holder is an engine that holds images under digests, and what the machine's
// own store has.
type holder struct {
	kept   *provision.Images
	pinned map[string]string // reference with a digest, spelt out → what it is
}

// find returns the kept image that the reference means.
func (h holder) find(ref string) (provision.Image, bool, error) {
	if of, ok := h.pinned[ref]; ok {
		ref = of
	}
	return h.kept.Kept(ref)
}

func (h holder) HasImage(_ context.Context, ref string) (bool, error) {
	_, ok, err := h.find(ref)
	return ok, err
}

func (h holder) SaveImage(_ context.Context, ref string, w io.Writer) error {
	img, _, err := h.find(ref)
	if err != nil {
		return err
	}
	to, err := name.ParseReference(ref)
	if err != nil {
		return err
	}
	return tarball.Write(to, img.Image, w)
}

// pinnedImages returns a store of its own whose engine holds the base and the
// frontend under that digest too.
func pinnedImages(t *testing.T, e *engine.Engine, digest string) *provision.Images {
	t.Helper()
	const base = "docker.io/library/python"
	kept := enginetest.Images(t, e)
	for _, ref := range []string{base + ":3.11-slim", frontendRef, provision.BuildKitRef} {
		if _, err := kept.Get(t.Context(), ref); err != nil {
			t.Fatal(err)
		}
	}
	frontend, _, _ := strings.Cut(frontendRef, ":")
	return &provision.Images{Dir: t.TempDir(), Engine: holder{kept, map[string]string{
		base + digest:     base + ":3.11-slim",
		frontend + digest: frontendRef,
	}}}
}

// TestPinned builds on a base with a digest, next to a stage whose base has
// none, on both builders: with the builder's own frontend, one by tag and one
// by digest.
func TestPinned(t *testing.T) {
	digest := "@sha256:" + strings.Repeat("ab", 32)
	plain := "FROM python:3.11-slim" + digest + " AS wheels\nRUN <<EOF\npip download -d /w synth-pure==1.0.0\nEOF\n" +
		"FROM python:3.11-slim\nCOPY --from=wheels /w /w\nCOPY requirements.txt .\n" +
		"RUN <<EOF\npip install -r requirements.txt\nEOF\nCOPY . .\n"
	variants := map[string]string{
		"plain":  plain,
		"tag":    "# syntax=docker/dockerfile:1.4\n" + plain,
		"digest": "# syntax=docker/dockerfile:1.4" + digest + "\n" + plain,
	}
	states := map[string][]scenarios.State{
		"plain":  {scenarios.Cold, scenarios.Warm, scenarios.DepsBump, scenarios.BaseBump},
		"tag":    {scenarios.Warm},
		"digest": {scenarios.Warm},
	}
	for _, builder := range Builders() {
		t.Run(string(builder), func(t *testing.T) {
			e := enginetest.Alone(t) // its daemon's image may take the place of that of others
			l := newLaneOf(t, builder, e, pinnedImages(t, e, digest), readingTree(variants))
			for name := range variants {
				if err := l.Supply(t.Context(), []string{name}); err != nil {
					t.Fatal(err)
				}
				for _, state := range states[name] {
					if builder.reaches(state) {
						runnertest.Trial(t, l, plan.Trial{ID: name + "-" + string(state), Job: "build", Variant: name, State: state})
					}
				}
			}
		})
	}
}
