package cli

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"

	"github.com/cibench/cibench/runner/service/pypi"
	"github.com/cibench/cibench/scenarios/plan"
)

// readLock returns the study's lock with what later recordings on this machine
// added to it; nil when there is none.
func (s *session) readLock() (*pypi.Lock, error) {
	var lock *pypi.Lock
	if s.study.Index.Lock != "" {
		data, err := fs.ReadFile(s.study.files, path.Clean(s.study.Index.Lock))
		if err == nil {
			lock, err = pypi.ParseLock(bytes.NewReader(data))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, usage(fmt.Errorf("%s: %w", s.study.Index.Lock, err))
		}
	}
	data, err := os.ReadFile(s.addedLock())
	if errors.Is(err, fs.ErrNotExist) {
		return lock, nil
	}
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	added, err := pypi.ParseLock(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.addedLock(), err)
	}
	return lock.With(added.Entries()), nil
}

// addedLock is where the entries go that a built-in study's own lock lacks,
// for instance the wheels of another processor architecture.
func (s *session) addedLock() string {
	return filepath.Join(s.cfg.CacheDir, "locks", s.study.Name+"-"+runtime.GOARCH+".lock")
}

// record builds, untimed and once per study and set of images, what the trials
// will build, with an index that asks its upstream for what it lacks.
func (s *session) record(ctx context.Context, p plan.Plan) error {
	done := s.recordedMark(p)
	if _, err := os.Stat(done); err == nil {
		return nil
	}
	s.say("recording the packages that the trials need: untimed builds, once")
	for job, lane := range s.lanes {
		var trials []plan.Trial
		for _, t := range p.Trials {
			if t.Job == job {
				trials = append(trials, t)
			}
		}
		if err := lane.Record(ctx, trials); err != nil {
			return err
		}
	}
	if err := s.writeLock(); err != nil {
		return err
	}
	if err := s.index.Preload(ctx); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(done), 0o755); err != nil {
		return fmt.Errorf("recording: %w", err)
	}
	if err := os.WriteFile(done, nil, 0o644); err != nil {
		return fmt.Errorf("recording: %w", err)
	}
	return nil
}

// recordedMark is a file that exists once everything for these cells was
// recorded.
func (s *session) recordedMark(p plan.Plan) string {
	h := sha256.New()
	fmt.Fprintln(h, s.study.Digest, s.study.Index.Cutoff, runtime.GOARCH)
	for _, job := range s.study.Jobs {
		if lane := s.lanes[job.Name]; lane != nil {
			fmt.Fprintln(h, lane.ImageDigests())
		}
	}
	cells := map[string]bool{}
	for _, t := range p.Trials {
		cells[t.Job+"/"+t.Variant+"/"+string(t.State)] = true
	}
	fmt.Fprintln(h, cells) // fmt prints maps in the order of their keys
	return filepath.Join(s.cfg.CacheDir, "recorded", fmt.Sprintf("%s-%x", s.study.Name, h.Sum(nil)[:8]))
}

// writeLock adds what was recorded to the study's lock: to the study's own
// file where it is on disk and names one, else to this machine's.
func (s *session) writeLock() error {
	unlocked := s.index.Unlocked()
	if len(unlocked) == 0 {
		return nil
	}
	file := s.addedLock()
	if s.study.dir != "" && s.study.Index.Lock != "" {
		file = filepath.Join(s.study.dir, filepath.FromSlash(s.study.Index.Lock))
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("lock: %w", err)
	}
	var buf bytes.Buffer
	if _, err := s.lock.With(unlocked).WriteTo(&buf); err != nil {
		return fmt.Errorf("lock: %w", err)
	}
	tmp := file + ".new"
	if err := os.WriteFile(tmp, buf.Bytes(), 0o644); err != nil {
		return fmt.Errorf("lock: %w", err)
	}
	if err := os.Rename(tmp, file); err != nil {
		return fmt.Errorf("lock: %w", err)
	}
	s.say(fmt.Sprintf("locked %d more files in %s", len(unlocked), file))
	return nil
}
