package scenarios

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// Tree returns the project's tree: what lies in its directory, but for .git, the
// study's own files, and what the study excludes. Files is the study's directory.
func (s *Study) Tree(files fs.FS) (fs.FS, error) {
	project, err := fs.Sub(files, s.Project)
	if err != nil {
		return nil, err
	}
	return tree{project, s.leavesOut}, nil
}

// leavesOut tells whether what has that name in the project's directory is left
// out of the project.
func (s *Study) leavesOut(name string) bool {
	if name == "." { // which patterns of hidden files match
		return false
	}
	if file := path.Join(s.Project, name); file == s.File || file == s.Index.Lock || file == s.Rules || file == s.Targets {
		return true
	}
	return path.Base(name) == ".git" ||
		slices.ContainsFunc(s.Exclude, func(pattern string) bool { return doublestar.MatchUnvalidated(pattern, name) })
}

// Includes tells whether a file of that path, relative to the project, is or
// would be a part of it.
func (s *Study) Includes(name string) bool {
	return fs.ValidPath(name) && tree{out: s.leavesOut}.check("", name) == nil
}

// CheckProject returns an error when the project's tree is not the one that was
// parsed. Files is the study's directory.
func (s *Study) CheckProject(files fs.FS) error {
	project, err := s.Tree(files)
	if err != nil {
		return err
	}
	digest, _, err := digests(nil, project)
	if err == nil && digest != s.ProjectDigest {
		err = fmt.Errorf("the project has changed: its digest is %s, and was %s", digest, s.ProjectDigest)
	}
	return err
}

// A tree is a file system without what is left out of it, and all below that.
type tree struct {
	fs.FS
	out func(name string) bool
}

var (
	_ fs.ReadDirFS  = tree{}
	_ fs.ReadLinkFS = tree{}
)

// check returns an error for a name that is not there.
func (t tree) check(op, name string) error {
	for i, c := range name + "/" {
		if c == '/' && t.out(name[:i]) {
			return &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
		}
	}
	return nil
}

func (t tree) Open(name string) (fs.File, error) {
	if err := t.check("open", name); err != nil {
		return nil, err
	}
	f, err := t.FS.Open(name)
	if dir, ok := f.(fs.ReadDirFile); ok && err == nil {
		return treeDir{dir, t, name}, nil
	}
	return f, err
}

// A treeDir is a directory of a tree, or another file that its file system does
// not tell from one.
type treeDir struct {
	fs.ReadDirFile
	of   tree
	name string
}

func (d treeDir) ReadDir(n int) ([]fs.DirEntry, error) {
	for {
		entries, err := d.ReadDirFile.ReadDir(n)
		left := d.of.without(d.name, entries)
		if len(left) > 0 || len(entries) == 0 || err != nil || n <= 0 {
			return left, err
		}
	}
}

// without returns the entries of a directory that are in the tree.
func (t tree) without(dir string, entries []fs.DirEntry) []fs.DirEntry {
	return slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return t.out(path.Join(dir, e.Name())) })
}

func (t tree) ReadDir(name string) ([]fs.DirEntry, error) {
	if err := t.check("readdir", name); err != nil {
		return nil, err
	}
	entries, err := fs.ReadDir(t.FS, name)
	return t.without(name, entries), err
}

func (t tree) Lstat(name string) (fs.FileInfo, error) {
	if err := t.check("lstat", name); err != nil {
		return nil, err
	}
	return fs.Lstat(t.FS, name)
}

func (t tree) ReadLink(name string) (string, error) {
	if err := t.check("readlink", name); err != nil {
		return "", err
	}
	return fs.ReadLink(t.FS, name)
}

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
		if t, ok := project.(tree); ok && t.check("", path.Join(path.Dir(name), target)) != nil {
			return "", nil, fmt.Errorf("the link %s leads to what is excluded: %s", name, target)
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
