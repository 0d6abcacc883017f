package snapshot

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// setOwner gives to the owner, mode and extended attributes of from.
func setOwner(from, to string, info fs.FileInfo, stat *syscall.Stat_t) error {
	if err := os.Lchown(to, int(stat.Uid), int(stat.Gid)); err != nil {
		return err
	}
	if info.Mode()&fs.ModeSymlink == 0 {
		if err := os.Chmod(to, info.Mode()); err != nil {
			return err
		}
	}
	return copyAttributes(from, to)
}

func setTimes(path string, stat *syscall.Stat_t) error {
	times := []unix.Timespec{unix.Timespec(stat.Atim), unix.Timespec(stat.Mtim)}
	if err := unix.UtimesNanoAt(unix.AT_FDCWD, path, times, unix.AT_SYMLINK_NOFOLLOW); err != nil {
		return fmt.Errorf("set times of %s: %w", path, err)
	}
	return nil
}

// copyAttributes copies all extended attributes, the trusted ones by which
// overlayfs marks opaque directories among them.
func copyAttributes(from, to string) error {
	names, err := attribute(func(buf []byte) (int, error) { return unix.Llistxattr(from, buf) })
	if errors.Is(err, unix.ENOTSUP) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("list attributes of %s: %w", from, err)
	}
	for _, name := range bytes.Split(bytes.TrimSuffix(names, []byte{0}), []byte{0}) {
		if len(name) == 0 {
			continue
		}
		value, err := attribute(func(buf []byte) (int, error) { return unix.Lgetxattr(from, string(name), buf) })
		if err != nil {
			return fmt.Errorf("attribute %s of %s: %w", name, from, err)
		}
		if err := unix.Lsetxattr(to, string(name), value, 0); err != nil {
			return fmt.Errorf("set attribute %s of %s: %w", name, to, err)
		}
	}
	return nil
}

// attribute reads what get returns, of whatever length.
func attribute(get func([]byte) (int, error)) ([]byte, error) {
	for size := 256; ; size *= 4 {
		buf := make([]byte, size)
		n, err := get(buf)
		if errors.Is(err, unix.ERANGE) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return buf[:n], nil
	}
}
