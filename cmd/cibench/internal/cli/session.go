package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"

	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/host"
	"github.com/cibench/cibench/runner/image"
	"github.com/cibench/cibench/runner/project"
	"github.com/cibench/cibench/runner/provision"
	"github.com/cibench/cibench/runner/service/link"
	"github.com/cibench/cibench/runner/service/pypi"
	"github.com/cibench/cibench/runner/service/registry"
	"github.com/cibench/cibench/runner/snapshot"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// session is what one run works with: the host's lock, the engine, the
// services and a lane for each job. Close undoes all of it.
type session struct {
	io     *IO
	cfg    *config
	study  *openedStudy
	frozen fs.FS // the study's directory, with the project as it was when the run began
	build  image.Builder
	say    func(string)

	engine   *engine.Engine
	images   *provision.Images
	states   *snapshot.Store
	index    *pypi.Index
	lock     studyLock
	packages *pypi.Store
	lanes    map[string]jobLane // by job
	ports    ports
	closers  []func() error
}

// openSession takes the host and opens everything that does not depend on the
// plan. What an earlier, killed run left in the engine is removed first.
func openSession(ctx context.Context, io *IO, cfg *config, study *openedStudy, builder image.Builder, runID string, say func(string)) (_ *session, err error) {
	s := &session{io: io, cfg: cfg, study: study, frozen: study.files, build: builder, say: say, lanes: map[string]jobLane{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	if err := os.MkdirAll(cfg.CacheDir, 0o755); err != nil {
		return nil, placeError("cache directory", err)
	}
	release, err := host.Lock(ctx, io.HostLock, "cibench run "+study.Name)
	if err != nil {
		return nil, err
	}
	s.onClose(release)
	if s.ports, err = openPorts(cfg); err != nil {
		return nil, err
	}
	s.onClose(s.ports.close)
	if s.engine, err = engine.Open(ctx, runID); err != nil {
		return nil, err
	}
	s.onClose(s.engine.Close)
	if err := s.engine.CheckLocal(); err != nil {
		return nil, err
	}
	if err := s.cleanUp(ctx); err != nil {
		return nil, err
	}
	s.images = &provision.Images{Dir: filepath.Join(cfg.CacheDir, "images"), Engine: s.engine, Say: say}
	s.states = &snapshot.Store{
		Dir: cfg.states(), Keep: cfg.Snapshots, Tasks: s.engine, Program: io.Program,
	}
	// A run that would fill the disk does not start.
	return s, host.CheckDisk(cfg.CacheDir, diskFailed)
}

// cleanUp removes what earlier, killed runs left. Temporary files of theirs that
// cannot be removed are in nobody's way but the disk's.
func (s *session) cleanUp(ctx context.Context) error {
	left, err := s.engine.Clean(ctx)
	if err != nil {
		return err
	}
	if n := left.Total(); n > 0 {
		s.say(fmt.Sprintf("removed %d containers, volumes, networks and images of an earlier run", n))
	}
	n, err := removeScratch(ctx, s.engine, s.io.Program)
	if n > 0 {
		s.say(fmt.Sprintf("removed %d scratch directories of earlier runs", n))
	}
	if err != nil && ctx.Err() == nil {
		s.say(fmt.Sprintf("cannot remove all that earlier runs left: %v", err))
	}
	return nil
}

func (s *session) onClose(f func() error) { s.closers = append(s.closers, f) }

// close undoes the session, last things first, and reports all that failed.
func (s *session) close() error {
	var errs []error
	for _, f := range slices.Backward(s.closers) {
		errs = append(errs, f())
	}
	s.closers = nil
	return errors.Join(errs...)
}

// serve starts the services, and a lane for each job of the plan with all that
// its trials need from outside.
func (s *session) serve(ctx context.Context, p plan.Plan, record bool) error {
	net := link.New(s.cfg.Network)
	scratch, err := engine.NewScratch()
	if err != nil {
		return err
	}
	s.onClose(scratch.Remove)
	if err := s.freeze(scratch.Dir); err != nil {
		return err
	}
	if err := s.openLanes(ctx, net, p, scratch.Dir); err != nil {
		return err
	}
	return s.serveIndex(ctx, net, record)
}

// freeze has the trials work on a copy of the project below dir, so that it can be
// edited while a run measures it.
func (s *session) freeze(dir string) error {
	if s.study.dir == "" { // it is in this program
		return nil
	}
	root := filepath.Join(dir, "study")
	copied := filepath.Join(root, filepath.FromSlash(s.study.Project))
	if err := os.MkdirAll(filepath.Dir(copied), 0o755); err != nil {
		return err
	}
	if _, err := project.Copy(s.study.Study, s.study.files, plan.Trial{State: scenarios.Cold}, copied); err != nil {
		return err
	}
	s.frozen = os.DirFS(root)
	if err := s.study.CheckProject(s.frozen); err != nil {
		return usageHint("run it again", "study %s: %w", s.study.Name, err)
	}
	return nil
}

func (s *session) serveRegistry(net *link.Link, dir string) (*registry.Registry, error) {
	reg, err := registry.New(dir)
	if err != nil {
		return nil, err
	}
	served := make(chan error, 1)
	go func() { served <- reg.Serve(net.Listener(link.Registry, s.ports.registry)) }()
	s.onClose(func() error { return errors.Join(reg.Close(), <-served) })
	return reg, nil
}

// serveIndex starts the index. It is last: the upstream may be what a base
// image's own pip names.
func (s *session) serveIndex(ctx context.Context, net *link.Link, record bool) error {
	store, err := pypi.OpenStore(filepath.Join(s.cfg.CacheDir, "index"))
	if err != nil {
		return err
	}
	s.onClose(store.Close)
	s.packages = store
	if s.lock, err = readLock(s.study, s.cfg.CacheDir); err != nil {
		return err
	}
	c := pypi.Config{Store: store, Cutoff: s.study.Index.Cutoff, Lock: s.lock.all()}
	if record {
		if c.Upstream, err = s.upstream(); err != nil {
			return err
		}
	}
	if _, err := store.Verify(ctx, c.Lock); err != nil {
		return err
	}
	if s.index, err = pypi.New(c); err != nil {
		return err
	}
	s.onClose(s.index.Close)
	if err := s.index.Preload(ctx); err != nil {
		return err
	}
	server := pypi.Serve(net.Listener(link.Index, s.ports.index), s.index)
	s.onClose(server.Close)
	for _, lane := range s.lanes {
		lane.UseIndex(s.index)
	}
	return nil
}

// upstream is the index that the machine's pip is configured with, else the
// one that the base image's own pip names.
func (s *session) upstream() (*pypi.Upstream, error) {
	url, err := pypi.ConfiguredIndex(s.io.Getenv, os.DirFS("/"))
	if err == nil && url == "" {
		url, err = s.imageIndex()
	}
	if err != nil {
		return nil, err
	}
	return pypi.NewUpstream(url, http.DefaultClient)
}

// imageIndex returns the index that the first base image with a pip names.
func (s *session) imageIndex() (string, error) {
	for _, job := range s.study.Jobs {
		if l, ok := s.lanes[job.Name]; ok {
			if url, err := l.Upstream(); err != nil || url != "" {
				return url, err
			}
		}
	}
	return "", errors.New("no base image has a pip that names an index")
}

// executors returns the lanes as the walker wants them.
func (s *session) executors() map[string]runner.Executor {
	m := map[string]runner.Executor{}
	for job, lane := range s.lanes {
		m[job] = lane
	}
	return m
}
