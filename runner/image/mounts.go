package image

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/moby/buildkit/client"
	"github.com/moby/buildkit/client/llb"
	"github.com/tonistiigi/fsutil"

	"github.com/cibench/cibench/runner/image/dockerfile"
	"github.com/cibench/cibench/scenarios"
)

// carrierRef is the image in which the content of mounts is copied.
const carrierRef = "docker.io/library/busybox:1"

// pruneMounts clears the cache mounts of the session's builder.
func (s *session) pruneMounts(ctx context.Context) (err error) {
	s.pruned = s.before
	if err := s.builder.Client().Prune(ctx, nil, client.PruneAll, client.WithFilter([]string{"type==exec.cachemount"})); err != nil {
		return fmt.Errorf("builder: %w", err)
	}
	if s.before, err = s.builder.Client().DiskUsage(ctx); err != nil {
		return fmt.Errorf("builder: %w", err)
	}
	return nil
}

// inject fills the cache mounts of a new builder with what was carried, as
// buildkit-cache-dance does: by a build of its own.
func (l *Lane) inject(ctx context.Context, s *session) error {
	source, err := fsutil.NewFS(s.place(s.mounts))
	if err != nil {
		return fmt.Errorf("carried mounts: %w", err)
	}
	mounts := l.supplied[s.variant.Name].file.CacheMounts()
	run := copying(mounts, func(i int) string { return fmt.Sprintf("cp -a /carried/%d/. /mount/%d/", i, i) },
		llb.AddMount("/carried", llb.Local("carried"), llb.Readonly))
	return l.aside(ctx, s, run.Root(), client.SolveOpt{LocalMounts: map[string]fsutil.FS{"carried": source}})
}

// extract copies the content of the builder's cache mounts to this host.
func (l *Lane) extract(ctx context.Context, s *session) error {
	dir := s.place(s.mounts)
	if err := os.RemoveAll(dir); err != nil { // of what was injected, which the mounts still hold
		return err
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	mounts := l.supplied[s.variant.Name].file.CacheMounts()
	run := copying(mounts, func(i int) string { return fmt.Sprintf("mkdir /carried/%d && cp -a /mount/%d/. /carried/%d/", i, i, i) })
	return l.aside(ctx, s, run.AddMount("/carried", llb.Scratch()), client.SolveOpt{
		Exports: []client.ExportEntry{{Type: client.ExporterLocal, OutputDir: dir}},
	})
}

// copying runs a command for each cache mount, which is at /mount/0 and so on.
func copying(mounts []dockerfile.CacheMount, command func(i int) string, opts ...llb.RunOption) llb.ExecState {
	var script []string
	for i, m := range mounts {
		script = append(script, command(i))
		// The builder's name is the frontend's, whose namespace is empty.
		opts = append(opts, llb.AddMount(fmt.Sprintf("/mount/%d", i), llb.Scratch(), llb.AsPersistentCacheDir("/"+m.ID, llb.CacheMountShared)))
	}
	// No step is asked to ignore the cache: that empties the mounts it uses. On a
	// new builder it is new anyway.
	opts = append(opts, llb.Args([]string{"/bin/sh", "-c", strings.Join(script, " && ")}))
	return llb.Image(carrierRef).Run(opts...)
}

// aside solves what is no part of the project's build.
func (l *Lane) aside(ctx context.Context, s *session, state llb.State, opt client.SolveOpt) error {
	def, err := state.Marshal(ctx)
	if err != nil {
		return err
	}
	_, err = s.builder.Client().Solve(ctx, def, opt, nil)
	return err
}

// carriable tells whether every cache mount of the Dockerfile can be carried. A
// builder keeps a mount that is made from something, or for a user, under a name
// of its own.
func carriable(f *dockerfile.File, v scenarios.Variant) error {
	mounts := f.CacheMounts()
	if len(mounts) == 0 {
		return errors.New("there is no cache mount to carry")
	}
	for _, m := range mounts {
		if m.Based {
			return fmt.Errorf("the cache mount at %s has from, uid, gid or mode, and such mounts are not carried", m.Target)
		}
	}
	if _, ok := v.BuildArgs["BUILDKIT_CACHE_MOUNT_NS"]; ok {
		return errors.New("cache mounts with a namespace (BUILDKIT_CACHE_MOUNT_NS) are not carried")
	}
	return nil
}
