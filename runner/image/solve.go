package image

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/moby/buildkit/client"
	"github.com/tonistiigi/fsutil"

	"github.com/cibench/cibench/scenarios"
)

// A build is one call of a builder: a project directory and what the job's
// command line would say.
type build struct {
	variant scenarios.Variant
	dir     string            // the project
	args    map[string]string // build arguments
	target  string            // the image to push, "host:port/repository:tag"

	frontend string            // image; "" for what the builder finds
	contexts map[string]string // image as the Dockerfile names it → image to take in its place

	imports, exports []client.CacheOptionsEntry

	embedded *embedded // nil on a daemon of ours
}

// run solves the build and sends every status message to the channel, which it
// closes. The error is BuildKit's own.
func (b build) run(ctx context.Context, c *client.Client, status chan *client.SolveStatus) error {
	opt, err := b.options()
	if err != nil {
		close(status)
		return err
	}
	_, err = c.Solve(ctx, nil, opt, status)
	return err
}

// options says what `docker buildx build --push` would: a context, the
// Dockerfile in it, and an image that is always exported and pushed, because
// without an exporter a cached build fetches nothing and looks faster than any
// build that somebody uses.
func (b build) options() (client.SolveOpt, error) {
	root := filepath.Join(b.dir, filepath.FromSlash(b.variant.Context))
	file := filepath.Join(b.dir, filepath.FromSlash(b.variant.Dockerfile))
	mounts := map[string]fsutil.FS{}
	for name, dir := range map[string]string{"context": root, "dockerfile": filepath.Dir(file)} {
		mount, err := fsutil.NewFS(dir)
		if err != nil {
			return client.SolveOpt{}, fmt.Errorf("build context: %w", err)
		}
		mounts[name] = mount
	}
	attrs := map[string]string{"filename": filepath.Base(file)}
	for name, value := range b.args {
		attrs["build-arg:"+name] = value
	}
	for image, served := range b.contexts {
		name, err := contextName(image)
		if err != nil {
			return client.SolveOpt{}, err
		}
		attrs["context:"+name] = "docker-image://" + served
	}
	opt := client.SolveOpt{
		Frontend:      "dockerfile.v0",
		FrontendAttrs: attrs,
		LocalMounts:   mounts,
		CacheImports:  b.imports,
		CacheExports:  b.exports,
		Exports: []client.ExportEntry{{
			Type: client.ExporterImage,
			Attrs: map[string]string{
				"name":              b.target,
				"push":              "true",
				"registry.insecure": "true",
			},
		}},
	}
	if b.frontend != "" {
		opt.Frontend = "gateway.v0"
		attrs["source"] = b.frontend
		attrs["cmdline"] = b.frontend // else the frontend would look for the one that the Dockerfile names
	}
	if b.embedded != nil {
		b.embedded.apply(&opt, b.target)
	}
	return opt, nil
}
