package image

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/moby/buildkit/client"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/image/trace"
	"github.com/cibench/cibench/runner/venv/cachestep"
	"github.com/cibench/cibench/runner/venv/workflow/cachekey"
	"github.com/cibench/cibench/runner/venv/workflow/glob"
	"github.com/cibench/cibench/scenarios"
)

// The phases of carrying cache mounts, each with its parts below it:
// "mount-restore.download", "mount-restore.inject", "mount-save.copy" and so
// on. Carrying a local build cache counts towards trace.CacheImport and
// trace.CacheExport.
const (
	MountRestore = "mount-restore"
	MountSave    = "mount-save"
)

const (
	programName = "cibench" // this program, in the directory of what is carried
	tempName    = "temp"
)

// carried is a directory that goes from one builder to the next as an entry of
// the Actions cache, by what actions/cache does at both ends of a job.
type carried struct {
	name            string // of the directory
	keys            cachekey.Keys
	restored, saved cachestep.Report
	downloads       int64 // requests in which the entry came
}

// newCarried carries a directory under a key that ends in what it depends on.
// Any older entry will do as well.
func newCarried(name, depends string) *carried {
	prefix := "Linux-" + name + "-"
	return &carried{name: name, keys: cachekey.Keys{Primary: prefix + depends, Restore: []string{prefix}}}
}

// archive is the size of the entry that the next build would find.
func (c *carried) archive() int64 {
	if c.saved.Entry != "" {
		return c.saved.Archive
	}
	return c.restored.Archive
}

// hashFiles is the function of workflows, on a project tree.
func hashFiles(project glob.Tree, patterns string) (string, error) {
	hash, err := project.Hash(patterns, glob.KeepLinks)
	if err == nil && hash == "" {
		err = fmt.Errorf("no file of the project matches %s", patterns)
	}
	if err != nil {
		return "", fmt.Errorf("key of carried mounts: %w", err)
	}
	return hash, nil
}

// checkTar finds out before the first trial that nothing can be carried. tar
// takes the command line of a compressor apart at spaces.
func (l *Lane) checkTar(v scenarios.Variant) error {
	if v.Cache.Backend != scenarios.BackendLocal && v.Cache.MountsKey == "" {
		return nil
	}
	if _, err := exec.LookPath("tar"); err != nil {
		return fmt.Errorf("what goes through the Actions cache is packed by tar: %w", err)
	}
	if strings.ContainsAny(l.Dir, " \t") {
		return fmt.Errorf("nothing can be carried by way of %q: set TMPDIR to a directory without spaces in its name", l.Dir)
	}
	return nil
}

// work does what a trial is timed for: the build, and what has to be carried
// before and after it.
func (l *Lane) work(ctx context.Context, s *session) error {
	if err := l.bringIn(ctx, s); err != nil {
		return err
	}
	if err := s.solve(ctx); err != nil {
		return err
	}
	return l.takeOut(ctx, s)
}

func (l *Lane) bringIn(ctx context.Context, s *session) error {
	if c := s.layers; c != nil {
		dir := s.place(c)
		if err := s.during(trace.CacheImport, c.name, func() error { return l.restoreCarried(ctx, s, c, trace.CacheImport) }); err != nil {
			return err
		}
		if c.restored.Matched != "" {
			s.build.imports = []client.CacheOptionsEntry{{Type: "local", Attrs: map[string]string{"src": dir}}}
		}
		s.build.exports[0].Attrs["dest"] = dir + "-new"
	}
	c := s.mounts
	if c == nil {
		return nil
	}
	return s.during(MountRestore, c.name, func() error {
		if err := l.restoreCarried(ctx, s, c, MountRestore); err != nil || c.restored.Matched == "" {
			return err
		}
		return s.during(MountRestore+".inject", c.name, func() error { return l.inject(ctx, s) })
	})
}

func (l *Lane) takeOut(ctx context.Context, s *session) error {
	if c := s.layers; c != nil {
		dir := s.place(c)
		if err := s.during(trace.CacheExport, c.name, func() error {
			// What is not moved away grows with each build.
			if err := errors.Join(os.RemoveAll(dir), os.Rename(dir+"-new", dir)); err != nil {
				return err
			}
			return l.saveCarried(ctx, s, c, trace.CacheExport)
		}); err != nil {
			return err
		}
	}
	c := s.mounts
	if c == nil || c.restored.Exact {
		return nil
	}
	return s.during(MountSave, c.name, func() error {
		if err := s.during(MountSave+".copy", c.name, func() error { return l.extract(ctx, s) }); err != nil {
			return err
		}
		return l.saveCarried(ctx, s, c, MountSave)
	})
}

// place is where a carried directory lies on this host.
func (s *session) place(c *carried) string { return filepath.Join(s.carry, c.name) }

func (l *Lane) restoreCarried(ctx context.Context, s *session, c *carried, phase string) error {
	var err error
	before := l.Cache.Counters()
	defer func() { c.downloads = l.Cache.Counters().Sub(before).Downloads.Requests }()
	c.restored, err = l.cacheStep(ctx, s, cachestep.Request{Op: cachestep.Restore, Paths: []string{c.name}, Keys: c.keys}, phase)
	return err
}

func (l *Lane) saveCarried(ctx context.Context, s *session, c *carried, phase string) error {
	var err error
	c.saved, err = l.cacheStep(ctx, s, cachestep.Request{Op: cachestep.Save, Paths: []string{c.name}, Keys: cachekey.Keys{Primary: c.keys.Primary}}, phase)
	return err
}

// cacheStep does one half of actions/cache, and takes its parts down as parts
// of the phase. Unlike the action it does not go on after what went wrong.
func (l *Lane) cacheStep(ctx context.Context, s *session, r cachestep.Request, phase string) (cachestep.Report, error) {
	report := cachestep.Step{
		URL: l.CacheURL, Token: s.token,
		Workspace: s.carry, Home: s.carry, Temp: filepath.Join(s.carry, tempName),
		Zstd: filepath.Join(s.carry, programName) + " " + cachestep.ZstdCommand,
		Log:  io.Discard,
	}.Run(ctx, r)
	for _, t := range report.Times() {
		s.took(phase+"."+string(t.Part), r.Paths[0], t.Start, t.Stop)
	}
	if trouble := report.Failure + report.Warning; trouble != "" {
		return report, errors.New(trouble)
	}
	return report, nil
}

// A carryError says that something was not carried, which is no fault of the
// project's build.
type carryError struct {
	name string
	err  error
}

func (e *carryError) Error() string { return "carry " + e.name + ": " + e.err.Error() }
func (e *carryError) Unwrap() error { return e.err }

// during does what is no part of the build, and takes down how long it took.
func (s *session) during(phase, name string, do func() error) error {
	start := time.Now()
	err := do()
	s.took(phase, name, start, time.Now())
	if broken := (*carryError)(nil); err == nil || errors.As(err, &broken) {
		return err
	}
	return &carryError{name, err}
}

func (s *session) took(phase, name string, from, to time.Time) {
	s.spans = append(s.spans, results.Span{
		Phase: phase, Step: "carry " + name, Name: name,
		Start: from.Sub(s.started).Seconds(), Stop: to.Sub(s.started).Seconds(),
	})
}
