package lane_test

import (
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/lane"
	"github.com/cibench/cibench/runner/provision"
	"github.com/cibench/cibench/runner/service/registry"
)

// oneImage is an engine that holds one image.
type oneImage struct {
	ref string
	img v1.Image
}

func (e oneImage) HasImage(_ context.Context, ref string) (bool, error) { return ref == e.ref, nil }

func (e oneImage) SaveImage(_ context.Context, ref string, w io.Writer) error {
	tag, err := name.NewTag(ref)
	if err != nil {
		return err
	}
	return tarball.Write(tag, e.img, w)
}

// TestBases reads a base with a pip, and an image without one: the Dockerfile
// frontend, for one, is no base that anything installs on.
func TestBases(t *testing.T) {
	t.Parallel()
	plain, err := mutate.Config(empty.Image, v1.Config{Env: []string{"PYTHON_VERSION=3.11.9"}})
	if err != nil {
		t.Fatal(err)
	}
	const packages = "/usr/local/lib/python3.11/site-packages/"
	base, err := registry.AppendFiles(plain, map[string]string{
		packages + "pip-24.0.dist-info/METADATA":   "Name: pip\n",
		packages + "pip/_internal/models/index.py": "PyPI = PackageIndex(\"https://index.example.org/\", file_storage_domain=\"x\")\n",
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name     string
		img      v1.Image
		facts    map[string]string
		upstream string
	}{
		{"without pip", plain, map[string]string{"source": "engine"}, ""},
		{"with pip", base, map[string]string{"source": "engine", "pip": "24.0", "python": "3.11.9"}, "https://index.example.org/simple"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			const ref = "127.0.0.1:1/team/base:1"
			store := &provision.Images{Dir: t.TempDir(), Engine: oneImage{ref, tt.img}}
			got, err := store.Get(t.Context(), ref)
			if err != nil {
				t.Fatal(err)
			}
			bases := lane.Bases{got, got}
			env, want := results.Environment{}, results.Environment{"image." + ref + ".digest": got.Digest}
			for key, value := range tt.facts {
				want["image."+ref+"."+key] = value
			}
			if err := bases.Facts(store, env); err != nil || !maps.Equal(env, want) {
				t.Errorf("facts: got %v, %v, want %v", env, err, want)
			}
			if got, want := bases.Digests(), []string{ref + "@" + got.Digest}; !slices.Equal(got, want) {
				t.Errorf("digests: got %q, want %q", got, want)
			}
			if url, err := bases.Upstream(store); url != tt.upstream || err != nil {
				t.Errorf("upstream: got %q, %v, want %q", url, err, tt.upstream)
			}
		})
	}
}

func TestFailure(t *testing.T) {
	t.Parallel()
	exit, missing := errors.New("exit code 1"), errors.New(`package "x" is not recorded`)
	failed := &lane.Failure{Err: exit, Problems: []error{missing}, Log: "boom\n"}
	if got, want := failed.Error(), `exit code 1; package "x" is not recorded`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !errors.Is(failed, exit) || !errors.Is(failed, missing) {
		t.Error("the failure hides what it is made of")
	}
	if a := failed.Attempt(); a.Failure != failed.Error() || a.Log != failed.Log {
		t.Errorf("attempt: got %+v", a)
	}
	wrapped := lane.WithLog(errors.Join(failed))
	if !errors.Is(wrapped, exit) || !strings.HasSuffix(wrapped.Error(), "the end of its output:\nboom") {
		t.Errorf("with its log: got %q", wrapped)
	}
	if got := lane.WithLog(exit); got != exit {
		t.Errorf("another error: got %v", got)
	}
}
