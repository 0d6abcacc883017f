package provision

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strings"
)

// Pip is what an image's own pip says of itself.
type Pip struct {
	Version string `json:"version"` // "23.0.1"
	Python  string `json:"python"`  // directory of the Python that it belongs to: "python3.11", "python3"
	Index   string `json:"index"`   // the index it uses when nothing is configured, with its /simple path
}

const pipFile = "pip.json"

var (
	// .../site-packages/pip-24.0.dist-info/METADATA; Debian says dist-packages.
	pipInfo = regexp.MustCompile(`(?:^|/)(python[0-9.]*)/(?:site|dist)-packages/pip-([^/]+)\.dist-info/`)
	// The line `PyPI = PackageIndex("<url>", file_storage_domain=...)`.
	pipIndex = regexp.MustCompile(`(?m)^PyPI = PackageIndex\(\s*"([^"]+)"`)
)

const pipIndexFile = "pip/_internal/models/index.py"

// PipOf finds the pip in a kept image, by reading its layers once. ok is false
// when the image has none.
func (p *Images) PipOf(img Image) (pip Pip, ok bool, err error) {
	pip, err = reading(p, img, pipFile, func(img Image) (pip Pip, err error) {
		return pip, eachLayer(img, pip.scan)
	})
	if err != nil {
		return Pip{}, false, fmt.Errorf("find pip in %s: %w", img.Ref, err)
	}
	return pip, pip.Version != "", nil
}

func (p *Pip) scan(tr *tar.Reader) error {
	for {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		name := path.Clean(h.Name)
		if m := pipInfo.FindStringSubmatch(name); m != nil {
			p.Python, p.Version = m[1], m[2]
		}
		if !strings.HasSuffix(name, pipIndexFile) {
			continue
		}
		source, err := io.ReadAll(io.LimitReader(tr, 1<<20))
		if err != nil {
			return err
		}
		if m := pipIndex.FindSubmatch(source); m != nil {
			p.Index = strings.TrimSuffix(string(m[1]), "/") + "/simple"
		}
	}
}
