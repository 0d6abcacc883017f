package actionscache

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/moby/buildkit/client"
	"github.com/moby/buildkit/client/llb"
	"github.com/opencontainers/go-digest"
	"github.com/tonistiigi/fsutil"

	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/engine/enginetest"
	"github.com/cibench/cibench/runner/service/actionscache/entry"
)

// A builder makes BuildKit daemons that were never used, and has them build
// with the cache.
type builder struct {
	t      *testing.T
	engine *engine.Engine
	image  string
	cache  *rig
	attrs  map[string]string // of type=gha
	source string            // the build's context
	fresh  int               // daemons made
}

// newBuilder has a context of one file of a few megabytes, which do not
// compress.
func newBuilder(t *testing.T, e *engine.Engine, image string, cache *rig, v2 bool) *builder {
	t.Helper()
	b := &builder{t: t, engine: e, image: image, cache: cache, source: t.TempDir()}
	b.attrs = map[string]string{"token": cache.token, "scope": "app"}
	if v2 {
		b.attrs["url_v2"] = cache.url + "/"
	} else {
		b.attrs["url"], b.attrs["version"] = cache.url+"/", "1"
	}
	b.write(1)
	return b
}

func (b *builder) write(seed byte) {
	b.t.Helper()
	data := make([]byte, 5<<20)
	rng := rand.NewChaCha8([32]byte{seed})
	rng.Read(data)
	if err := os.WriteFile(filepath.Join(b.source, "data"), data, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// steps returns a build of two stages: what the first one copies does not
// become part of the result as a layer.
func (b *builder) steps() (first, result llb.State) {
	first = llb.Scratch().File(llb.Copy(llb.Local("context"), "data", "/first"), llb.WithCustomName("first"))
	result = llb.Scratch().File(llb.Copy(first, "/first", "/data"), llb.WithCustomName("second")).
		File(llb.Mkfile("/note", 0o644, []byte("note")), llb.WithCustomName("third"))
	return first, result
}

// A built is what came of a build on a fresh daemon.
type built struct {
	files  map[string]string // of the result, by their SHA-256
	cached map[string]bool   // by step
	count  Counters
}

// build builds a state on a daemon of its own.
func (b *builder) build(state llb.State, opt client.SolveOpt) built {
	b.t.Helper()
	b.fresh++
	ctx := b.t.Context()
	volume := fmt.Sprintf("cibench-%s-%d", b.engine.Owner(), b.fresh)
	if err := b.engine.CreateVolume(ctx, volume, b.t.TempDir()); err != nil {
		b.t.Fatal(err)
	}
	d, err := b.engine.StartBuildKit(ctx, engine.DaemonConfig{Image: b.image, Volume: volume})
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() {
		ctx := context.WithoutCancel(ctx)
		for _, err := range []error{d.Close(ctx, engine.Rest), b.engine.RemoveVolume(ctx, volume)} {
			if err != nil {
				b.t.Error(err)
			}
		}
	}()
	def, err := state.Marshal(ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	mount, err := fsutil.NewFS(b.source)
	if err != nil {
		b.t.Fatal(err)
	}
	out := b.t.TempDir()
	opt.LocalMounts = map[string]fsutil.FS{"context": mount}
	opt.Exports = []client.ExportEntry{{Type: client.ExporterLocal, OutputDir: out}}
	status := make(chan *client.SolveStatus)
	cached := make(chan map[string]bool, 1)
	go func() { cached <- cachedSteps(status) }()
	before := b.cache.Counters()
	if _, err := d.Client().Solve(ctx, def, opt, status); err != nil {
		b.t.Fatal(err)
	}
	return built{files: sums(b.t, out), cached: <-cached, count: b.cache.Counters().Sub(before)}
}

// cachedSteps returns which steps were found in a cache. BuildKit takes the word
// back while it fetches the layer.
func cachedSteps(status <-chan *client.SolveStatus) map[string]bool {
	steps := map[string]bool{}
	for s := range status {
		for _, v := range s.Vertexes {
			if v.Completed != nil && slices.Contains([]string{"first", "second", "third"}, v.Name) {
				steps[v.Name] = steps[v.Name] || v.Cached
			}
		}
	}
	return steps
}

func sums(t *testing.T, dir string) map[string]string {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[f.Name()] = fmt.Sprintf("%x", sha256.Sum256(data))
	}
	return all
}

func (b *builder) exports(mode string) client.SolveOpt {
	attrs := maps.Clone(b.attrs)
	attrs["mode"] = mode
	return client.SolveOpt{CacheExports: []client.CacheOptionsEntry{{Type: "gha", Attrs: attrs}}}
}

func (b *builder) imports() client.SolveOpt {
	return client.SolveOpt{CacheImports: []client.CacheOptionsEntry{{Type: "gha", Attrs: b.attrs}}}
}

// checkBlobs compares each layer's entry, whose key has the digest, with its
// archive, and returns the bytes of them.
func (b *builder) checkBlobs() (size int64, blobs, indexes int) {
	b.t.Helper()
	held, err := b.cache.List()
	if err != nil {
		b.t.Fatal(err)
	}
	for _, h := range held {
		d, blob := strings.CutPrefix(h.Key, "buildkit-blob-1-")
		switch {
		case blob && digest.Digest(d) == h.Archive && h.Size == h.Stored:
			size += h.Size
			blobs++
		case strings.HasPrefix(h.Key, "index-app-1-"):
			indexes++
		default:
			b.t.Errorf("got entry %+v", h)
		}
	}
	return size, blobs, indexes
}

// TestBuildKit has BuildKit export a cache and import it again on a daemon that
// has nothing: then no step runs, and the result is the same, from the cache's
// bytes.
func TestBuildKit(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t)
	image := enginetest.Daemon(t, e)
	for name, v2 := range map[string]bool{"v2": true, "v1": false} {
		t.Run(name, func(t *testing.T) {
			cache := serveWith(t, Config{Dir: t.TempDir(), Limits: entry.GitHub(), Now: time.Now}, nil)
			b := newBuilder(t, e, image, cache, v2)
			first, result := b.steps()
			exported := b.build(result, b.exports("max"))
			size, blobs, indexes := b.checkBlobs()
			if blobs != 3 || indexes != 1 || size < 10<<20 {
				t.Errorf("exported: got %d blobs of %d bytes, %d indexes, want 3 blobs of over 10 MiB and one index", blobs, size, indexes)
			}
			if c := exported.count; c.Committed.Requests != 4 || c.Uploads.Bytes != c.Committed.Bytes || c.Hits+c.Fallbacks != 0 || c.Errors+c.Denied+c.Conflicts != 0 {
				t.Errorf("exported: got %+v", c)
			}

			imported := b.build(result, b.imports())
			if !maps.Equal(imported.files, exported.files) || len(imported.files) != 2 {
				t.Errorf("imported: got %v, want %v", imported.files, exported.files)
			}
			if !imported.cached["second"] || !imported.cached["third"] {
				t.Errorf("imported: got steps %v, want them cached", imported.cached)
			}
			// The first stage's layer is not fetched: the result does not have it.
			if c := imported.count; c.Downloads.Bytes < 5<<20 || c.Downloads.Bytes > size*6/10 || c.Uploads != (Count{}) || c.Errors+c.Denied != 0 {
				t.Errorf("imported: got %+v of %d bytes", c, size)
			}
			if stage := b.build(first, b.imports()); !stage.cached["first"] {
				t.Errorf("the first stage: got %v, want it cached, as the mode is max", stage.cached)
			}

			// The next export has other layers and another index, which is the one
			// that is found then.
			b.write(2)
			changed := b.build(result, b.exports("max"))
			if _, blobs, indexes := b.checkBlobs(); blobs != 6 || indexes != 2 {
				t.Errorf("exported again: got %d blobs and %d indexes, want 6 and 2", blobs, indexes)
			}
			if again := b.build(result, b.imports()); !again.cached["second"] || !maps.Equal(again.files, changed.files) || maps.Equal(again.files, exported.files) {
				t.Errorf("imported again: got steps %v, want them cached by the newer index", again.cached)
			}
		})
	}
}

// A job of another branch uses the default branch's cache and exports to its
// own; the default branch does not see that.
func TestBuildKitScopes(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t)
	image := enginetest.Daemon(t, e)
	cache := serveWith(t, Config{Dir: t.TempDir(), Limits: entry.GitHub(), Now: time.Now}, nil)
	dev := newBuilder(t, e, image, cache.as(onDev), true)
	_, result := dev.steps()
	dev.build(result, dev.exports("max"))
	onDefault := newBuilder(t, e, image, cache, true)
	onDefault.fresh = 10
	if got := onDefault.build(result, onDefault.imports()); got.cached["second"] || got.count.Hits+got.count.Fallbacks != 0 {
		t.Errorf("the default branch: got %v %+v, want nothing found", got.cached, got.count)
	}
	if got := dev.build(result, dev.imports()); !got.cached["second"] {
		t.Errorf("the branch itself: got %v, want a hit", got.cached)
	}
	if err := cache.Reset(Snapshot{}); err != nil {
		t.Fatal(err)
	}
	onDefault.build(result, onDefault.exports("max"))
	if got := dev.build(result, dev.imports()); !got.cached["second"] {
		t.Errorf("another branch after the default one's export: got %v, want a hit", got.cached)
	}
}
