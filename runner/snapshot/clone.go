package snapshot

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/containerd/containerd/v2/core/snapshots"
	"github.com/containerd/containerd/v2/core/snapshots/storage"
	"github.com/containerd/errdefs"
	"golang.org/x/sys/unix"
)

// Clone makes dst, which must not exist, equal to the builder's state src,
// which must be at rest. What BuildKit never changes in place, the blobs of its
// content store and the trees of committed snapshots, is hard-linked where the
// file system allows it; all else is copied: databases, and the trees of cache
// mounts, into which builds write. So a clone of a gigabyte takes less than a
// second, and nothing done to it reaches src. Of any other tree, all is copied.
func Clone(ctx context.Context, src, dst string) error {
	c := cloner{src: src, dst: dst, copied: map[uint64]string{}}
	var err error
	if c.workers, c.committed, err = committed(ctx, src); err != nil {
		return fmt.Errorf("clone %s: %w", src, err)
	}
	err = filepath.WalkDir(src, func(path string, entry fs.DirEntry, err error) error {
		return c.visit(path, entry, errors.Join(err, ctx.Err()))
	})
	if err != nil {
		return fmt.Errorf("clone %s: %w", src, err)
	}
	// A directory's times are set when nothing in it changes any more.
	for _, d := range c.dirs {
		if err := setTimes(d.path, d.stat); err != nil {
			return fmt.Errorf("clone %s: %w", src, err)
		}
	}
	return nil
}

// committed returns the directories of a state's workers, and those of their
// committed snapshots, relative to the state: "runc-overlayfs" and
// "runc-overlayfs/snapshots/snapshots/12".
func committed(ctx context.Context, state string) (workers, dirs map[string]bool, err error) {
	workers, dirs = map[string]bool{}, map[string]bool{}
	// The state's own path may hold what a pattern would take as its own.
	bases, err := fs.Glob(os.DirFS(state), "*/snapshots/metadata.db")
	if err != nil {
		return nil, nil, err
	}
	for _, base := range bases {
		workers[filepath.Dir(filepath.Dir(base))] = true
		trees := filepath.Join(filepath.Dir(base), "snapshots")
		visit := func(id string) { dirs[filepath.Join(trees, id)] = true }
		if err := eachCommitted(ctx, filepath.Join(state, base), visit); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", base, err)
		}
	}
	return workers, dirs, nil
}

// eachCommitted reads containerd's own record of snapshots.
func eachCommitted(ctx context.Context, base string, visit func(id string)) (err error) {
	ms, err := storage.NewMetaStore(base)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ms.Close()) }()
	return ms.WithTransaction(ctx, false, func(ctx context.Context) error {
		var names []string
		err := storage.WalkInfo(ctx, func(_ context.Context, info snapshots.Info) error {
			if info.Kind == snapshots.KindCommitted {
				names = append(names, info.Name)
			}
			return nil
		})
		if errdefs.IsNotFound(err) { // nothing was ever recorded
			return nil
		}
		if err != nil {
			return err
		}
		for _, name := range names {
			id, _, _, err := storage.GetInfo(ctx, name)
			if err != nil {
				return err
			}
			visit(id)
		}
		return nil
	})
}

// cloner is one Clone under way.
type cloner struct {
	src, dst  string
	workers   map[string]bool
	committed map[string]bool
	copied    map[uint64]string // inode → copy, for hard links among what is copied
	dirs      []dirTimes
}

type dirTimes struct {
	path string
	stat *syscall.Stat_t
}

func (c *cloner) visit(path string, entry fs.DirEntry, err error) error {
	if err != nil {
		return err
	}
	rel, err := filepath.Rel(c.src, path)
	if err != nil {
		return err
	}
	info, err := entry.Info()
	if err != nil {
		return err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return fmt.Errorf("%s: no inode", path)
	}
	to := filepath.Join(c.dst, rel)
	if entry.IsDir() {
		c.dirs = append(c.dirs, dirTimes{to, stat})
		if err := os.Mkdir(to, 0o700); err != nil {
			return err
		}
		return setOwner(path, to, info, stat)
	}
	if c.immutable(rel) && os.Link(path, to) == nil {
		return nil
	}
	return c.copy(path, to, info, stat)
}

// immutable tells whether BuildKit never changes that file in place.
func (c *cloner) immutable(rel string) bool {
	parts := strings.Split(rel, string(filepath.Separator))
	if len(parts) <= 4 || !c.workers[parts[0]] {
		return false
	}
	return parts[1] == "content" && parts[2] == "blobs" || c.committed[filepath.Join(parts[:4]...)]
}

// copy copies what is no directory. Sockets of a daemon that is gone are left
// out.
func (c *cloner) copy(from, to string, info fs.FileInfo, stat *syscall.Stat_t) error {
	if first, ok := c.copied[stat.Ino]; ok {
		return os.Link(first, to)
	}
	var err error
	switch mode := info.Mode(); {
	case mode.IsRegular():
		err = copyFile(from, to)
	case mode&fs.ModeSymlink != 0:
		var target string
		if target, err = os.Readlink(from); err == nil {
			err = os.Symlink(target, to)
		}
	case mode&(fs.ModeDevice|fs.ModeNamedPipe) != 0:
		err = unix.Mknod(to, stat.Mode, int(stat.Rdev))
	case mode&fs.ModeSocket != 0:
		return nil
	default:
		err = fmt.Errorf("%s: cannot copy a file of mode %s", from, mode)
	}
	if err != nil {
		return err
	}
	if stat.Nlink > 1 {
		c.copied[stat.Ino] = to
	}
	if err := setOwner(from, to, info, stat); err != nil {
		return err
	}
	return setTimes(to, stat)
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	_, err = out.ReadFrom(in)
	return err
}
