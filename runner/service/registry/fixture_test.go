package registry

import (
	"io"
	"math/rand"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// serve starts a registry and returns it with its host:port.
func serve(t testing.TB) (*Registry, string) {
	t.Helper()
	r, err := New(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	l, err := Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- r.Serve(l) }()
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
		if err := <-done; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return r, l.Addr().String()
}

// seeded returns an image of two layers in memory.
func seeded(t testing.TB, seed int64) v1.Image {
	t.Helper()
	img, err := random.Image(4096, 2, random.WithSource(rand.NewSource(seed)))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// onDisk returns img as it is read from an OCI layout.
func onDisk(t testing.TB, img v1.Image) v1.Image {
	t.Helper()
	path, err := layout.Write(t.TempDir(), empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	if err := path.AppendImage(img); err != nil {
		t.Fatal(err)
	}
	got, err := path.Image(digestOf(t, img))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func digestOf(t testing.TB, x interface{ Digest() (v1.Hash, error) }) v1.Hash {
	t.Helper()
	h, err := x.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func layers(t testing.TB, img v1.Image) []v1.Layer {
	t.Helper()
	ls, err := img.Layers()
	if err != nil {
		t.Fatal(err)
	}
	return ls
}

func ref(t testing.TB, s string) name.Reference {
	t.Helper()
	r, err := name.ParseReference(s, name.Insecure)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func push(t testing.TB, to string, img v1.Image) {
	t.Helper()
	if err := remote.Write(ref(t, to), img, remote.WithContext(t.Context())); err != nil {
		t.Fatalf("push %s: %v", to, err)
	}
}

type response struct {
	status int
	header http.Header
	body   string
}

// do sends one request; headers are "Key: value".
func do(t testing.TB, method, url, body string, headers ...string) response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range headers {
		k, v, _ := strings.Cut(h, ": ")
		req.Header.Set(k, v)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response{resp.StatusCode, resp.Header, string(data)}
}

// files returns the names of the blobs on disk.
func files(t testing.TB, r *Registry) map[string]bool {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(r.push.blobDir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, f := range found {
		names[filepath.Base(f)] = true
	}
	return names
}

func compressed(t testing.TB, l v1.Layer) string {
	t.Helper()
	rc, err := l.Compressed()
	if err != nil {
		t.Fatal(err)
	}
	defer rc.Close()
	data, err := io.ReadAll(rc)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// check reads all of img and compares it with the digests that its manifest
// and configuration promise.
func check(t testing.TB, img v1.Image) {
	t.Helper()
	manifest, err := img.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	config, err := img.RawConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if got := sha(string(config)); got != manifest.Config.Digest {
		t.Errorf("configuration: got %s, want %s", got, manifest.Config.Digest)
	}
	file, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range layers(t, img) {
		if got, want := sha(compressed(t, l)), manifest.Layers[i].Digest; got != want {
			t.Errorf("layer %d: got digest %s, want %s", i, got, want)
		}
		if got, want := int64(len(compressed(t, l))), manifest.Layers[i].Size; got != want {
			t.Errorf("layer %d: got %d bytes, want %d", i, got, want)
		}
		rc, err := l.Uncompressed()
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := v1.SHA256(rc)
		if want := file.RootFS.DiffIDs[i]; err != nil || got != want {
			t.Errorf("layer %d: got diff id %s and error %v, want %s", i, got, err, want)
		}
		rc.Close()
	}
}

func sha(s string) v1.Hash {
	h, _, err := v1.SHA256(strings.NewReader(s))
	if err != nil {
		panic(err)
	}
	return h
}
