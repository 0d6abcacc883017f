package image

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/moby/buildkit/client"

	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/lane"
	"github.com/cibench/cibench/runner/service/actionscache"
	"github.com/cibench/cibench/runner/service/registry"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// primed is the state that one successful build of a variant left: the
// snapshot of its builder, which is empty when the builder is ephemeral, what
// it pushed, and its entries of the Actions cache.
type primed struct {
	key    string
	note   note
	pushed registry.Snapshot
	cached actionscache.Snapshot
}

// note is what priming saw, and what later trials are held against. It is kept
// with the snapshot.
type note struct {
	Files        lane.Files `json:"files"`        // served by the index
	FileBytes    int64      `json:"fileBytes"`    // of package files
	BaseBytes    int64      `json:"baseBytes"`    // of image blobs pulled
	MountBytes   int64      `json:"mountBytes"`   // in cache mounts afterwards
	BuilderBytes int64      `json:"builderBytes"` // in the builder afterwards
	Records      int        `json:"records"`      // cache records in the builder afterwards
	MountsKey    string     `json:"mountsKey"`    // of the entry with the carried mounts; "" when none are
}

const (
	noteFile   = "note.json"
	pushedDir  = "pushed"  // in the registry
	cachedDir  = "actions" // in the Actions cache
	primeTrial = "prime"
	// stateFormat changes when a snapshot of an older harness would differ.
	stateFormat = "3"
)

// prime returns the variant's primed state: the one of this run, a kept one
// with the same key, or a new one. A build that fails is tried once a run.
func (l *Lane) prime(ctx context.Context, v scenarios.Variant) (*primed, error) {
	p, err := l.primed.Get(v.Name, func() (*primed, error) {
		key := l.stateKey(v)
		p, err := l.kept(key, v)
		if err != nil { // a power cut may have left that
			l.Sayf("what is kept of %s cannot be read, and is made again: %v", v.Name, err)
		}
		if p != nil {
			return p, nil
		}
		l.Sayf("priming %s: one untimed build, kept for later runs", v.Name)
		return l.primeNew(ctx, key, v)
	})
	if err != nil {
		return nil, fmt.Errorf("prime %s: %w", v.Name, err)
	}
	return p, nil
}

// stateKey names everything that shapes a variant's primed state.
func (l *Lane) stateKey(v scenarios.Variant) string {
	images := map[string]string{}
	for _, img := range l.supplied[v.Name].images {
		images[img.Ref] = img.Digest
	}
	return fmt.Sprintf("%s-%s-%s", l.Study.Name, v.Name, lane.Key(
		stateFormat, l.Study.ProjectDigest, l.Job.Name, v.Setup(), l.daemonImage,
		l.IndexURL, l.Study.Index.Cutoff, l.Addr, images,
	))
}

// kept returns the snapshot of an earlier run, or nil when there is none.
func (l *Lane) kept(key string, v scenarios.Variant) (*primed, error) {
	dir, ok, err := l.Snapshots.Notes(key)
	if err != nil || !ok {
		return nil, err
	}
	p := &primed{key: key}
	data, err := os.ReadFile(filepath.Join(dir, noteFile))
	if err == nil {
		err = json.Unmarshal(data, &p.note)
	}
	if err == nil {
		p.pushed, err = l.Registry.Load(filepath.Join(dir, pushedDir))
	}
	if err == nil && v.Cache.Keeps() {
		p.cached, err = l.Cache.Load(filepath.Join(dir, cachedDir))
	}
	if err != nil {
		return nil, fmt.Errorf("kept state %s: %w", key, err)
	}
	return p, nil
}

func (l *Lane) primeNew(ctx context.Context, key string, v scenarios.Variant) (_ *primed, err error) {
	s, err := l.open(ctx, v, plan.Trial{ID: primeTrial + "-" + v.Name, Variant: v.Name, State: scenarios.Cold})
	defer func() {
		ctx, cancel := runner.Afterwards(ctx)
		defer cancel()
		err = lane.Closed(err, l.close(ctx, s))
	}()
	if err != nil {
		return nil, err
	}
	if err := l.bringBack(ctx, s, nil); err != nil {
		return nil, err
	}
	if err := l.start(ctx, s); err != nil {
		return nil, err
	}
	if err := l.untimed(ctx, s); err != nil {
		return nil, err
	}
	p := &primed{key: key}
	if p.note, err = l.look(ctx, s); err != nil {
		return nil, err
	}
	p.pushed = l.Registry.Snapshot()
	if v.Cache.Keeps() {
		p.cached = l.Cache.Snapshot()
	}
	return p, l.keep(ctx, s, p)
}

