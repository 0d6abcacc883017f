package scenarios

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
)

// digests returns the identity of a project, which is the paths, executable
// bits and contents of its files, and that of a study, which is its file and
// its project, each "sha256:…". It fails on what a project must not hold: a
// link that leaves it, or a file that is none.
func digests(data []byte, project fs.FS) (ofProject, ofStudy string, err error) {
	tree, study := sha256.New(), sha256.New()
	fmt.Fprintf(study, "study %x\n", sha256.Sum256(data))
	both := io.MultiWriter(tree, study) // a hash takes every write
	err = fs.WalkDir(project, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		kind, sum, err := digestFile(project, name, d.Type())
		if err != nil {
			return err
		}
		fmt.Fprintf(both, "%s %x %q\n", kind, sum, name)
		return nil
	})
	if err != nil {
		return "", "", err
	}
	return fmt.Sprintf("sha256:%x", tree.Sum(nil)), fmt.Sprintf("sha256:%x", study.Sum(nil)), nil
}

// digestFile returns the kind of an entry that is no directory, and the hash
// of its contents.
func digestFile(project fs.FS, name string, mode fs.FileMode) (kind string, sum []byte, err error) {
	switch {
	case mode&fs.ModeSymlink != 0:
		target, err := fs.ReadLink(project, name)
		if err != nil {
			return "", nil, err
		}
		if !staysInside(name, target) {
			return "", nil, fmt.Errorf("the link %s leaves the project: %s", name, target)
		}
		s := sha256.Sum256([]byte(target))
		return "link", s[:], nil
	case !mode.IsRegular():
		return "", nil, fmt.Errorf("%s is no regular file", name)
	}
	f, err := project.Open(name)
	if err != nil {
		return "", nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return "", nil, err
	}
	kind = "file"
	if info.Mode()&0o111 != 0 {
		kind = "executable"
	}
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", nil, fmt.Errorf("read %s: %w", name, err)
	}
	return kind, h.Sum(nil), nil
}

// staysInside tells whether a link of a tree points into it. It allows .. only
// in front, where it counts from the link's true directory: behind another
// link it could lead anywhere.
func staysInside(link, target string) bool {
	if path.IsAbs(target) {
		return false
	}
	rest := target
	for strings.HasPrefix(rest, "../") {
		rest = rest[len("../"):]
	}
	if rest != ".." && strings.Contains("/"+rest+"/", "/../") {
		return false
	}
	return fs.ValidPath(path.Join(path.Dir(link), target))
}

// errLink is the error of statPlain for a path that goes through a link.
var errLink = errors.New("a symbolic link")

// statPlain describes the file at a valid path, no part of which may be a
// symbolic link.
func statPlain(fsys fs.FS, name string) (fs.FileInfo, error) {
	for i, c := range name {
		if c != '/' {
			continue
		}
		info, err := fs.Lstat(fsys, name[:i])
		if err != nil {
			return nil, err
		}
		if info.Mode()&fs.ModeSymlink != 0 {
			return nil, errLink
		}
	}
	info, err := fs.Lstat(fsys, name)
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return nil, errLink
	}
	return info, err
}
