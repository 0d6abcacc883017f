package glob

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// walk goes through a tree from one root after the other.
type walk struct {
	tree     Tree
	links    Links
	patterns []*pattern
	found    []string
}

// visit looks at a file or folder, and at what the folder holds. above are the
// real names of the folders that it lies in.
func (w *walk) visit(name string, above []string) error {
	parts := split(w.tree.path(name))
	dir, file, further := w.match(parts)
	if !dir && !file && !further {
		return nil
	}
	isDir, real, err := w.look(name, above)
	if errors.Is(err, errLeaveOut) {
		return nil
	}
	if err != nil {
		return err
	}
	if isDir && dir || !isDir && file {
		w.found = append(w.found, name)
	}
	if !isDir || !dir && !further {
		return nil
	}
	entries, err := fs.ReadDir(w.tree.FS, name) // sorted by name
	if err != nil {
		return err
	}
	above = append(slices.Clone(above), real)
	for _, e := range entries {
		if err := w.visit(path.Join(name, e.Name()), above); err != nil {
			return err
		}
	}
	return nil
}

// match tells whether the patterns, the later ones over the earlier ones, match
// the path should it be a folder or a file, and whether they may match below.
func (w *walk) match(parts []string) (dir, file, further bool) {
	for _, p := range w.patterns {
		if p.match(parts) {
			dir = !p.negate
			if !p.onlyDirs {
				file = !p.negate
			}
		}
		further = further || !p.negate && p.mayMatchBelow(parts)
	}
	return dir, file, further
}

var errLeaveOut = errors.New("leave out")

// look tells whether the name is a folder, with its real name. It returns
// errLeaveOut for a link that leads nowhere or back to above.
func (w *walk) look(name string, above []string) (isDir bool, real string, err error) {
	info, err := fs.Lstat(w.tree.FS, name)
	if err != nil {
		return false, "", err
	}
	real = name
	if len(above) > 0 {
		real = path.Join(above[len(above)-1], path.Base(name))
	}
	if w.links == FollowLinks && info.Mode()&fs.ModeSymlink != 0 {
		info, err = fs.Stat(w.tree.FS, name)
		if errors.Is(err, fs.ErrNotExist) {
			return false, "", errLeaveOut
		}
		if err != nil {
			return false, "", err
		}
		if info.IsDir() {
			if real, err = w.tree.resolve(name, 0); err != nil {
				return false, "", err
			}
		}
	}
	if w.links == FollowLinks && info.IsDir() && slices.Contains(above, real) {
		return false, "", errLeaveOut
	}
	return info.IsDir(), real, nil
}

// maxLinks is how many links a name is resolved through, as in Linux.
const maxLinks = 40

// resolve returns the name without links in it. A link out of the workspace is
// an error: what lies behind it is not there.
func (t Tree) resolve(name string, links int) (string, error) {
	real := "."
	for part := range strings.SplitSeq(name, "/") {
		at := path.Join(real, part)
		info, err := fs.Lstat(t.FS, at)
		if err != nil {
			return "", err
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			real = at
			continue
		}
		if links++; links > maxLinks {
			return "", fmt.Errorf("%s: too many links", name)
		}
		target, err := fs.ReadLink(t.FS, at)
		if err != nil {
			return "", err
		}
		if !path.IsAbs(target) {
			target = path.Join(t.path(real), target)
		}
		inside, ok := t.name(path.Clean(target))
		if !ok || !path.IsAbs(target) || t.path(inside) != path.Clean(target) {
			return "", fmt.Errorf("%s: the link leads out of the workspace, to %s", at, target)
		}
		if real, err = t.resolve(inside, links); err != nil {
			return "", err
		}
	}
	return real, nil
}
