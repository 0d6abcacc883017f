package sim

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// A tree is a project with a trial's mutation in it.
type tree struct {
	project fs.FS
	changed map[string][]byte // new contents, by path
}

func (t tree) read(name string) ([]byte, error) {
	if data, ok := t.changed[name]; ok {
		return data, nil
	}
	return fs.ReadFile(t.project, name)
}

// find returns the file that a path inside the image came from, judging by the
// end of the path: what COPY did to directories is not followed.
func (t tree) find(root, inImage string) (data []byte, ok bool) {
	rest := strings.TrimPrefix(path.Clean("/"+inImage), "/")
	for {
		if data, err := t.read(path.Join(root, rest)); err == nil {
			return data, true
		}
		_, after, more := strings.Cut(rest, "/")
		if !more {
			return nil, false
		}
		rest = after
	}
}

// content identifies what stands at a source of COPY, a path or pattern below
// root, and tells its size in bytes. An ignore file is not looked at.
func (t tree) content(root, source string) (sum string, size int64, err error) {
	pattern := path.Join(root, strings.TrimPrefix(path.Clean("/"+source), "/"))
	matches, err := fs.Glob(t.project, pattern)
	if err != nil || len(matches) == 0 {
		return "", 0, fmt.Errorf("%q: not found", "/"+strings.TrimPrefix(source, "/"))
	}
	h := sha256.New()
	for _, m := range matches {
		err := fs.WalkDir(t.project, m, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := t.entry(name, d)
			if err != nil {
				return err
			}
			size += int64(len(data))
			fmt.Fprintf(h, "%q %x\n", name, sha256.Sum256(data))
			return nil
		})
		if err != nil {
			return "", 0, fmt.Errorf("read the project: %w", err)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), size, nil
}

// entry returns a file's contents, or where a link leads.
func (t tree) entry(name string, d fs.DirEntry) ([]byte, error) {
	if d.Type()&fs.ModeSymlink != 0 {
		target, err := fs.ReadLink(t.project, name)
		return []byte(target), err
	}
	return t.read(name)
}
