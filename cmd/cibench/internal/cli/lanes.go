package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/runner/image"
	"github.com/cibench/cibench/runner/lane"
	"github.com/cibench/cibench/runner/service/actionscache"
	"github.com/cibench/cibench/runner/service/actionscache/entry"
	"github.com/cibench/cibench/runner/service/link"
	"github.com/cibench/cibench/runner/service/pypi"
	"github.com/cibench/cibench/runner/service/registry"
	"github.com/cibench/cibench/runner/venv"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// A jobLane is an executor with what a session does before the first trial.
type jobLane interface {
	runner.Executor
	Supply(ctx context.Context, variants []string) error
	Facts(ctx context.Context) (results.Environment, error)
	ImageDigests() []string
	Upstream() (string, error)
	UseIndex(*pypi.Index)
	Record(ctx context.Context, trials []plan.Trial) error
}

// openLanes starts the services of the lanes that the plan needs, and a lane
// for each of its jobs. Copies of projects go to dir.
func (s *session) openLanes(ctx context.Context, net *link.Link, p plan.Plan, dir string) error {
	var reg *registry.Registry
	var cache *actionscache.Cache
	var err error
	if s.needsCache(p) {
		if cache, err = s.serveCache(net, s.cfg.actionsCache(), time.Now); err != nil {
			return err
		}
	}
	for _, job := range s.study.Jobs {
		variants := variantsOf(p, job.Name)
		if len(variants) == 0 {
			continue
		}
		cfg := s.laneConfig(job, cache, dir)
		var l jobLane
		switch job.Lane {
		case scenarios.LaneImage:
			if reg == nil {
				reg, err = s.serveRegistry(net, filepath.Join(s.cfg.CacheDir, "pushed"))
			}
			if err == nil {
				l, err = s.imageLane(cfg, reg)
			}
		case scenarios.LaneVenv:
			l, err = s.venvLane(cfg, p.Trials)
		default:
			err = fmt.Errorf("job %s: no lane %q", job.Name, job.Lane)
		}
		if err == nil {
			err = l.Supply(ctx, variants)
		}
		if err != nil {
			return err
		}
		s.lanes[job.Name] = l
	}
	// With the daemon's image there, what a killed run left can be removed.
	if reg != nil && s.build == image.BuilderContainer {
		if err := s.states.DiscardAll(ctx); err != nil {
			return fmt.Errorf("remove what an earlier run left: %w", err)
		}
	}
	return nil
}

func (s *session) indexURL() string {
	return fmt.Sprintf("http://127.0.0.1:%d/simple/", s.cfg.IndexPort)
}

// needsCache tells whether some trial finds an Actions cache.
func (s *session) needsCache(p plan.Plan) bool {
	return slices.ContainsFunc(p.Trials, func(t plan.Trial) bool {
		v, _ := s.study.Variant(t.Job, t.Variant)
		return v.Workflow != "" || v.Cache.Keeps()
	})
}

// cacheURL is that of the Actions cache, as jobs want it.
func (s *session) cacheURL() string { return "http://" + s.ports.cache.Addr().String() + "/" }

// laneConfig is what the job's lane has in common with others.
func (s *session) laneConfig(job scenarios.Job, cache *actionscache.Cache, dir string) lane.Config {
	return lane.Config{
		Study: s.study.Study, Files: s.frozen, Job: job,
		Engine: s.engine, Images: s.images,
		IndexURL: s.indexURL(),
		Cache:    cache, CacheURL: s.cacheURL(),
		Program: s.io.Program, Dir: dir, Say: s.say,
	}
}

func (s *session) imageLane(cfg lane.Config, reg *registry.Registry) (jobLane, error) {
	return image.New(image.Config{
		Config: cfg, Snapshots: s.states,
		Registry: reg, Addr: fmt.Sprintf("127.0.0.1:%d", s.cfg.RegistryPort), Builder: s.build,
	})
}

func (s *session) venvLane(cfg lane.Config, trials []plan.Trial) (jobLane, error) {
	l, err := venv.New(venv.Config{
		Config: cfg, Trials: trials,
		States: filepath.Join(s.cfg.CacheDir, "jobs"), Keep: s.cfg.Snapshots,
	})
	if err != nil {
		return nil, err
	}
	s.onClose(l.Close)
	return l, nil
}

// serveCache starts the Actions cache. Its archives are on a listener of their
// own, as a network treats them apart from the API.
func (s *session) serveCache(net *link.Link, dir string, now func() time.Time) (*actionscache.Cache, error) {
	if err := os.RemoveAll(dir); err != nil { // with what the last run left there to be looked at
		return nil, fmt.Errorf("actions cache: %w", err)
	}
	cache, err := actionscache.New(actionscache.Config{
		Dir: dir, Limits: entry.GitHub(), Now: now, Archives: s.ports.archives.Addr().String(),
	})
	if err != nil {
		return nil, err
	}
	served := make(chan error, 2)
	go func() { served <- cache.Serve(net.Listener(link.ActionsCache, s.ports.cache)) }()
	go func() { served <- cache.Serve(net.Listener(link.ActionsArchives, s.ports.archives)) }()
	s.onClose(func() error {
		s.keepCache(cache)
		return errors.Join(cache.Close(), <-served, <-served)
	})
	return cache, nil
}

// variantsOf returns the variants of a job that the plan has trials of.
func variantsOf(p plan.Plan, job string) []string {
	var names []string
	for _, t := range p.Trials {
		if t.Job == job && !slices.Contains(names, t.Variant) {
			names = append(names, t.Variant)
		}
	}
	return names
}
