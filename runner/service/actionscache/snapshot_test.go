package actionscache

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cibench/cibench/runner/service/actionscache/entry"
)

// seen returns what a job on the default branch finds.
func (r *rig) seen() string {
	r.t.Helper()
	var all []string
	for _, key := range []string{"a", "b", "c"} {
		if matched, content := r.as(onMain).content(key); matched != "" {
			all = append(all, matched+"="+content)
		}
	}
	return strings.Join(all, " ")
}

func (r *rig) reset(s Snapshot) {
	r.t.Helper()
	if err := r.Reset(s); err != nil {
		r.t.Fatal(err)
	}
}

func TestResetHidesAndRestores(t *testing.T) {
	t.Parallel()
	r := serve(t)
	r.save("a", "1")
	r.save("b", "2")
	kept := r.Snapshot()
	r.Delete(r.id("b"))
	r.save("b", "other")
	r.save("c", "3")
	after := r.Snapshot()
	if got, want := r.seen(), "a=1 b=other c=3"; got != want {
		t.Errorf("before: got %s, want %s", got, want)
	}
	link := r.find("a").field("signed_download_url")
	for _, tt := range []struct {
		name string
		s    Snapshot
		want string
	}{{"kept", kept, "a=1 b=2"}, {"empty", Snapshot{}, ""}, {"after", after, "a=1 b=other c=3"}, {"kept again", kept, "a=1 b=2"}} {
		r.reset(tt.s)
		if got := r.seen(); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
		if tt.s.Empty() != (tt.want == "") {
			t.Errorf("%s: Empty: got %t", tt.name, tt.s.Empty())
		}
	}
	if got := r.do("GET", link, ""); got.status != http.StatusForbidden {
		t.Errorf("a link from before a reset: got %d, want 403", got.status)
	}
}

// What no snapshot holds is gone from the disk after a reset, uploads too.
func TestResetSweeps(t *testing.T) {
	t.Parallel()
	r := serve(t)
	r.save("a", "1")
	kept := r.Snapshot()
	r.save("b", "2")
	upload := r.create("c")
	r.putBlock(upload, 1, "block")
	r.do("PUT", r.create("d"), "whole", whole)
	if archives, uploads := r.filesOnDisk(); archives != 2 || uploads != 2 {
		t.Errorf("before: got %d archives and %d uploads, want 2 and 2", archives, uploads)
	}
	r.reset(Snapshot{})
	if archives, uploads := r.filesOnDisk(); archives != 1 || uploads != 0 {
		t.Errorf("after: got %d archives and %d uploads, want 1 and 0", archives, uploads)
	}
	if got := r.putBlock(upload, 2, "block"); got.status != http.StatusForbidden {
		t.Errorf("an upload from before: got %d, want 403", got.status)
	}
	r.save("c", "after") // its key is free
	r.reset(kept)
	if got, want := r.seen(), "a=1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A state that is brought back after weeks is as old as it was.
func TestResetKeepsAges(t *testing.T) {
	t.Parallel()
	r := serve(t)
	r.save("a", "1")
	r.clock.advance(6 * 24 * time.Hour)
	kept := r.Snapshot()
	r.clock.advance(30 * 24 * time.Hour)
	r.reset(kept)
	held, err := r.List()
	if err != nil || len(held) != 1 || r.clock.now().Sub(held[0].Created) != 6*24*time.Hour {
		t.Errorf("got %+v %v, want one entry of 6 days", held, err)
	}
	r.clock.advance(25 * time.Hour)
	if got := r.seen(); got != "" {
		t.Errorf("a day later: got %s, want nothing", got)
	}
}

func TestSavedSnapshot(t *testing.T) {
	t.Parallel()
	r := serve(t)
	dir := filepath.Join(t.TempDir(), "states", "warm")
	for _, content := range []string{"first", "second"} { // saving again replaces
		r.reset(Snapshot{})
		r.save("a", content)
		r.clock.advance(time.Hour)
		r.save("b", content)
		r.content("a")
		r.save("gone", "content")
		r.clock.advance(time.Minute)
		r.Delete(r.id("gone"))
		if err := r.Save(r.Snapshot(), dir); err != nil {
			t.Fatal(err)
		}
	}
	saved, err := ReadSaved(dir)
	held := saved.Entries
	if err != nil || len(held) != 2 || held[0].Key != "a" || held[0].Size != 6 || held[0].Stored != 6 || held[0].Scope != "refs/heads/main" || saved.Taken.IsZero() {
		t.Errorf("ReadSaved: got %+v %v", held, err)
	}
	if g := saved.Gone; len(g) != 1 || g[0].Key != "gone" || g[0].Cause != entry.Deleted || g[0].At.Sub(g[0].Created) != time.Minute {
		t.Errorf("ReadSaved: got %+v gone, want the deleted one, a minute old", saved.Gone)
	}
	if content, err := os.ReadFile(held[1].File); err != nil || string(content) != "second" {
		t.Errorf("archive: got %q %v", content, err)
	}

	other := serve(t)
	other.save("c", "own")
	s, err := other.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := other.seen(), "c=own"; got != want {
		t.Errorf("loaded: got %s, want %s until the reset", got, want)
	}
	for range 2 {
		other.reset(s)
		if got, want := other.seen(), "a=second b=second"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		other.save("c", "again")
		other.Delete(other.id("a"))
	}
	if err := other.Truncate(other.id("b"), 1); err != nil {
		t.Fatal(err)
	}
	if _, err := serve(t).Load(dir); err != nil {
		t.Errorf("another cache changed what is saved: %v", err)
	}
}

func TestSavedSnapshotIsChecked(t *testing.T) {
	t.Parallel()
	r := serve(t)
	r.save("a", "content")
	held, err := r.List()
	if err != nil {
		t.Fatal(err)
	}
	name := held[0].Archive.Encoded()
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name  string
		spoil func(dir string) error
	}{
		{"other bytes", func(dir string) error {
			return errors.Join(os.Remove(filepath.Join(dir, name)), os.WriteFile(filepath.Join(dir, name), []byte("Content"), 0o600))
		}},
		{"no archive", func(dir string) error { return os.Remove(filepath.Join(dir, name)) }},
		{"no JSON", func(dir string) error { return os.WriteFile(filepath.Join(dir, manifestName), []byte("{"), 0o600) }},
		{"another format", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, manifestName), []byte(`{"format":2}`), 0o600)
		}},
		{"a path as digest", func(dir string) error {
			text := fmt.Sprintf(`{"format":1,"entries":[{"id":1,"key":"k","archive":"sha256:%s"}]}`, strings.Repeat("../", 20)+secret[1:])
			return os.WriteFile(filepath.Join(dir, manifestName), []byte(text), 0o600)
		}},
	} {
		dir := filepath.Join(t.TempDir(), "saved")
		if err := r.Save(r.Snapshot(), dir); err != nil {
			t.Fatal(err)
		}
		if err := tt.spoil(dir); err != nil {
			t.Fatal(err)
		}
		var corrupt *CorruptError
		if _, err := r.Load(dir); !errors.As(err, &corrupt) || !strings.Contains(corrupt.Hint(), dir) {
			t.Errorf("%s: got %v, want a *CorruptError that says what to delete", tt.name, err)
		}
	}
	if _, err := r.Load(t.TempDir()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("nothing saved: got %v, want os.ErrNotExist", err)
	}
	if err := r.Save(r.Snapshot(), filepath.Dir(secret)); err == nil {
		t.Error("a directory with other files was replaced")
	}
	if content, err := os.ReadFile(secret); err != nil || string(content) != "secret" {
		t.Errorf("got %q %v, want the file untouched", content, err)
	}
}

