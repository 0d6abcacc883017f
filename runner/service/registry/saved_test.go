package registry

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/remote"
)

func TestSaveAndLoad(t *testing.T) {
	t.Parallel()
	r, host := serve(t)
	img := seeded(t, 16)
	push(t, host+"/cibench/app:1", img)
	push(t, host+"/cibench/app:cache", seeded(t, 17))
	dir := filepath.Join(t.TempDir(), "saved")
	want := r.Snapshot()
	if err := r.Save(want, dir); err != nil {
		t.Fatal(err)
	}
	later, host := serve(t)
	for range 2 { // the second finds the blobs there
		s, err := later.Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := later.Reset(s); err != nil {
			t.Fatal(err)
		}
	}
	got, err := remote.Image(ref(t, host+"/cibench/app:1"), remote.WithContext(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	check(t, got)
	if s := later.Snapshot(); s.Bytes() != want.Bytes() || digestOf(t, got) != digestOf(t, img) {
		t.Errorf("got %d bytes and %s, want %d and %s", s.Bytes(), digestOf(t, got), want.Bytes(), digestOf(t, img))
	}
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	r, host := serve(t)
	pushBlob(t, host, "cibench/app", "content")
	for name, tt := range map[string]struct {
		spoil func(dir string) error
		want  string
	}{
		"nothing": {os.RemoveAll, "no such file"},
		"a changed blob": {func(dir string) error {
			return os.WriteFile(filepath.Join(dir, sha("content").Hex), []byte("CONTENT"), 0o600)
		}, "has the digest"},
		"a missing blob": {func(dir string) error { return os.Remove(filepath.Join(dir, sha("content").Hex)) }, "no such file"},
		"another format": {func(dir string) error { return os.WriteFile(filepath.Join(dir, putsName), []byte("{}"), 0o600) }, "cannot unmarshal"},
	} {
		dir := filepath.Join(t.TempDir(), "saved")
		if err := r.Save(r.Snapshot(), dir); err != nil {
			t.Fatal(err)
		}
		// The saved blob is the registry's own file: what is spoilt is a copy.
		blob := filepath.Join(dir, sha("content").Hex)
		if err := os.Remove(blob); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(blob, []byte("content"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := tt.spoil(dir); err != nil {
			t.Fatal(err)
		}
		other, _ := serve(t)
		if _, err := other.Load(dir); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want an error with %q", name, err, tt.want)
		}
	}
}
