package provision

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// meta stands beside an image's layout.
type meta struct {
	Ref    string `json:"ref"`
	Digest string `json:"digest"`
	Source Source `json:"source"`
	Detail string `json:"detail,omitempty"`
	Recipe string `json:"recipe,omitempty"` // the recipe's version, for what was made
}

const metaFile = "cibench.json"

// path is the directory of a reference: an OCI layout and its meta file.
func (p *Images) path(ref string) string { return filepath.Join(p.Dir, url.PathEscape(ref)) }

// Kept returns the image if it is in the store already.
func (p *Images) Kept(ref string) (Image, bool, error) {
	tag, err := name.ParseReference(ref)
	if err != nil {
		return Image{}, false, fmt.Errorf("image reference: %w", err)
	}
	return p.load(qualified(tag))
}

// load returns a kept image. One that an older recipe made does not count, and
// neither does one that is not whole, as after a power cut.
func (p *Images) load(ref string) (Image, bool, error) {
	dir := p.path(ref)
	data, err := os.ReadFile(filepath.Join(dir, metaFile))
	if errors.Is(err, fs.ErrNotExist) {
		return Image{}, false, nil
	}
	if err != nil {
		return Image{}, false, fmt.Errorf("image store: %w", err)
	}
	var m meta
	err = json.Unmarshal(data, &m)
	if err == nil && m.Source == FromRecipe && m.Recipe != recipeVersion {
		return Image{}, false, nil
	}
	var img v1.Image
	if err == nil {
		img, err = readLayout(dir)
	}
	if err != nil {
		p.say("%s is kept and cannot be read (%v): getting it again", ref, err)
		return Image{}, false, nil
	}
	return Image{Image: img, Ref: m.Ref, Digest: m.Digest, Source: m.Source, Detail: m.Detail}, true, nil
}

// readLayout returns the one image of a layout.
func readLayout(dir string) (v1.Image, error) {
	index, err := layout.ImageIndexFromPath(dir)
	if err != nil {
		return nil, err
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		return nil, err
	}
	if n := len(manifest.Manifests); n != 1 {
		return nil, fmt.Errorf("%d manifests, want one", n)
	}
	return index.Image(manifest.Manifests[0].Digest)
}

// save keeps img, written to tmp and then moved, so that it is there whole or
// not at all, and returns it as it is on disk.
func (p *Images) save(img Image, tmp string) (Image, error) {
	digest, err := img.Image.Digest()
	if err != nil {
		return Image{}, fmt.Errorf("image store: %w", err)
	}
	path, err := layout.Write(tmp, empty.Index)
	if err == nil {
		err = path.AppendImage(img.Image)
	}
	if err != nil {
		return Image{}, fmt.Errorf("image store: write %s: %w", img.Ref, err)
	}
	m := meta{Ref: img.Ref, Digest: digest.String(), Source: img.Source, Detail: img.Detail}
	if img.Source == FromRecipe {
		m.Recipe = recipeVersion
	}
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return Image{}, fmt.Errorf("image store: %w", err)
	}
	if err := os.WriteFile(filepath.Join(tmp, metaFile), data, 0o644); err != nil {
		return Image{}, fmt.Errorf("image store: %w", err)
	}
	dir := p.path(img.Ref)
	if err := os.RemoveAll(dir); err != nil {
		return Image{}, fmt.Errorf("image store: %w", err)
	}
	if err := os.Rename(tmp, dir); err != nil {
		return Image{}, fmt.Errorf("image store: %w", err)
	}
	kept, ok, err := p.load(img.Ref)
	if err == nil && !ok {
		err = fmt.Errorf("image store: %s vanished after it was written", img.Ref)
	}
	return kept, err
}
