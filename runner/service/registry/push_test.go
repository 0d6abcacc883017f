package registry

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// pushBlob uploads in one POST and one PUT, as BuildKit does.
func pushBlob(t *testing.T, host, repo, content string) {
	t.Helper()
	base := "http://" + host
	start := do(t, "POST", base+"/v2/"+repo+"/blobs/uploads/", "")
	end := do(t, "PUT", base+start.header.Get("Location")+"?digest="+sha(content).String(), content)
	if start.status != http.StatusAccepted || end.status != http.StatusCreated {
		t.Fatalf("push blob: got status %d, then %d: %s", start.status, end.status, end.body)
	}
}

func TestPushAndPull(t *testing.T) {
	t.Parallel()
	r, host := serve(t)
	img := seeded(t, 11)
	push(t, host+"/cibench/app:1", img)
	got, err := remote.Image(ref(t, host+"/cibench/app:1"), remote.WithContext(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	check(t, got)
	c := r.Counters().Push
	if got, want := c.BytesPushed, r.Snapshot().Bytes(); c.BlobsPushed != 3 || got != want || c.Errors != 0 {
		t.Errorf("got %+v, want 3 blobs of %d bytes and no error", c, want)
	}
}

func TestPushIndex(t *testing.T) {
	t.Parallel()
	r, host := serve(t)
	index := mutate.AppendManifests(empty.Index, mutate.IndexAddendum{Add: seeded(t, 12)}, mutate.IndexAddendum{Add: seeded(t, 13)})
	to := ref(t, host+"/cibench/app:multi")
	if err := remote.WriteIndex(to, index, remote.WithContext(t.Context())); err != nil {
		t.Fatal(err)
	}
	kept := r.Snapshot()
	for _, s := range []Snapshot{{}, kept} {
		if err := r.Reset(s); err != nil {
			t.Fatal(err)
		}
	}
	got, err := remote.Index(to, remote.WithContext(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := got.IndexManifest()
	if err != nil || len(manifest.Manifests) != 2 {
		t.Fatalf("got %v and error %v, want 2 manifests", manifest, err)
	}
	for _, d := range manifest.Manifests {
		img, err := got.Image(d.Digest)
		if err != nil {
			t.Fatal(err)
		}
		check(t, img)
	}
}

func TestResetHidesAndRestores(t *testing.T) {
	t.Parallel()
	r, host := serve(t)
	old, young := seeded(t, 14), seeded(t, 15)
	push(t, host+"/cibench/app:1", old)
	kept := r.Snapshot()
	push(t, host+"/cibench/app:1", young)

	visible := func(img v1.Image) string {
		base := "http://" + host + "/v2/cibench/app/"
		return fmt.Sprint(
			do(t, "HEAD", base+"manifests/1", "").header.Get("Docker-Content-Digest") == digestOf(t, img).String(),
			do(t, "HEAD", base+"manifests/"+digestOf(t, img).String(), "").status,
			do(t, "HEAD", base+"blobs/"+digestOf(t, layers(t, img)[0]).String(), "").status,
			do(t, "GET", base+"blobs/"+digestOf(t, layers(t, img)[1]).String(), "").status)
	}
	see := func(when string, img v1.Image, want string) {
		t.Helper()
		if got := visible(img); got != want {
			t.Errorf("%s: got %s, want %s", when, got, want)
		}
	}
	reset := func(s Snapshot) {
		t.Helper()
		if err := r.Reset(s); err != nil {
			t.Fatal(err)
		}
	}
	see("pushed", young, "true 200 200 200")
	reset(kept)
	see("old after its reset", old, "true 200 200 200")
	see("young after the reset to old", young, "false 404 404 404")
	if files(t, r)[digestOf(t, layers(t, young)[0]).Hex] {
		t.Error("a blob that no snapshot holds is still on disk")
	}
	reset(Snapshot{})
	see("old after the empty reset", old, "false 404 404 404")
	if !r.Snapshot().Empty() || kept.Empty() {
		t.Errorf("Empty: got %t and %t, want true and false", r.Snapshot().Empty(), kept.Empty())
	}
	reset(kept)
	see("old restored", old, "true 200 200 200")
}

// A snapshot shares nothing with the states that come after it.
func TestSnapshotStaysAsTaken(t *testing.T) {
	t.Parallel()
	r, host := serve(t)
	for _, content := range []string{"a", "b", "c"} { // so that a slice of them has room left
		pushBlob(t, host, "cibench/app", content)
	}
	first := r.Snapshot()
	pushBlob(t, host, "cibench/app", "second")
	second := r.Snapshot()
	if err := r.Reset(first); err != nil {
		t.Fatal(err)
	}
	pushBlob(t, host, "cibench/app", "the third")
	for _, tt := range []struct {
		name    string
		s       Snapshot
		content string
	}{{"first", first, "abc"}, {"second", second, "abcsecond"}, {"third", r.Snapshot(), "abcthe third"}} {
		if got, want := tt.s.Bytes(), int64(len(tt.content)); got != want {
			t.Errorf("%s: got %d bytes, want %d", tt.name, got, want)
		}
	}
}

func TestResetOfForeignSnapshot(t *testing.T) {
	t.Parallel()
	a, host := serve(t)
	b, _ := serve(t)
	pushBlob(t, host, "cibench/app", "content")
	if err := b.Reset(a.Snapshot()); err == nil {
		t.Error("got no error")
	}
}

func TestMount(t *testing.T) {
	t.Parallel()
	r, host := serve(t)
	img := onDisk(t, seeded(t, 16))
	if err := r.Add("library/python", "x", img); err != nil {
		t.Fatal(err)
	}
	pushBlob(t, host, "cibench/a", "content")
	kept := r.Snapshot()
	mirrored := digestOf(t, layers(t, img)[0])
	for _, tt := range []struct {
		name, from string
		blob       v1.Hash
		state      Snapshot
		want       int
	}{
		{"from a repository that has it", "cibench/a", sha("content"), kept, http.StatusCreated},
		{"from one that does not", "cibench/none", sha("content"), kept, http.StatusAccepted},
		{"from no repository", "", sha("content"), kept, http.StatusAccepted},
		{"from the mirror", "library/python", mirrored, kept, http.StatusAccepted},
		{"of a hidden blob", "cibench/a", sha("content"), Snapshot{}, http.StatusAccepted},
	} {
		if err := r.Reset(tt.state); err != nil {
			t.Fatal(err)
		}
		before := r.Counters()
		got := do(t, "POST", "http://"+host+"/v2/cibench/b/blobs/uploads/?mount="+tt.blob.String()+"&from="+tt.from, "")
		if got.status != tt.want {
			t.Errorf("%s: got status %d, want %d", tt.name, got.status, tt.want)
		}
		seen := do(t, "HEAD", "http://"+host+"/v2/cibench/b/blobs/"+tt.blob.String(), "").status == http.StatusOK
		mounted := r.Counters().Sub(before).Push.BlobsMounted == 1
		if want := tt.want == http.StatusCreated; seen != want || mounted != want {
			t.Errorf("%s: visible %t, counted %t, want %t", tt.name, seen, mounted, want)
		}
	}
}

func TestManifestNeedsItsBlobs(t *testing.T) {
	t.Parallel()
	r, host := serve(t)
	img := seeded(t, 17)
	push(t, host+"/cibench/app:1", img)
	raw, err := img.RawManifest()
	if err != nil {
		t.Fatal(err)
	}
	const mediaType = "Content-Type: application/vnd.docker.distribution.manifest.v2+json"
	base := "http://" + host + "/v2/cibench/"
	for _, tt := range []struct {
		path, body string
		want       int
	}{
		{"app/manifests/2", string(raw), http.StatusCreated},
		{"other/manifests/1", string(raw), http.StatusNotFound},
		{"app/manifests/" + sha("x").String(), string(raw), http.StatusBadRequest},
		{"app/manifests/3", "{", http.StatusBadRequest},
		{"app/manifests/4", `{"layers":[{"digest":"sha256:../../x"}]}`, http.StatusBadRequest},
		{"app/manifests/5", strings.Repeat(" ", maxManifest+1), http.StatusRequestEntityTooLarge},
	} {
		got := do(t, "PUT", base+tt.path, tt.body, mediaType)
		if got.status != tt.want {
			t.Errorf("PUT %s: got status %d, want %d: %s", tt.path, got.status, tt.want, got.body)
		}
		location := ""
		if tt.want == http.StatusCreated {
			location = "/v2/cibench/app/manifests/" + digestOf(t, img).String()
		}
		if got.header.Get("Location") != location {
			t.Errorf("PUT %s: got location %q, want %q", tt.path, got.header.Get("Location"), location)
		}
	}
	if err := r.Reset(Snapshot{}); err != nil {
		t.Fatal(err)
	}
	if got := do(t, "PUT", base+"app/manifests/2", string(raw), mediaType); got.status != http.StatusNotFound {
		t.Errorf("after the reset: got status %d, want 404", got.status)
	}
}

// A manifest that breaks off is not one that is too large.
func TestManifestBreaksOff(t *testing.T) {
	t.Parallel()
	r, _ := serve(t)
	body := io.MultiReader(strings.NewReader("{"), iotest.ErrReader(io.ErrUnexpectedEOF))
	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest("PUT", "/v2/cibench/app/manifests/1", body))
	if w.Code != http.StatusInternalServerError || !r.Snapshot().Empty() {
		t.Errorf("got status %d: %s, want 500 and nothing kept", w.Code, w.Body)
	}
}

func TestPushWhileReset(t *testing.T) {
	t.Parallel()
	r, host := serve(t)
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			// A push that a reset overtakes fails; nothing else is asked of it.
			_ = remote.Write(ref(t, fmt.Sprintf("%s/cibench/app:%d", host, i)), seeded(t, int64(20+i)), remote.WithContext(t.Context()))
		})
	}
	for range 20 {
		if err := r.Reset(r.Snapshot()); err != nil {
			t.Error(err)
		}
	}
	wg.Wait()
	s := r.Snapshot()
	if err := r.Reset(s); err != nil {
		t.Errorf("the state that remains cannot be restored: %v", err)
	}
}
