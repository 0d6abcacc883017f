package actionscache

import (
	"errors"
	"io"
	"os"
	"strings"
	"testing"
)

// A truncated archive is downloaded as if it were whole; other entries with the
// same archive and snapshots keep theirs.
func TestTruncate(t *testing.T) {
	t.Parallel()
	r := serve(t)
	r.save("a", "0123456789")
	r.save("b", "0123456789")
	r.save("c", "c")
	kept := r.Snapshot()
	if err := r.Truncate(r.id("a"), 4); err != nil {
		t.Fatal(err)
	}
	if got, want := r.seen(), "a=0123 b=0123456789 c=c"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	held, err := r.List()
	if err != nil || len(held) != 3 {
		t.Fatalf("got %v %v", held, err)
	}
	for _, h := range held {
		if h.Key == "a" && (h.Size != 10 || h.Stored != 4) {
			t.Errorf("got size %d and %d stored, want 10 and 4", h.Size, h.Stored)
		}
	}
	if err := r.Truncate(r.id("a"), 5); err == nil {
		t.Error("an archive of 4 bytes was truncated to 5")
	}
	if err := r.Truncate(99, 0); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no such entry: got %v, want os.ErrNotExist", err)
	}
	if err := r.Truncate(r.id("c"), 0); err != nil {
		t.Fatal(err)
	}
	short := r.Snapshot()
	r.reset(kept)
	if got, want := r.seen(), "a=0123456789 b=0123456789 c=c"; got != want {
		t.Errorf("restored: got %s, want %s", got, want)
	}
	r.reset(short)
	if got, want := r.seen(), "a=0123 b=0123456789 c="; got != want {
		t.Errorf("the truncated state: got %s, want %s", got, want)
	}
	if _, uploads := r.filesOnDisk(); uploads != 0 {
		t.Errorf("%d files are left of it", uploads)
	}
}

// TestRewrite has archives become longer ones, and writers that fail.
func TestRewrite(t *testing.T) {
	t.Parallel()
	r := serve(t)
	r.save("a", "0123")
	r.save("b", "0123")
	kept := r.Snapshot()
	double := func(to io.Writer, from io.ReadSeeker) error {
		for range 2 {
			if _, err := from.Seek(0, io.SeekStart); err != nil {
				return err
			}
			if _, err := io.Copy(to, from); err != nil {
				return err
			}
		}
		return nil
	}
	if err := r.Rewrite(r.id("a"), double); err != nil {
		t.Fatal(err)
	}
	if got, want := r.seen(), "a=01230123 b=0123"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	broken := errors.New("broken")
	err := r.Rewrite(r.id("b"), func(to io.Writer, _ io.ReadSeeker) error {
		_, err := io.WriteString(to, "half")
		return errors.Join(err, broken)
	})
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "rewrite entry") {
		t.Errorf("got %v, want the writer's error", err)
	}
	if got, want := r.seen(), "a=01230123 b=0123"; got != want {
		t.Errorf("after the error: got %s, want %s", got, want)
	}
	if _, uploads := r.filesOnDisk(); uploads != 0 {
		t.Errorf("%d files are left of it", uploads)
	}
	r.reset(kept)
	if got, want := r.seen(), "a=0123 b=0123"; got != want {
		t.Errorf("restored: got %s, want %s", got, want)
	}
}