// keep makes a snapshot of what the session's build left.
func (l *Lane) keep(ctx context.Context, s *session, p *primed) error {
	// The state becomes a snapshot while nothing writes to it.
	if err := s.builder.Close(ctx, engine.Rest); err != nil {
		return err
	}
	s.builder = nil
	if s.variant.Persistence == scenarios.Ephemeral {
		if _, err := l.Snapshots.Create(ctx, s.volume); err != nil {
			return err
		}
	}
	return l.Snapshots.Save(ctx, p.key, s.volume, func(dir string) error {
		data, err := json.MarshalIndent(p.note, "", "  ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, noteFile), data, 0o600); err != nil {
			return err
		}
		err = l.Registry.Save(p.pushed, filepath.Join(dir, pushedDir))
		if err == nil && s.variant.Cache.Keeps() {
			err = l.Cache.Save(p.cached, filepath.Join(dir, cachedDir))
		}
		return err
	})
}

// look notes what a build used and left behind.
func (l *Lane) look(ctx context.Context, s *session) (note, error) {
	usage, err := s.builder.Client().DiskUsage(ctx)
	if err != nil {
		return note{}, fmt.Errorf("builder: %w", err)
	}
	used := l.count().sub(s.counted)
	n := note{
		Files:     lane.FilesSince(l.Index, s.mark),
		FileBytes: used.index.Files.Bytes,
		BaseBytes: used.registry.Pull.BlobBytes,
		Records:   len(usage),
	}
	if s.mounts != nil {
		n.MountsKey = s.mounts.keys.Primary
	}
	n.MountBytes, n.BuilderBytes = s.usageBytes(usage)
	return n, nil
}

// usageBytes returns the bytes in cache mounts and in the whole builder; in
// the engine's, where the rest is not ours, in the trial's cache mounts alone.
func (s *session) usageBytes(usage []*client.UsageInfo) (mounts, all int64) {
	if s.build.embedded != nil {
		usage = s.build.embedded.mounts(usage)
	}
	for _, u := range usage {
		all += u.Size
		if u.RecordType == client.UsageRecordTypeCacheMount {
			mounts += u.Size
		}
	}
	return mounts, all
}

// Record builds, untimed, what the trials will build, so that the index has
// everything before the first timed window. It is for an index that records.
func (l *Lane) Record(ctx context.Context, trials []plan.Trial) error {
	done := map[string]bool{}
	for _, t := range trials {
		v, err := l.Job.Variant(t.Variant)
		if err != nil {
			return err
		}
		if l.Builder == BuilderContainer {
			if _, err := l.prime(ctx, v); err != nil {
				return lane.WithLog(err)
			}
		}
		// Where the builder stays, and what is cached elsewhere, changes nothing of
		// which packages a Dockerfile installs.
		build := v.Dockerfile + " " + string(t.State)
		if done[build] || !t.State.MayInstallOther() {
			continue
		}
		done[build] = true
		l.Sayf("recording what %s needs in state %s", t.Variant, t.State)
		rec := t
		rec.ID = "record-" + t.ID
		if err := l.recordOne(ctx, rec); err != nil {
			return lane.WithLog(fmt.Errorf("record %s/%s: %w", t.Variant, t.State, err))
		}
	}
	return nil
}

func (l *Lane) recordOne(ctx context.Context, t plan.Trial) (err error) {
	defer func() {
		ctx, cancel := runner.Afterwards(ctx)
		defer cancel()
		err = errors.Join(err, l.Restore(ctx, t))
	}()
	if err := l.Prepare(ctx, t); err != nil {
		return err
	}
	if l.cur.unprimed != nil {
		return l.cur.unprimed
	}
	return l.untimed(ctx, l.cur)
}