func TestResetOfForeignSnapshot(t *testing.T) {
	t.Parallel()
	a, b := serve(t), serve(t)
	a.save("a", "1")
	b.save("b", "2")
	if err := b.Reset(a.Snapshot()); err == nil {
		t.Error("got no error")
	}
	if got, want := b.seen(), "b=2"; got != want {
		t.Errorf("after the error: got %s, want %s", got, want)
	}
}

// TestSaveWhileReset has jobs save while the cache is reset again and again.
func TestSaveWhileReset(t *testing.T) {
	t.Parallel()
	r := serve(t)
	var wg sync.WaitGroup
	for i := range 4 {
		client := r.as(entry.Branch(fmt.Sprintf("refs/heads/%d", i), "refs/heads/main"))
		wg.Go(func() {
			for n := range 20 {
				// A save that a reset overtakes fails; nothing else is asked of it.
				key := fmt.Sprintf("k-%d", n)
				got := client.call("CreateCacheEntry", createRequest{key, "v"})
				if url := got.field("signed_upload_url"); url != "" {
					client.putBlock(url, 1, "content")
					client.putList(url, 1)
					client.finalize(key, 7)
					client.find(key, "k-")
				}
			}
		})
	}
	for range 30 {
		if err := r.Reset(r.Snapshot()); err != nil {
			t.Error(err)
		}
	}
	wg.Wait()
	r.reset(r.Snapshot())
	held, err := r.List()
	if err != nil {
		t.Errorf("an entry lost its archive: %v", err)
	}
	for _, h := range held {
		if content, err := os.ReadFile(h.File); err != nil || string(content) != "content" {
			t.Errorf("%s: got %q %v", h.Key, content, err)
		}
	}
	if _, uploads := r.filesOnDisk(); uploads != 0 {
		t.Errorf("%d uploads are left on disk", uploads)
	}
}

// What was evicted is remembered until the next Reset, and not for ever.
func TestGoneIsBounded(t *testing.T) {
	t.Parallel()
	r := serve(t) // of 1 MB
	r.save("a", strings.Repeat("a", 600_000))
	r.save("b", strings.Repeat("b", 600_000))
	gone := r.Snapshot().gone
	if len(gone) != 1 || gone[0].Key != "a" || gone[0].Cause != entry.Evicted {
		t.Errorf("got %+v gone, want a, evicted", gone)
	}
	for n := range mostGone + 10 {
		key := fmt.Sprint("n", n)
		r.save(key, "")
		r.Delete(r.id(key))
	}
	gone = r.Snapshot().gone
	if last := gone[len(gone)-1].Key; len(gone) != mostGone || last != fmt.Sprint("n", mostGone+9) {
		t.Errorf("got %d gone, the last %s, want the latest %d", len(gone), last, mostGone)
	}
	r.reset(r.Snapshot())
	if gone := r.Snapshot().gone; len(gone) != 0 {
		t.Errorf("after a reset: got %d gone", len(gone))
	}
}
