package snapshot

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/containerd/containerd/v2/core/snapshots"
	"github.com/containerd/containerd/v2/core/snapshots/storage"
	"golang.org/x/sys/unix"
)

// A state is a builder's directory, laid out as BuildKit does.
type state struct {
	dir   string
	base  string // containerd's record of snapshots
	layer string // tree of a committed snapshot, relative to dir
	mount string // tree of an active one, as a cache mount has
}

const blobs = "runc-overlayfs/content/blobs/sha256"

var oldTime = time.Date(2020, 2, 3, 4, 5, 6, 789, time.UTC)

// newState makes a state with a file of each kind that a builder leaves.
func newState(t testing.TB, dir string) state {
	t.Helper()
	trees := "runc-overlayfs/snapshots/snapshots"
	s := state{dir: dir, base: filepath.Join(dir, "runc-overlayfs/snapshots/metadata.db")}
	s.mkdir(t, trees)
	var layer, mount storage.Snapshot
	s.record(t, func(ctx context.Context) (err error) {
		if layer, err = storage.CreateSnapshot(ctx, snapshots.KindActive, "step", ""); err != nil {
			return err
		}
		if _, err = storage.CommitActive(ctx, "step", "layer", snapshots.Usage{}); err != nil {
			return err
		}
		mount, err = storage.CreateSnapshot(ctx, snapshots.KindActive, "mount", "")
		return err
	})
	s.layer, s.mount = filepath.Join(trees, layer.ID, "fs"), filepath.Join(trees, mount.ID, "fs")

	s.write(t, "cache.db", "records")
	s.write(t, blobs+"/0a1b", "blob")
	s.write(t, "runc-overlayfs/content/ingest/1/data", "half a blob")
	for _, tree := range []string{s.layer, s.mount} {
		s.fill(t, tree)
	}
	return s
}

// fill writes a tree with a file of each kind.
func (s state) fill(t testing.TB, tree string) {
	t.Helper()
	name := func(elem ...string) string { return filepath.Join(append([]string{s.dir, tree}, elem...)...) }
	s.write(t, tree+"/lib/file", "text")
	s.write(t, tree+"/lib/run", "#!/bin/sh\n")
	s.write(t, tree+"/lib/empty", "")
	s.mkdir(t, tree+"/empty")
	must(t, os.Link(name("lib", "file"), name("lib", "same file")))
	must(t, os.Symlink("../nowhere", name("lib", "link")))
	must(t, unix.Mkfifo(name("lib", "pipe"), 0o640))
	must(t, unix.Setxattr(name("lib", "file"), "user.kind", []byte(strings.Repeat("x", 600)), 0))
	must(t, unix.Setxattr(name("lib"), "user.kind", nil, 0))
	must(t, os.Chmod(name("lib", "run"), 0o755|fs.ModeSetuid))
	must(t, os.Chmod(name("empty"), 0o750|fs.ModeSticky))
	if os.Geteuid() == 0 {
		must(t, os.Lchown(name("lib", "run"), 1234, 5678))
		must(t, os.Lchown(name("lib", "link"), 1234, 5678))
		must(t, os.Chmod(name("lib", "run"), 0o755|fs.ModeSetuid)) // the owner's change took it away
		must(t, unix.Mknod(name("lib", "gone"), unix.S_IFCHR, 0))
		must(t, unix.Setxattr(name("empty"), "trusted.overlay.opaque", []byte("y"), 0))
	}
	for _, file := range []string{"lib/file", "lib/run", "lib/pipe", "lib", "empty", ""} {
		must(t, os.Chtimes(name(file), oldTime, oldTime))
	}
}

func (s state) mkdir(t testing.TB, name string) {
	t.Helper()
	must(t, os.MkdirAll(filepath.Join(s.dir, name), 0o755))
}

func (s state) write(t testing.TB, name, text string) {
	t.Helper()
	s.mkdir(t, filepath.Dir(name))
	must(t, os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o644))
}

// listen leaves a socket such as a daemon's.
func (s state) listen(t testing.TB, name string) {
	t.Helper()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(s.dir, name)})
	must(t, err)
	l.SetUnlinkOnClose(false)
	must(t, l.Close())
}

// record changes what containerd's record says.
func (s state) record(t testing.TB, change func(ctx context.Context) error) {
	t.Helper()
	ms, err := storage.NewMetaStore(s.base)
	must(t, err)
	defer ms.Close()
	must(t, ms.WithTransaction(t.Context(), true, change))
}

// describe tells everything of each file below dir: its kind, mode, owner, time
// of change, device, target, attributes, content, and the first name of its
// inode.
func describe(t testing.TB, dir string) map[string]string {
	t.Helper()
	files, first := map[string]string{}, map[uint64]string{}
	must(t, filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		must(t, err)
		rel, err := filepath.Rel(dir, path)
		must(t, err)
		var st syscall.Stat_t
		must(t, syscall.Lstat(path, &st))
		text := fmt.Sprintf("mode %o owner %d:%d mtime %d.%d device %d", st.Mode, st.Uid, st.Gid, st.Mtim.Sec, st.Mtim.Nsec, st.Rdev)
		if st.Mode&syscall.S_IFMT != syscall.S_IFDIR {
			if first[st.Ino] == "" {
				first[st.Ino] = rel
			}
			text += " first " + first[st.Ino]
		}
		switch st.Mode & syscall.S_IFMT {
		case syscall.S_IFREG:
			data, err := os.ReadFile(path)
			must(t, err)
			text += fmt.Sprintf(" content %x", sha256.Sum256(data))
		case syscall.S_IFLNK:
			target, err := os.Readlink(path)
			must(t, err)
			text += " target " + target
		}
		files[rel] = text + attributes(t, path)
		return nil
	}))
	return files
}

func attributes(t testing.TB, path string) string {
	t.Helper()
	buf := make([]byte, 4096)
	n, err := unix.Llistxattr(path, buf)
	must(t, err)
	names := strings.Split(string(buf[:n]), "\x00")
	slices.Sort(names)
	var text string
	for _, name := range names {
		if name == "" {
			continue
		}
		value := make([]byte, 4096)
		n, err := unix.Lgetxattr(path, name, value)
		must(t, err)
		text += fmt.Sprintf(" %s=%q", name, value[:n])
	}
	return text
}

// diff returns how got differs from want, a line for each file.
func diff(got, want map[string]string) string {
	var lines []string
	for name := range want {
		if got[name] != want[name] {
			lines = append(lines, fmt.Sprintf("%s:\n  got  %s\n  want %s", name, got[name], want[name]))
		}
	}
	for name := range got {
		if want[name] == "" {
			lines = append(lines, fmt.Sprintf("%s:\n  got  %s\n  want nothing", name, got[name]))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func inode(t testing.TB, path string) uint64 {
	t.Helper()
	var st syscall.Stat_t
	must(t, syscall.Lstat(path, &st))
	return st.Ino
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
