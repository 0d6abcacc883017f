package image

import (
	"strings"
	"testing"

	"github.com/cibench/cibench/runner/image/dockerfile"
	"github.com/cibench/cibench/scenarios"
)

func TestCarriable(t *testing.T) {
	t.Parallel()
	const namespace = "BUILDKIT_CACHE_MOUNT_NS"
	for _, tt := range []struct {
		run, want string
		args      map[string]string
	}{
		{"--mount=type=cache,target=/c one", "", nil},
		{"one", "no cache mount", nil},
		{"--mount=type=cache,target=/c,uid=1000 one", "the cache mount at /c has", nil},
		{"--mount=type=cache,target=/c,mode=0700 one", "the cache mount at /c has", nil},
		{"--mount=type=cache,target=/c,from=x one", "the cache mount at /c has", nil},
		{"--mount=type=cache,target=/c one", namespace, map[string]string{namespace: "a"}},
	} {
		f, err := dockerfile.Parse("Dockerfile", []byte("FROM x\nRUN "+tt.run), nil)
		if err != nil {
			t.Fatal(err)
		}
		err = carriable(f, scenarios.Variant{BuildArgs: tt.args})
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s, %v: got %v, want an error with %q", tt.run, tt.args, err, tt.want)
		}
	}
}
