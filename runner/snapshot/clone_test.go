package snapshot

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containerd/containerd/v2/core/snapshots"
	"github.com/containerd/containerd/v2/core/snapshots/storage"
)

// TestClone runs in a directory whose name has a meaning as a pattern.
func TestClone(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "[a] b*")
	src, dst := newState(t, filepath.Join(dir, "src")), filepath.Join(dir, "dst")
	before := describe(t, src.dir)
	src.listen(t, "buildkitd.sock") // in the clone it would be of no use
	must(t, os.Chtimes(src.dir, oldTime, oldTime))
	before["."] = describe(t, src.dir)["."]

	must(t, Clone(t.Context(), src.dir, dst))
	if d := diff(describe(t, dst), before); d != "" {
		t.Errorf("the clone differs:\n%s", d)
	}
	for _, tt := range []struct {
		name   string
		shared bool
	}{
		{blobs + "/0a1b", true},
		{src.layer + "/lib/file", true},
		{src.layer + "/lib/link", true},
		{src.mount + "/lib/file", false},
		{src.mount + "/lib/link", false},
		{"runc-overlayfs/snapshots/metadata.db", false},
		{"runc-overlayfs/content/ingest/1/data", false},
		{"cache.db", false},
	} {
		got := inode(t, filepath.Join(dst, tt.name)) == inode(t, filepath.Join(src.dir, tt.name))
		if got != tt.shared {
			t.Errorf("%s: shared with the source: got %v, want %v", tt.name, got, tt.shared)
		}
	}
}

// TestCloneIsolates does to a clone what builds do.
func TestCloneIsolates(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	src := newState(t, filepath.Join(dir, "src"))
	clone := src
	clone.dir = filepath.Join(dir, "dst")
	clone.base = filepath.Join(clone.dir, "runc-overlayfs/snapshots/metadata.db")
	must(t, Clone(t.Context(), src.dir, clone.dir))
	before := describe(t, src.dir)

	clone.record(t, func(ctx context.Context) error {
		_, err := storage.CreateSnapshot(ctx, snapshots.KindActive, "another", "layer")
		return err
	})
	for _, name := range []string{"cache.db", clone.mount + "/lib/same file", clone.mount + "/lib/new"} {
		clone.write(t, name, "written by a build")
	}
	for _, name := range []string{blobs + "/0a1b", clone.layer, clone.mount + "/lib/run"} {
		must(t, os.RemoveAll(filepath.Join(clone.dir, name)))
	}
	if d := diff(describe(t, src.dir), before); d != "" {
		t.Errorf("the source was changed through its clone:\n%s", d)
	}
}

// TestCloneWithoutRecord clones states of which no snapshot is known to be
// committed: none of their trees may be shared.
func TestCloneWithoutRecord(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(t *testing.T, s state){
		"missing": func(t *testing.T, s state) { must(t, os.Remove(s.base)) },
		// So it is between a daemon's start and its first build.
		"empty": func(t *testing.T, s state) {
			must(t, os.Remove(s.base))
			s.record(t, func(context.Context) error { return nil })
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			src, dst := newState(t, filepath.Join(dir, "src")), filepath.Join(dir, "dst")
			spoil(t, src)
			must(t, Clone(t.Context(), src.dir, dst))
			if d := diff(describe(t, dst), describe(t, src.dir)); d != "" {
				t.Errorf("the clone differs:\n%s", d)
			}
			file := src.layer + "/lib/file"
			if inode(t, filepath.Join(dst, file)) == inode(t, filepath.Join(src.dir, file)) {
				t.Errorf("%s is shared, but nothing says that it is committed", file)
			}
		})
	}
}

// TestCloneOfAnotherTree copies what only looks like BuildKit's blobs.
func TestCloneOfAnotherTree(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	src, dst, file := filepath.Join(dir, "src"), filepath.Join(dir, "dst"), "home/content/blobs/a/b"
	must(t, os.MkdirAll(filepath.Dir(filepath.Join(src, file)), 0o755))
	must(t, os.WriteFile(filepath.Join(src, file), []byte("text"), 0o644))
	must(t, Clone(t.Context(), src, dst))
	if inode(t, filepath.Join(dst, file)) == inode(t, filepath.Join(src, file)) {
		t.Errorf("%s is shared, and anybody may write to it", file)
	}
}

func TestCloneRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	src := newState(t, filepath.Join(dir, "src"))
	ended, end := context.WithCancel(t.Context())
	end()
	must(t, os.Mkdir(filepath.Join(dir, "taken"), 0o755))
	bad := newState(t, filepath.Join(dir, "bad"))
	must(t, os.WriteFile(bad.base, []byte(strings.Repeat("no database", 1000)), 0o600))
	for _, tt := range []struct {
		name     string
		ctx      context.Context
		src, dst string
		want     error // nil: any
	}{
		{"dst exists", t.Context(), src.dir, filepath.Join(dir, "taken"), fs.ErrExist},
		{"no src", t.Context(), filepath.Join(dir, "none"), filepath.Join(dir, "1"), fs.ErrNotExist},
		{"interrupted", ended, src.dir, filepath.Join(dir, "2"), context.Canceled},
		{"broken record", t.Context(), bad.dir, filepath.Join(dir, "3"), nil},
	} {
		err := Clone(tt.ctx, tt.src, tt.dst)
		if err == nil || tt.want != nil && !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, err, tt.want)
		}
	}
	if left, err := os.ReadDir(filepath.Join(dir, "taken")); err != nil || len(left) > 0 {
		t.Errorf("a refused clone wrote: %v %v", left, err)
	}
}

// BenchmarkClone clones a state in which layers and blobs outweigh a cache
// mount as they do after a build, and compares with copying all of it.
func BenchmarkClone(b *testing.B) {
	dir := b.TempDir()
	src := newState(b, filepath.Join(dir, "src"))
	block := strings.Repeat("0123456789abcdef", 1<<10) // 16 KiB
	for i := range 2000 {
		src.write(b, fmt.Sprintf("%s/lib/%d/%d", src.layer, i%40, i), block)
	}
	for i := range 20 {
		src.write(b, fmt.Sprintf("%s/%d", blobs, i), strings.Repeat(block, 64))
	}
	for i := range 100 {
		src.write(b, fmt.Sprintf("%s/http-v2/%d", src.mount, i), block)
	}
	plain := newState(b, filepath.Join(dir, "plain"))
	must(b, os.RemoveAll(plain.dir))
	must(b, Clone(b.Context(), src.dir, plain.dir))
	// Without the record and outside the content store, nothing is shared.
	must(b, os.Remove(plain.base))
	must(b, os.Rename(filepath.Join(plain.dir, "runc-overlayfs/content"), filepath.Join(plain.dir, "content")))

	perClone := map[string]float64{}
	for _, bb := range []struct{ name, src string }{{"share", src.dir}, {"copy", plain.dir}} {
		b.Run(bb.name, func(b *testing.B) {
			dst := filepath.Join(b.TempDir(), "dst")
			for b.Loop() {
				must(b, Clone(b.Context(), bb.src, dst))
				b.StopTimer()
				must(b, os.RemoveAll(dst))
				b.StartTimer()
			}
			perClone[bb.name] = b.Elapsed().Seconds() / float64(b.N)
			if bb.name == "copy" && perClone["share"] > 0 {
				b.ReportMetric(perClone["copy"]/perClone["share"], "copy/share")
			}
		})
	}
}
