package registry

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Bump returns an image with the root file system of img and nothing else in
// common: every chain id and every layer digest differs from those of img and
// of any other id. It stands for a new release of a base image: a builder that
// holds img has to download and unpack all of it.
//
// A layer without content comes first, so the chain ids change; each other
// layer gets a trailer that decompression skips, so the digests change and the
// diff ids do not. Nothing is compressed again: the cost is one read of each
// layer, to hash it. Layers must be gzip or zstd; of an uncompressed one the
// digest is the diff id. An id is printable ASCII; the same id gives the same
// image.
func Bump(img v1.Image, id string) (v1.Image, error) {
	b, err := newBumped(img, id)
	if err == nil {
		var out v1.Image
		if out, err = partial.CompressedToImage(b); err == nil {
			return out, nil
		}
	}
	return nil, fmt.Errorf("bump image: %w", err)
}

// bumped is the core from which partial.CompressedToImage makes an image.
type bumped struct {
	mediaType        types.MediaType
	manifest, config []byte
	layers           map[v1.Hash]partial.CompressedLayer
}

func newBumped(img v1.Image, id string) (*bumped, error) {
	if id == "" || strings.ContainsFunc(id, func(r rune) bool { return r < ' ' || r > '~' }) {
		return nil, fmt.Errorf("id %q is not printable ASCII", id)
	}
	mediaType, err1 := img.MediaType()
	manifest, err2 := img.Manifest()
	config, err3 := img.ConfigFile()
	layers, err4 := img.Layers()
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return nil, err
	}
	if len(layers) != len(manifest.Layers) || len(layers) != len(config.RootFS.DiffIDs) {
		return nil, fmt.Errorf("%d layers, %d in the manifest, %d in the configuration",
			len(layers), len(manifest.Layers), len(config.RootFS.DiffIDs))
	}
	marker, err := markerLayer(img, id)
	if err != nil {
		return nil, err
	}
	b := &bumped{mediaType: mediaType, layers: map[v1.Hash]partial.CompressedLayer{}}
	manifest, config = manifest.DeepCopy(), config.DeepCopy()
	for i, layer := range layers {
		t, err := newTrailed(layer, config.RootFS.DiffIDs[i], id)
		if err != nil {
			return nil, fmt.Errorf("layer %d: %w", i, err)
		}
		manifest.Layers[i].Digest, manifest.Layers[i].Size = t.digest, t.size
		b.layers[t.digest] = t
	}
	if err := b.putFirst(marker, manifest, config, id); err != nil {
		return nil, err
	}
	return b, b.seal(manifest, config)
}

// markerLayer is a tar file of one global header, which names the id and
// unpacks to nothing.
func markerLayer(img v1.Image, id string) (v1.Layer, error) {
	var buf bytes.Buffer
	tw := tar.NewWriter(&buf)
	if err := tw.WriteHeader(&tar.Header{
		Typeflag: tar.TypeXGlobalHeader, Name: "pax_global_header",
		PAXRecords: map[string]string{"comment": id},
	}); err != nil {
		return nil, err
	}
	if err := tw.Close(); err != nil {
		return nil, err
	}
	return layerFor(img, buf.Bytes())
}

func (b *bumped) putFirst(marker v1.Layer, manifest *v1.Manifest, config *v1.ConfigFile, id string) error {
	desc, err := partial.Descriptor(marker)
	if err != nil {
		return err
	}
	diffID, err := marker.DiffID()
	if err != nil {
		return err
	}
	b.layers[desc.Digest] = marker
	manifest.Layers = append([]v1.Descriptor{*desc}, manifest.Layers...)
	config.RootFS.DiffIDs = append([]v1.Hash{diffID}, config.RootFS.DiffIDs...)
	if len(config.History) > 0 {
		config.History = append([]v1.History{{CreatedBy: "base bump " + id}}, config.History...)
	}
	return nil
}

// seal writes the configuration and the manifest that refers to it.
func (b *bumped) seal(manifest *v1.Manifest, config *v1.ConfigFile) (err error) {
	if b.config, err = json.Marshal(config); err != nil {
		return err
	}
	digest, size, err := v1.SHA256(bytes.NewReader(b.config))
	if err != nil {
		return err
	}
	manifest.Config.Digest, manifest.Config.Size, manifest.Config.Data = digest, size, nil
	b.manifest, err = json.Marshal(manifest)
	return err
}

func (b *bumped) MediaType() (types.MediaType, error) { return b.mediaType, nil }

func (b *bumped) RawManifest() ([]byte, error) { return b.manifest, nil }

func (b *bumped) RawConfigFile() ([]byte, error) { return b.config, nil }

func (b *bumped) LayerByDigest(h v1.Hash) (partial.CompressedLayer, error) {
	if layer, ok := b.layers[h]; ok {
		return layer, nil
	}
	return nil, fmt.Errorf("no layer %s", h)
}
