// Package glob finds files by the patterns that workflows use, and hashes what
// it finds, as hashFiles and the cache actions do.
//
// The rules are those of the library that both use on Linux (@actions/glob
// 0.7.0 over minimatch 10): * and ? and sets within one part of a path, ** for
// any number of parts, a leading ! to exclude, # for a comment, ~ for the home
// folder; names that begin with a dot are as good as others, braces mean
// nothing, and a pattern that names a folder holds for all below it. The order
// of what is found is that of a walk which takes the entries of each folder
// sorted by their bytes, and it decides the hash.
//
// The files of a Tree come from an fs.FS of the workspace: what lies elsewhere
// has no part in a hash and is not looked for. Resolve, which says what is to be
// kept in a cache, takes the file system as a whole.
package glob

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
)

// A Tree is the workspace of a job.
type Tree struct {
	FS   fs.FS  // the files; one with symbolic links implements fs.ReadLinkFS
	Dir  string // the absolute path of its root where the job runs
	Home string // the absolute path of the home folder there; "" for none, and patterns with ~ are errors
}

// Links says what a walk does at a symbolic link to a folder.
type Links string

// The two ways. hashFiles keeps links unless its first argument says
// otherwise; the actions follow them.
const (
	KeepLinks   Links = "keep"   // the link is a file; one that points nowhere is an error
	FollowLinks Links = "follow" // the walk goes on behind it; one that points nowhere is left out
)

// Hash returns the hash of the files that the patterns, one a line, match:
// SHA-256, in hex, of the SHA-256 digests of the files, one after the other in
// the order of Find. It is "" when no file matches.
func (t Tree) Hash(patterns string, links Links) (string, error) {
	found, err := t.Find(patterns, links)
	if err != nil {
		return "", err
	}
	total := sha256.New()
	empty := true
	for _, name := range found {
		info, err := fs.Stat(t.FS, name)
		if err != nil {
			return "", fmt.Errorf("hash: %w", err)
		}
		if info.IsDir() {
			continue
		}
		digest, err := t.digest(name)
		if err != nil {
			return "", fmt.Errorf("hash %s: %w", name, err)
		}
		total.Write(digest)
		empty = false
	}
	if empty {
		return "", nil
	}
	return hex.EncodeToString(total.Sum(nil)), nil
}

func (t Tree) digest(name string) (digest []byte, err error) {
	f, err := t.FS.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return nil, err
	}
	return h.Sum(nil), nil
}

// Find returns the files and folders of the workspace that the patterns, one a
// line, match, as names of t.FS in the order of the walk.
func (t Tree) Find(patterns string, links Links) ([]string, error) {
	parsed, err := parse(patterns, t)
	if err != nil {
		return nil, err
	}
	return t.find(withDescendants(parsed), links)
}

func (t Tree) find(patterns []*pattern, links Links) ([]string, error) {
	w := &walk{tree: t, links: links, patterns: patterns}
	for _, root := range searchRoots(w.patterns) {
		name, ok := t.name(root)
		if !ok {
			continue
		}
		if _, err := fs.Lstat(t.FS, name); errors.Is(err, fs.ErrNotExist) && t.isFolder(path.Dir(name)) {
			continue
		}
		if err := w.visit(name, nil); err != nil {
			return nil, fmt.Errorf("find files: %w", err)
		}
	}
	return w.found, nil
}

// isFolder tells whether the name, or the nearest above it that is there, is a
// folder. A path through a file is an error, not one that is not there.
func (t Tree) isFolder(name string) bool {
	for {
		info, err := fs.Stat(t.FS, name)
		if !errors.Is(err, fs.ErrNotExist) || name == "." {
			return err == nil && info.IsDir()
		}
		name = path.Dir(name)
	}
}

// name returns where in t.FS a search for a path begins, and whether it finds
// anything in the workspace: from above, the walk comes by its root.
func (t Tree) name(at string) (string, bool) {
	if at == t.Dir || at == "/" || strings.HasPrefix(t.Dir, at+"/") {
		return ".", true
	}
	name, ok := strings.CutPrefix(at, strings.TrimSuffix(t.Dir, "/")+"/")
	return name, ok && fs.ValidPath(name)
}

// path is the reverse of name.
func (t Tree) path(name string) string {
	if name == "." {
		return t.Dir
	}
	return strings.TrimSuffix(t.Dir, "/") + "/" + name
}
