package image

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/moby/buildkit/client"
	"github.com/moby/buildkit/util/entitlements"

	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/lane"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// frontendRef is the frontend of builds in the engine whose Dockerfile names
// none: the engine's own may be too old to be told where base images are.
const frontendRef = "docker.io/docker/dockerfile:1.4"

// embedded is what a build in the engine needs beside what every build does.
//
// The engine has no mirror of ours, and its cache is the user's: so all base
// images are named contexts, and cache mounts get a name of this trial's.
type embedded struct {
	owner     string          // of the label that the image carries
	namespace string          // of cache mounts
	others    map[string]bool // cache mounts that were there before priming, by id
}

// apply makes opt a build in the engine. The image stays in the engine under
// the name that it would have been pushed to.
func (e *embedded) apply(opt *client.SolveOpt, target string) {
	attrs := opt.FrontendAttrs
	attrs["label:"+engine.Label] = e.owner
	attrs["build-arg:BUILDKIT_CACHE_MOUNT_NS"] = e.namespace
	// The services listen on the host's loopback.
	attrs["force-network-mode"] = "host"
	opt.AllowedEntitlements = []string{string(entitlements.EntitlementNetworkHost)}
	opt.Exports = []client.ExportEntry{{Type: "moby", Attrs: map[string]string{"name": target}}}
}

// mounts returns the cache mounts that came up since the trial's priming
// began.
func (e *embedded) mounts(usage []*client.UsageInfo) []*client.UsageInfo {
	var since []*client.UsageInfo
	for _, u := range usage {
		if u.RecordType == client.UsageRecordTypeCacheMount && !e.others[u.ID] {
			since = append(since, u)
		}
	}
	return since
}

// owns tells whether a cache mount is of this trial beyond doubt: older
// engines do not say under which name they keep a mount.
func (e *embedded) owns(u *client.UsageInfo) bool {
	return strings.Contains(u.Description, `with id "`+e.namespace+"/")
}

// newEmbedded returns what a build in the engine needs for a trial.
func (l *Lane) newEmbedded(trial string) *embedded {
	return &embedded{owner: l.Engine.Owner(), namespace: "cibench-" + trial}
}

// prepareEmbedded is Prepare on the engine's own BuildKit. Each trial primes
// for itself: layers that are there already cost it nothing, and its cache
// mounts are as new as their names.
func (l *Lane) prepareEmbedded(ctx context.Context, v scenarios.Variant, t plan.Trial) error {
	if !l.Builder.reaches(t.State) {
		return &StateError{State: t.State}
	}
	// The user's cache outlives the run, so trials differ from those of all
	// runs before.
	t.ID = l.nonce + "-" + t.ID
	s, err := l.open(ctx, v, t)
	l.cur = s
	if err != nil {
		return err
	}
	s.build.embedded = l.newEmbedded(t.ID)
	s.build.target = repository(v) + ":" + t.ID
	s.volume = ""
	if s.builder, err = l.Engine.EmbeddedBuildKit(ctx); err != nil {
		return err
	}
	s.primed, err = l.primeEmbedded(ctx, s, t)
	if errors.As(err, &s.unprimed) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("prime %s: %w", v.Name, err)
	}
	if t.State == scenarios.BaseBump {
		if err := l.serveBases(v, t.ID); err != nil {
			return err
		}
	}
	s.counted, s.mark = l.count(), l.Index.Mark()
	return nil
}

// primeEmbedded builds the project as it is, with the trial's cache mounts.
func (l *Lane) primeEmbedded(ctx context.Context, s *session, t plan.Trial) (_ *primed, err error) {
	usage, err := s.builder.Client().DiskUsage(ctx)
	if err != nil {
		return nil, fmt.Errorf("builder: %w", err)
	}
	s.build.embedded.others = map[string]bool{}
	for _, u := range s.build.embedded.mounts(usage) {
		s.build.embedded.others[u.ID] = true
	}
	p, err := l.open(ctx, s.variant, plan.Trial{ID: t.ID + "-" + primeTrial, Variant: t.Variant, State: scenarios.Warm})
	defer func() { err = lane.Closed(err, os.RemoveAll(p.dir)) }()
	if err != nil {
		return nil, err
	}
	p.builder, p.build.embedded, p.build.target = s.builder, s.build.embedded, s.build.target
	p.counted, p.mark = l.count(), l.Index.Mark()
	if err := l.untimed(ctx, p); err != nil {
		return nil, err
	}
	note, err := l.look(ctx, p)
	// The trial's image takes the tag, and this one would stay without.
	return &primed{note: note}, errors.Join(err, l.Engine.RemoveImage(ctx, p.build.target))
}

// closeEmbedded removes what a trial left in the engine and is ours beyond
// doubt: its image, and the cache mounts that carry its name. Layers stay, as
// those of any build.
func (l *Lane) closeEmbedded(ctx context.Context, s *session) error {
	err := l.Engine.RemoveImage(ctx, s.build.target)
	if s.builder == nil {
		return err
	}
	c := s.builder.Client()
	usage, usageErr := c.DiskUsage(ctx)
	err = errors.Join(err, usageErr)
	for _, u := range s.build.embedded.mounts(usage) {
		if !s.build.embedded.owns(u) {
			continue
		}
		err = errors.Join(err, c.Prune(ctx, nil, client.PruneAll, client.WithFilter([]string{"id==" + u.ID})))
	}
	return errors.Join(err, s.builder.Close(ctx, 0))
}
