package registry

import (
	"archive/tar"
	"errors"
	"io"
	"maps"
	"strings"
	"testing"

	"github.com/containerd/containerd/v2/pkg/archive/compression"
	comp "github.com/google/go-containerregistry/pkg/compression"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/identity"
)

// zstdImage returns an image of one zstd layer.
func zstdImage(t *testing.T) v1.Image {
	t.Helper()
	open := layers(t, seeded(t, 30))[0].Uncompressed
	layer, err := tarball.LayerFromOpener(open, tarball.WithCompression(comp.ZStd), tarball.WithMediaType(types.OCILayerZStd))
	if err != nil {
		t.Fatal(err)
	}
	img, err := mutate.AppendLayers(mutate.MediaType(empty.Image, types.OCIManifestSchema1), layer)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// chains returns the chain ids of img, the names of a builder's snapshots.
func chains(t *testing.T, img v1.Image) map[digest.Digest]bool {
	t.Helper()
	file, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	var ids []digest.Digest
	for _, h := range file.RootFS.DiffIDs {
		ids = append(ids, digest.Digest(h.String()))
	}
	found := map[digest.Digest]bool{}
	for _, id := range identity.ChainIDs(ids) {
		found[id] = true
	}
	return found
}

// tree returns the files of img with their content.
func tree(t *testing.T, img v1.Image) map[string]string {
	t.Helper()
	rc := mutate.Extract(img)
	defer rc.Close()
	files := map[string]string{}
	for tr := tar.NewReader(rc); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeXGlobalHeader {
			continue // no file
		}
		data, err := io.ReadAll(tr)
		if err != nil {
			t.Fatal(err)
		}
		files[h.Name] = string(data)
	}
}

func TestBump(t *testing.T) {
	t.Parallel()
	for name, img := range map[string]v1.Image{"gzip": onDisk(t, seeded(t, 31)), "zstd": onDisk(t, zstdImage(t))} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seen := map[v1.Hash]bool{}
			for _, l := range layers(t, img) {
				seen[digestOf(t, l)] = true
			}
			chained := chains(t, img)
			for _, id := range []string{"one", "two"} {
				bumped, err := Bump(img, id)
				if err != nil {
					t.Fatal(err)
				}
				check(t, bumped)
				if got, want := len(layers(t, bumped)), len(layers(t, img))+1; got != want {
					t.Errorf("%s: got %d layers, want %d", id, got, want)
				}
				if !maps.Equal(tree(t, bumped), tree(t, img)) {
					t.Errorf("%s: the root file system differs", id)
				}
				for _, l := range layers(t, bumped) {
					if h := digestOf(t, l); seen[h] {
						t.Errorf("%s: layer %s is not new", id, h)
					} else {
						seen[h] = true
					}
				}
				for c := range chains(t, bumped) {
					if chained[c] {
						t.Errorf("%s: chain id %s is not new", id, c)
					}
					chained[c] = true
				}
				again, err := Bump(img, id)
				if err != nil || digestOf(t, again) != digestOf(t, bumped) {
					t.Errorf("%s: a second time another digest, error %v", id, err)
				}
			}
		})
	}
}

// TestBumpUnpacksInBuilder reads the layers with the decompression that
// BuildKit uses.
func TestBumpUnpacksInBuilder(t *testing.T) {
	t.Parallel()
	for name, img := range map[string]v1.Image{"gzip": seeded(t, 32), "zstd": zstdImage(t)} {
		bumped, err := Bump(img, "trial-1")
		if err != nil {
			t.Fatal(err)
		}
		file, err := bumped.ConfigFile()
		if err != nil {
			t.Fatal(err)
		}
		for i, l := range layers(t, bumped) {
			stream, err := compression.DecompressStream(strings.NewReader(compressed(t, l)))
			if err != nil {
				t.Fatal(err)
			}
			got, _, err := v1.SHA256(stream)
			if want := file.RootFS.DiffIDs[i]; err != nil || got != want {
				t.Errorf("%s: layer %d: got %s and error %v, want %s", name, i, got, err, want)
			}
			stream.Close()
		}
	}
}

func TestBumpServed(t *testing.T) {
	t.Parallel()
	r, host := serve(t)
	bumped, err := Bump(onDisk(t, seeded(t, 33)), "trial-1")
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Add("library/python", "3.11-slim", bumped); err != nil {
		t.Fatal(err)
	}
	for _, l := range layers(t, bumped) {
		got := do(t, "GET", "http://"+host+"/v2/library/python/blobs/"+digestOf(t, l).String(), "", "Range: bytes=5-")
		if want := compressed(t, l); got.body != want && got.body != want[5:] {
			t.Errorf("got status %d and %d bytes of %d", got.status, len(got.body), len(want))
		}
	}
}

func TestBumpErrors(t *testing.T) {
	t.Parallel()
	plain, err := mutate.AppendLayers(empty.Image, static.NewLayer([]byte("a tar file"), types.OCIUncompressedLayer))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Bump(plain, "x"); !errors.Is(err, errUncompressed) {
		t.Errorf("uncompressed layer: got %v, want %v", err, errUncompressed)
	}
	for _, id := range []string{"", "a\x00b", "é"} {
		if _, err := Bump(seeded(t, 34), id); err == nil {
			t.Errorf("id %q: got no error", id)
		}
	}
}

func TestAppendFiles(t *testing.T) {
	t.Parallel()
	img := onDisk(t, seeded(t, 35))
	files := map[string]string{"/etc/pip.conf": "[global]\n", "/a/b": "c"}
	for c := 'a'; c <= 'z'; c++ { // enough that a map's order never repeats
		files["/many/"+string(c)] = string(c)
	}
	got, err := AppendFiles(img, files)
	if err != nil {
		t.Fatal(err)
	}
	check(t, got)
	want := tree(t, img)
	for path, content := range files {
		want[path[1:]] = content
	}
	if !maps.Equal(tree(t, got), want) {
		t.Errorf("got %v", tree(t, got))
	}
	again, err := AppendFiles(img, maps.Clone(files))
	if err != nil || digestOf(t, again) != digestOf(t, got) {
		t.Errorf("a second time another digest, error %v", err)
	}
	if _, ok := tree(t, img)["a/b"]; ok {
		t.Error("the input changed")
	}
	for _, path := range []string{"", "/", "etc/pip.conf", "/../x", "/a//b", "/a/"} {
		if _, err := AppendFiles(img, map[string]string{path: ""}); err == nil {
			t.Errorf("path %q: got no error", path)
		}
	}
}
