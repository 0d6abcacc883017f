package provision

import (
	"archive/tar"
	"bytes"
	"io"
	"os"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// withFile returns img with a layer that holds one file.
func withFile(t *testing.T, img v1.Image, name, text string) v1.Image {
	t.Helper()
	var buf bytes.Buffer
	tw := tar.NewWriter(&buf)
	if err := tw.WriteHeader(&tar.Header{Name: name, Size: int64(len(text)), Mode: 0o644}); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(tw, text); err != nil {
		t.Fatal(err)
	}
	if err := tw.Close(); err != nil {
		t.Fatal(err)
	}
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(buf.Bytes())), nil })
	if err != nil {
		t.Fatal(err)
	}
	if img, err = mutate.AppendLayers(img, layer); err != nil {
		t.Fatal(err)
	}
	return img
}

// installed is an entry of Debian's list.
func installed(pkg, version string) string {
	return "Package: " + pkg + "\nStatus: install ok installed\nDepends: python3.12-minimal\nVersion: " + version + "\n\n"
}

func TestPythonOf(t *testing.T) {
	t.Parallel()
	official, err := mutate.Config(empty.Image, v1.Config{Env: []string{"PATH=/bin", "PYTHON_VERSION=3.11.9"}})
	if err != nil {
		t.Fatal(err)
	}
	old := installed("adduser", "3.134") + installed("python3", "3.11.2-1+b1") + installed("python3.11-minimal", "3.11.2-6+deb12u6")
	debian := withFile(t, empty.Image, "./var/lib/dpkg/status", old)
	for _, tt := range []struct {
		name string
		img  v1.Image
		want string
	}{
		{"official", withFile(t, official, "var/lib/dpkg/status", old), "3.11.9"},
		{"Debian", debian, "3.11.2-6+deb12u6"},
		{"upgraded in a later layer", withFile(t, debian, "var/lib/dpkg/status", installed("python3.11-minimal", "3.11.2-6+deb12u9")), "3.11.2-6+deb12u9"},
		{"without Python", withFile(t, empty.Image, "var/lib/dpkg/status", installed("adduser", "3.134")), ""},
		{"neither", empty.Image, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := &Images{Dir: t.TempDir()}
			img := Image{Image: tt.img, Ref: "docker.io/library/python:3.11-slim"}
			if err := os.MkdirAll(p.path(img.Ref), 0o755); err != nil {
				t.Fatal(err)
			}
			for range 2 { // read, then kept
				got, ok, err := p.PythonOf(img)
				if got != tt.want || ok != (tt.want != "") || err != nil {
					t.Errorf("got %q, %t, %v, want %q", got, ok, err, tt.want)
				}
				img.Image = nil // what is kept needs no layers
			}
		})
	}
}
