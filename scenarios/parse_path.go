package scenarios

import (
	"errors"
	"io/fs"
	"path"

	"github.com/cibench/cibench/scenarios/internal/hint"
	"github.com/cibench/cibench/scenarios/internal/strictyaml"
)

// A fileKind is what must stand at a path.
type fileKind string

const (
	regularFile fileKind = "file"
	maybeFile   fileKind = "file or nothing"
	directory   fileKind = "directory"
)

// path reads a path below fsys and checks what stands there. It is not ok for
// an absent value, and for a fsys of nil, whose own problem is reported.
func (p *parser) path(fsys fs.FS, v strictyaml.Value, kind fileKind) (string, bool) {
	name, ok := v.Text()
	if !ok || fsys == nil {
		return "", false
	}
	if !fs.ValidPath(name) {
		v.Fail("a path below its directory, with / and without .. or / at either end",
			"the path %s is not allowed", strictyaml.Quote(name))
		return "", false
	}
	info, err := statPlain(fsys, name)
	switch {
	case errors.Is(err, errLink):
		v.Fail("name the file itself", "%s is reached by a symbolic link", strictyaml.Quote(name))
	case errors.Is(err, fs.ErrNotExist) && kind == maybeFile:
		return name, true
	case errors.Is(err, fs.ErrNotExist):
		v.Fail(hint.For(path.Base(name), siblings(fsys, name)), "no such %s: %s", kind, strictyaml.Quote(name))
	case err != nil:
		v.Fail("", "%v", err)
	case kind == directory && !info.IsDir():
		v.Fail("", "%s is no directory", strictyaml.Quote(name))
	case kind != directory && !info.Mode().IsRegular():
		v.Fail("", "%s is no regular file", strictyaml.Quote(name))
	default:
		return name, true
	}
	return "", false
}

// siblings returns the names beside a path, as far as a hint has room.
func siblings(fsys fs.FS, name string) []string {
	const most = 12
	entries, err := fs.ReadDir(fsys, path.Dir(name))
	if err != nil { // its directory is missing too: there is nothing to suggest
		return nil
	}
	var names []string
	for _, e := range entries[:min(len(entries), most)] {
		names = append(names, e.Name())
	}
	return names
}
