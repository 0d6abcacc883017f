package provision

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"
)

// reading returns what read finds in a kept image. It is read once, which may
// take seconds, and then kept in file beside the image.
func reading[T any](p *Images, img Image, file string, read func(Image) (T, error)) (T, error) {
	var found T
	kept := filepath.Join(p.path(img.Ref), file)
	data, err := os.ReadFile(kept)
	if err == nil && json.Unmarshal(data, &found) == nil {
		return found, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return found, err
	}
	if found, err = read(img); err != nil {
		return found, err
	}
	if data, err = json.Marshal(found); err != nil {
		return found, err
	}
	return found, renameio.WriteFile(kept, data, 0o644)
}

// eachLayer calls scan with the files of each layer, the lowest first.
func eachLayer(img Image, scan func(*tar.Reader) error) error {
	layers, err := img.Layers()
	if err != nil {
		return err
	}
	for i, layer := range layers {
		content, err := layer.Uncompressed()
		if err != nil {
			return err
		}
		err = scan(tar.NewReader(content))
		if err := errors.Join(err, content.Close()); err != nil {
			return fmt.Errorf("layer %d: %w", i, err)
		}
	}
	return nil
}
