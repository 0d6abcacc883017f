package image

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/moby/buildkit/client"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/service/actionscache/entry"
	"github.com/cibench/cibench/runner/venv/workflow/glob"
	"github.com/cibench/cibench/scenarios"
)

// outside is what a trial's build keeps outside of its builder, beside the cache
// that BuildKit itself imports and exports: directories that go through the
// Actions cache from one builder to the next.
type outside struct {
	token  string   // of the Actions cache
	carry  string   // directory of what is carried; "" when nothing is
	layers *carried // of backend local
	mounts *carried // cache mounts
}

// mainBranch is the branch that builds are for. Builds of it see each other's
// entries.
const mainBranch = "refs/heads/main"

// cacheTag is the tag of the image that backend registry keeps its cache in.
const cacheTag = "buildcache"

// setOutside says where the session's build finds and leaves what outlives its
// builder. The trial's id makes keys that no other trial has.
func (l *Lane) setOutside(s *session, trial string) error {
	v := s.variant
	if !v.Cache.Keeps() {
		return nil
	}
	var err error
	if s.token, err = l.Cache.Token(entry.Branch(mainBranch, mainBranch)...); err != nil {
		return err
	}
	image := s.build.target
	switch v.Cache.Backend {
	case scenarios.BackendGHA:
		s.build.through("gha", map[string]string{"url_v2": l.CacheURL, "token": s.token}, v.Cache.Mode)
	case scenarios.BackendRegistry:
		ref := strings.TrimSuffix(image, tag) + cacheTag
		s.build.through("registry", map[string]string{"ref": ref, "registry.insecure": "true"}, v.Cache.Mode)
	case scenarios.BackendInline:
		s.build.imports = []client.CacheOptionsEntry{{Type: "registry", Attrs: map[string]string{"ref": image, "registry.insecure": "true"}}}
		s.build.exports = []client.CacheOptionsEntry{{Type: "inline"}}
	case scenarios.BackendLocal:
		s.layers = newCarried("layers", trial)
		s.build.exports = []client.CacheOptionsEntry{{Type: "local", Attrs: map[string]string{"mode": string(v.Cache.Mode)}}}
	}
	if v.Cache.MountsKey != "" {
		hash, err := hashFiles(glob.Tree{FS: os.DirFS(s.dir), Dir: s.dir}, v.Cache.MountsKey)
		if err != nil {
			return err
		}
		s.mounts = newCarried("mounts", hash)
	}
	if s.layers == nil && s.mounts == nil {
		return nil
	}
	s.carry = s.dir + "-carried"
	if err := os.Mkdir(s.carry, 0o755); err != nil {
		return fmt.Errorf("carried directories: %w", err)
	}
	// The path of a compressor must be without spaces.
	return os.Symlink(l.Program, filepath.Join(s.carry, programName))
}

// through imports from and exports to the same place.
func (b *build) through(kind string, place map[string]string, mode scenarios.ExportMode) {
	export := maps.Clone(place)
	export["mode"] = string(mode)
	b.imports = []client.CacheOptionsEntry{{Type: kind, Attrs: place}}
	b.exports = []client.CacheOptionsEntry{{Type: kind, Attrs: export}}
}

// The counters of what is kept outside.
const (
	CounterBuildCachePulled  = "build-cache.pulled.bytes" // from the registry, by backends registry and inline
	CounterBuildCacheBytes   = "build-cache.bytes"        // that BuildKit exported, as it is kept
	CounterMountArchiveBytes = "mounts.archive.bytes"     // the carried mounts, as they are kept
)

// outsideCounters returns the sizes of what the session's build left outside.
// Of backend inline none can be told: it is part of the image.
func (l *Lane) outsideCounters(ctx context.Context, s *session) ([]results.Sample, error) {
	var samples []results.Sample
	add := func(name string, size int64) {
		samples = append(samples, results.NewCounter(name, results.Bytes, size))
	}
	switch s.variant.Cache.Backend {
	case scenarios.BackendGHA:
		held, err := l.Cache.List()
		if err != nil {
			return nil, err
		}
		var size int64
		for _, h := range held {
			if s.mounts == nil || !strings.HasPrefix(h.Key, s.mounts.keys.Restore[0]) {
				size += h.Size
			}
		}
		add(CounterBuildCacheBytes, size)
	case scenarios.BackendRegistry:
		img, err := l.pushedImage(ctx, s.variant, cacheTag)
		if err != nil {
			return nil, err
		}
		size, err := fetchedBytes(img)
		if err != nil {
			return nil, err
		}
		add(CounterBuildCacheBytes, size)
	case scenarios.BackendLocal:
		add(CounterBuildCacheBytes, s.layers.archive())
	}
	if s.mounts != nil {
		add(CounterMountArchiveBytes, s.mounts.archive())
	}
	return samples, nil
}
