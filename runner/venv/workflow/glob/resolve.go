package glob

import "io/fs"

// Resolve returns the absolute paths that the patterns, one a line, match
// anywhere in a file system, which root is seen from "/". A pattern without a
// slash in front of it begins at dir, one with ~ at home. A folder stands for
// all that it holds, so what lies below one is not named, and cannot be
// excluded, unless a pattern of its own names it. Links are followed. That is
// how @actions/cache finds what to put into an archive (resolvePaths, with
// implicitDescendants false).
func Resolve(patterns string, root fs.FS, dir, home string) ([]string, error) {
	parsed, err := parse(patterns, Tree{Dir: dir, Home: home})
	if err != nil {
		return nil, err
	}
	t := Tree{FS: root, Dir: "/"}
	found, err := t.find(parsed, FollowLinks)
	if err != nil {
		return nil, err
	}
	for i, name := range found {
		found[i] = t.path(name)
	}
	return found, nil
}
