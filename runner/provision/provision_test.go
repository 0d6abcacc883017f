package provision

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// fakeEngine holds one image under one reference.
type fakeEngine struct {
	ref   string
	img   v1.Image
	saves int
}

func (e *fakeEngine) HasImage(_ context.Context, ref string) (bool, error) { return ref == e.ref, nil }

func (e *fakeEngine) SaveImage(_ context.Context, ref string, w io.Writer) error {
	e.saves++
	tag, err := name.NewTag(ref)
	if err != nil {
		return err
	}
	return tarball.Write(tag, e.img, w)
}

// unreachable is a reference that no source but the engine can have: nothing
// listens on that port.
const unreachable = "127.0.0.1:1/team/app:1"

// onlyEngine is an engine that holds an image which no other source can have.
func onlyEngine(t *testing.T) *fakeEngine {
	t.Helper()
	img, err := random.Image(1<<10, 2)
	if err != nil {
		t.Fatal(err)
	}
	return &fakeEngine{ref: unreachable, img: img}
}

func TestGetKeepsWhatTheEngineHad(t *testing.T) {
	t.Parallel()
	engine, dir := onlyEngine(t), t.TempDir()
	first, err := (&Images{Dir: dir, Engine: engine}).Get(t.Context(), unreachable)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := first.Source, FromEngine; got != want {
		t.Errorf("source: got %q, want %q", got, want)
	}
	// A new process, without an engine, finds the kept image.
	again, err := (&Images{Dir: dir}).Get(t.Context(), unreachable)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := again.Digest, first.Digest; got != want {
		t.Errorf("kept digest: got %s, want %s", got, want)
	}
	if got, want := configOf(t, again), configOf(t, Image{Image: engine.img}); got != want {
		t.Errorf("kept config: got %s, want %s", got, want)
	}
	if engine.saves != 1 {
		t.Errorf("saves: got %d, want 1", engine.saves)
	}
}

// TestGetOnce has several processes want one image, of which one gets it.
func TestGetOnce(t *testing.T) {
	t.Parallel()
	engine, dir := onlyEngine(t), t.TempDir()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if _, err := (&Images{Dir: dir, Engine: engine}).Get(t.Context(), unreachable); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if engine.saves != 1 {
		t.Errorf("saves: got %d, want 1", engine.saves)
	}
}

func configOf(t *testing.T, img Image) string {
	t.Helper()
	h, err := img.ConfigName()
	if err != nil {
		t.Fatal(err)
	}
	return h.String()
}

func TestGetUnavailableHasHintAndLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := (&Images{Dir: dir, Engine: &fakeEngine{}}).Get(t.Context(), unreachable)
	var un *UnavailableError
	if !errors.As(err, &un) {
		t.Fatalf("got %v, want an UnavailableError", err)
	}
	if un.Hint() == "" {
		t.Error("the error has no hint")
	}
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
}

// TestPinnedIsNotMade has an image with a recipe, but by digest: the recipe's
// would have another.
func TestPinnedIsNotMade(t *testing.T) {
	t.Parallel()
	ref, err := name.ParseReference("python:3.11-slim@sha256:" + strings.Repeat("ab", 32))
	if err != nil {
		t.Fatal(err)
	}
	_, err = (&Images{Dir: t.TempDir()}).make(t.Context(), ref, t.TempDir())
	var pinned *PinnedError
	if !errors.As(err, &pinned) {
		t.Fatalf("got %v, want a PinnedError", err)
	}
	un := &UnavailableError{Ref: "x", Errs: []error{errors.New("engine: does not hold it"), err}}
	if got, want := un.Hint(), "docker pull docker.io/library/python@sha256:ab"; !strings.Contains(got, want) || !strings.HasPrefix(got, "take the digest off") {
		t.Errorf("hint: got %q, want %q in it", got, want)
	}
}

func TestGetRemovesWorkOfKilledProcess(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	old := filepath.Join(dir, workPrefix+"killed")
	if err := os.MkdirAll(filepath.Join(old, "layout"), 0o755); err != nil {
		t.Fatal(err)
	}
	img, err := random.Image(10, 1)
	if err != nil {
		t.Fatal(err)
	}
	_, err = (&Images{Dir: dir, Engine: &fakeEngine{ref: unreachable, img: img}}).Get(t.Context(), unreachable)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there (%v)", old, err)
	}
}

func TestPipScan(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, dir string
		want      Pip
	}{
		{"official", "usr/local/lib/python3.11/site-packages", Pip{Version: "24.0", Python: "python3.11", Index: "https://index.example.org/simple"}},
		{"Debian", "usr/lib/python3/dist-packages", Pip{Version: "24.0", Python: "python3", Index: "https://index.example.org/simple"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var buf bytes.Buffer
			tw := tar.NewWriter(&buf)
			for name, text := range map[string]string{
				"./" + tt.dir + "/pip-24.0.dist-info/METADATA": "Name: pip\n",
				"./" + tt.dir + "/" + pipIndexFile: "class PackageIndex:\n    ...\n\n" +
					"PyPI = PackageIndex(\"https://index.example.org/\", file_storage_domain=\"files.example.org\")\n",
			} {
				if err := tw.WriteHeader(&tar.Header{Name: name, Size: int64(len(text)), Mode: 0o644}); err != nil {
					t.Fatal(err)
				}
				if _, err := io.WriteString(tw, text); err != nil {
					t.Fatal(err)
				}
			}
			if err := tw.Close(); err != nil {
				t.Fatal(err)
			}
			var got Pip
			if err := got.scan(tar.NewReader(&buf)); err != nil {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}
