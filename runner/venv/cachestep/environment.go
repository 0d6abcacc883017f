package cachestep

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// configFile marks a virtual environment (PEP 405).
const configFile = "pyvenv.cfg"

// environments returns the folders in the workspace that are virtual
// environments.
func (w *work) environments() []string {
	found, _ := filepath.Glob(filepath.Join(w.Workspace, "*", configFile)) // the pattern is good
	for i, file := range found {
		found[i] = filepath.Base(filepath.Dir(file))
	}
	return found
}

// Content is what an archive holds.
type Content struct {
	// Environments are the virtual environments that it has in the workspace,
	// sorted. What uv has in its cache is not meant.
	Environments []string `json:"environments,omitempty"`

	Rest int `json:"rest"` // files beside them
}

// ReadContent reads an archive.
func ReadContent(archive io.Reader) (Content, error) {
	c, err := readContent(archive)
	if err != nil {
		return Content{}, err
	}
	rest := 0
	for _, name := range c.files {
		if !c.goes(name) {
			rest++
		}
	}
	return Content{slices.Sorted(maps.Keys(c.environments)), rest}, nil
}

// WithoutEnvironments writes the archive from again, without the virtual
// environments that it has in the workspace.
func WithoutEnvironments(to io.Writer, from io.ReadSeeker) error {
	c, err := readContent(from)
	if err != nil {
		return err
	}
	if _, err := from.Seek(0, io.SeekStart); err != nil {
		return err
	}
	enc, err := zstd.NewWriter(to)
	if err != nil {
		return err
	}
	out := tar.NewWriter(enc)
	err = each(from, func(h *tar.Header, body io.Reader) error { return c.copy(out, h, body) })
	return errors.Join(err, out.Close(), enc.Close())
}

// content is what an archive is made of.
type content struct {
	files        []string // what is no folder
	environments map[string]bool
	links        map[string]string // hard links: the first one's name by its target
}

func readContent(archive io.Reader) (content, error) {
	c := content{environments: map[string]bool{}, links: map[string]string{}}
	all := map[string][]string{}
	err := each(archive, func(h *tar.Header, _ io.Reader) error {
		if dir, file := path.Split(h.Name); file == configFile && !strings.HasPrefix(dir, "../") && !path.IsAbs(dir) {
			c.environments[path.Clean(dir)] = true
		}
		if h.Typeflag != tar.TypeDir {
			c.files = append(c.files, h.Name)
		}
		if h.Typeflag == tar.TypeLink {
			all[h.Linkname] = append(all[h.Linkname], h.Name)
		}
		return nil
	})
	// Of a file that goes, the first name that stays becomes the file.
	for target, names := range all {
		if i := slices.IndexFunc(names, func(name string) bool { return !c.goes(name) }); i >= 0 && c.goes(target) {
			c.links[target] = names[i]
		}
	}
	return c, err
}

// goes tells whether a file is part of an environment.
func (c content) goes(name string) bool {
	for dir := path.Clean(name); dir != "." && dir != "/" && dir != ".."; dir = path.Dir(dir) {
		if c.environments[dir] {
			return true
		}
	}
	return false
}

// copy writes a file of an archive to another one, if it stays.
func (c content) copy(to *tar.Writer, h *tar.Header, body io.Reader) error {
	if c.goes(h.Name) {
		name, needed := c.links[h.Name]
		if !needed {
			return nil
		}
		h.Name = name
	} else if name, ok := c.links[h.Linkname]; ok && h.Typeflag == tar.TypeLink {
		if name == h.Name {
			return nil
		}
		h.Linkname = name
	}
	if err := to.WriteHeader(h); err != nil {
		return err
	}
	_, err := io.Copy(to, body)
	return err
}

// each goes through the files of an archive.
func each(archive io.Reader, do func(*tar.Header, io.Reader) error) error {
	dec, err := zstd.NewReader(archive, zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return err
	}
	defer dec.Close()
	for in := tar.NewReader(dec); ; {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("archive: %w", err)
		}
		if err := do(h, in); err != nil {
			return fmt.Errorf("archive: %s: %w", h.Name, err)
		}
	}
}
