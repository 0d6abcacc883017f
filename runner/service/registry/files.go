package registry

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// AppendFiles returns img with one more layer that holds files: absolute path
// to content. They belong to root, are readable by all and carry a fixed
// time, so the same input gives the same digest. Directories that are missing
// come into being where the layer is unpacked.
func AppendFiles(img v1.Image, files map[string]string) (v1.Image, error) {
	var buf bytes.Buffer
	tw := tar.NewWriter(&buf)
	for _, path := range slices.Sorted(maps.Keys(files)) {
		name, absolute := strings.CutPrefix(path, "/")
		if !absolute || !fs.ValidPath(name) || name == "." {
			return nil, fmt.Errorf("append files: %q is not a clean absolute path", path)
		}
		h := &tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: int64(len(files[path])), ModTime: time.Unix(0, 0)}
		if err := tw.WriteHeader(h); err != nil {
			return nil, fmt.Errorf("append files: %w", err)
		}
		if _, err := io.WriteString(tw, files[path]); err != nil {
			return nil, fmt.Errorf("append files: %w", err)
		}
	}
	if err := tw.Close(); err != nil {
		return nil, fmt.Errorf("append files: %w", err)
	}
	layer, err := layerFor(img, buf.Bytes())
	if err != nil {
		return nil, fmt.Errorf("append files: %w", err)
	}
	out, err := mutate.AppendLayers(img, layer)
	if err != nil {
		return nil, fmt.Errorf("append files: %w", err)
	}
	return out, nil
}

// layerFor makes a gzip layer of the media type that fits img's manifest.
func layerFor(img v1.Image, tarFile []byte) (v1.Layer, error) {
	manifestType, err := img.MediaType()
	if err != nil {
		return nil, err
	}
	layerType := types.DockerLayer
	if manifestType == types.OCIManifestSchema1 {
		layerType = types.OCILayer
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(tarFile)), nil }
	return tarball.LayerFromOpener(open, tarball.WithMediaType(layerType))
}
