package registry

import (
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

func TestMirrorServesImage(t *testing.T) {
	t.Parallel()
	r, host := serve(t)
	img := onDisk(t, seeded(t, 1))
	if err := r.Add("library/python", "3.11-slim", img); err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{":3.11-slim", "@" + digestOf(t, img).String()} {
		got, err := remote.Image(ref(t, host+"/library/python"+s), remote.WithContext(t.Context()))
		if err != nil {
			t.Fatalf("pull %s: %v", s, err)
		}
		if got, want := digestOf(t, got), digestOf(t, img); got != want {
			t.Errorf("pull %s: got digest %s, want %s", s, got, want)
		}
		check(t, got)
	}
}

// TestMirrorCounts asks as BuildKit asks a mirror: by tag, then by digest,
// with the name of the registry that is mirrored.
func TestMirrorCounts(t *testing.T) {
	t.Parallel()
	r, host := serve(t)
	img := onDisk(t, seeded(t, 2))
	if err := r.Add(Mirrored("docker.io", "library/python"), "3.11-slim", img); err != nil {
		t.Fatal(err)
	}
	base := "http://" + host + "/v2/library/python/"
	before := r.Counters()
	do(t, "HEAD", base+"manifests/3.11-slim?ns=docker.io", "")
	do(t, "GET", base+"manifests/"+digestOf(t, img).String()+"?ns=docker.io", "")
	var size int64
	for _, l := range layers(t, img) {
		got := do(t, "GET", base+"blobs/"+digestOf(t, l).String()+"?ns=docker.io", "")
		if want := compressed(t, l); got.status != http.StatusOK || got.body != want {
			t.Fatalf("got status %d and %d bytes, want 200 and %d", got.status, len(got.body), len(want))
		}
		size += int64(len(got.body))
	}
	do(t, "HEAD", base+"blobs/"+digestOf(t, layers(t, img)[0]).String()+"?ns=docker.io", "")
	do(t, "GET", base+"manifests/nope", "")
	do(t, "PUT", base+"manifests/nope", "{}")
	got := r.Counters().Sub(before)
	want := Counters{Pull: Traffic{ManifestRequests: 4, BlobRequests: 3, BlobBytes: size, NotFound: 1, Errors: 1}}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// TestMirrorTellsHosts has one name on two hosts, which the mirror is asked
// for as BuildKit does, and by its own name as a named context does.
func TestMirrorTellsHosts(t *testing.T) {
	t.Parallel()
	r, host := serve(t)
	images := map[string]v1.Image{"docker.io": seeded(t, 8), "ghcr.io": seeded(t, 9), "127.0.0.1:5000": seeded(t, 10)}
	for from, img := range images {
		if err := r.Add(Mirrored(from, "x/y"), "1", img); err != nil {
			t.Fatal(err)
		}
	}
	base := "http://" + host + "/v2/"
	for from, img := range images {
		for _, path := range []string{"x/y/manifests/1?ns=" + from, Mirrored(from, "x/y") + "/manifests/1"} {
			if got, want := do(t, "HEAD", base+path, "").header.Get("Docker-Content-Digest"), digestOf(t, img).String(); got != want {
				t.Errorf("%s: got %s, want %s", path, got, want)
			}
		}
		blob := "x/y/blobs/" + digestOf(t, layers(t, img)[0]).String()
		if got := do(t, "HEAD", base+blob+"?ns="+from, "").status; got != http.StatusOK {
			t.Errorf("blob of %s: got status %d, want 200", from, got)
		}
		if got := do(t, "HEAD", base+blob+"?ns=quay.io", "").status; got != http.StatusNotFound {
			t.Errorf("blob of %s on another host: got status %d, want 404", from, got)
		}
	}
	for _, path := range []string{"x/y/manifests/1?ns=quay.io", "x/y/manifests/1?ns=../x", "x/y/manifests/1"} {
		if got := do(t, "HEAD", base+path, "").status; got != http.StatusNotFound {
			t.Errorf("%s: got status %d, want 404", path, got)
		}
	}
	if got := do(t, "GET", base+"x/y/tags/list?ns=ghcr.io", "").body; !strings.Contains(got, Mirrored("ghcr.io", "x/y")) {
		t.Errorf("tags: got %s", got)
	}
}

func TestMirrorReplacesTag(t *testing.T) {
	t.Parallel()
	r, host := serve(t)
	first, second := seeded(t, 3), seeded(t, 4)
	for _, img := range []v1.Image{first, second} {
		if err := r.Add("docker/dockerfile", "1.4", img); err != nil {
			t.Fatal(err)
		}
	}
	base := "http://" + host + "/v2/docker/dockerfile/manifests/"
	if got, want := do(t, "HEAD", base+"1.4", "").header.Get("Docker-Content-Digest"), digestOf(t, second).String(); got != want {
		t.Errorf("the tag: got %s, want %s", got, want)
	}
	if got := do(t, "HEAD", base+digestOf(t, first).String(), "").status; got != http.StatusOK {
		t.Errorf("the first image by digest: got status %d, want 200", got)
	}
}

func TestAddRefusesBadNames(t *testing.T) {
	t.Parallel()
	r, _ := serve(t)
	for _, name := range [][2]string{{"", "1"}, {"Library/x", "1"}, {"a/../b", "1"}, {"a", ""}, {"a", "x/y"}, {"a", "sha256:x"}, {PushPrefix + "app", "1"}} {
		if err := r.Add(name[0], name[1], seeded(t, 5)); err == nil {
			t.Errorf("Add(%q, %q): got no error", name[0], name[1])
		}
	}
}

func TestRanges(t *testing.T) {
	t.Parallel()
	r, host := serve(t)
	img := onDisk(t, seeded(t, 6))
	if err := r.Add("library/python", "x", img); err != nil {
		t.Fatal(err)
	}
	layer := layers(t, img)[0]
	whole := compressed(t, layer)
	url := "http://" + host + "/v2/library/python/blobs/" + digestOf(t, layer).String()
	for _, tt := range []struct {
		ask    string
		status int
		want   string
	}{
		{"bytes=0-9", http.StatusPartialContent, whole[:10]},
		{"bytes=100-", http.StatusPartialContent, whole[100:]},
		{"bytes=-5", http.StatusPartialContent, whole[len(whole)-5:]},
		{"bytes=" + strconv.Itoa(len(whole)) + "-", http.StatusRequestedRangeNotSatisfiable, ""},
	} {
		before := r.Counters()
		got := do(t, "GET", url, "", "Range: "+tt.ask)
		if got.status != tt.status || tt.want != "" && got.body != tt.want {
			t.Errorf("%s: got status %d and %d bytes, want %d and %d", tt.ask, got.status, len(got.body), tt.status, len(tt.want))
		}
		if got, want := r.Counters().Sub(before).Pull.BlobBytes, int64(len(tt.want)); got != want {
			t.Errorf("%s: counted %d bytes, want %d", tt.ask, got, want)
		}
	}
}

func TestPaths(t *testing.T) {
	t.Parallel()
	r, host := serve(t)
	img := seeded(t, 7)
	if err := r.Add("library/python", "x", img); err != nil {
		t.Fatal(err)
	}
	push(t, host+"/cibench/app:1", img)
	d := digestOf(t, layers(t, img)[0]).String()
	for path, want := range map[string]int{
		"/v2/":                                                   200,
		"/v2/library/python/tags/list":                           200,
		"/v2/library/python/manifests/x":                         200,
		"/v2/library/python/blobs/" + d:                          200,
		"/v2/cibench/app/blobs/" + d:                             200,
		"/":                                                      404,
		"/v2":                                                    404,
		"/v2/_catalog":                                           404,
		"/v2/library/python/manifests/":                          404,
		"/v2/library/python/manifests/y":                         404,
		"/v2/library/python/blobs/" + d + "/":                    404,
		"/v2/library/python/blobs/sha256:00":                     404,
		"/v2/library/python/blobs/uploads/":                      404,
		"/v2/library/other/blobs/" + d:                           404,
		"/v2/cibench/other/blobs/" + d:                           404,
		"/v2/cibench/../library/python/manifests/x":              404,
		"/v2/library/python/blobs/../../../../etc/passwd":        404,
		"/v2/library/python/blobs/sha256:..%2f..%2fetc%2fpasswd": 404,
		"/v2//library/python/manifests/x":                        404,
		"/v2/library%2fpython/manifests/x":                       200, // %2f is a slash
		"/v2/LIBRARY/python/manifests/x":                         404,
		"/v2/" + strings.Repeat("a", 256) + "/manifests/x":       404,
	} {
		if got := do(t, "GET", "http://"+host+path, ""); got.status != want {
			t.Errorf("GET %s: got status %d, want %d", path, got.status, want)
		}
	}
}

func TestListenBusyPort(t *testing.T) {
	t.Parallel()
	l, err := Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	_, err = Listen(port)
	var busy *PortError
	if !errors.As(err, &busy) {
		t.Fatalf("got %v, want a *PortError", err)
	}
	if !strings.Contains(busy.Hint(), strconv.Itoa(port)) {
		t.Errorf("the hint does not name port %d: %s", port, busy.Hint())
	}
}
