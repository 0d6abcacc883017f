package cli

import (
	"context"
	"io"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
	"github.com/cibench/cibench/runner/host"
	"github.com/cibench/cibench/runner/image"
	"github.com/cibench/cibench/runner/provision"
	"github.com/cibench/cibench/runner/snapshot"
)

// TestBuilderFilesystem notes the file system of the builders' states, which
// need not be that of the cache directory, nor of the engine.
func TestBuilderFilesystem(t *testing.T) {
	t.Parallel()
	states := filepath.Join(t.TempDir(), "states")
	if err := os.Mkdir(states, 0o700); err != nil {
		t.Fatal(err)
	}
	machine := host.New("/")
	want, ok := machine.Filesystem(states)
	if !ok {
		t.Skip("this machine does not tell its file systems")
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(states, link); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{link, filepath.Join(states, "not yet there")} {
		env := results.Environment{}
		s := &session{build: image.BuilderContainer, states: &snapshot.Store{Dir: dir}}
		if err := s.builderFilesystem(env, machine); err != nil || env["builder.filesystem"] != want {
			t.Errorf("%s: got %v, %v, want %s", dir, env, err, want)
		}
		s.build = image.BuilderEngine
		env = results.Environment{}
		if err := s.builderFilesystem(env, machine); err != nil || len(env) > 0 {
			t.Errorf("the engine's builder: got %v, %v, want nothing", env, err)
		}
	}
}

// TestFacts says that documented times hold for this machine only where the
// user does.
func TestFacts(t *testing.T) {
	t.Parallel()
	want := results.Environment{"cibench.version": version, "network.profile": "none", "network.down": "10 MB/s"}
	c := &config{Profile: "none", Link: map[string]string{"down": "10 MB/s"}}
	if got := c.facts(); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	c.ComparableTimes, want[verdict.ComparableFact] = true, "true"
	if got := c.facts(); !maps.Equal(got, want) {
		t.Errorf("comparable: got %v, want %v", got, want)
	}
}

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

func TestPythons(t *testing.T) {
	t.Parallel()
	const ref = "127.0.0.1:1/team/base:1"
	img, err := mutate.Config(empty.Image, v1.Config{Env: []string{"PYTHON_VERSION=3.11.9"}})
	if err != nil {
		t.Fatal(err)
	}
	s := &session{images: &provision.Images{Dir: t.TempDir(), Engine: oneImage{ref, img}}}
	if _, err := s.images.Get(t.Context(), ref); err != nil {
		t.Fatal(err)
	}
	env := results.Environment{"image." + ref + ".pip": "24.0", "image." + ref + ".source": "engine"}
	want := maps.Clone(env)
	want["image."+ref+".python"] = "3.11.9"
	if err := s.pythons(env); err != nil || !maps.Equal(env, want) {
		t.Errorf("got %v, %v, want %v", env, err, want)
	}
}
