package venv

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/google/renameio/v2"

	"github.com/cibench/cibench/runner/lane"
	"github.com/cibench/cibench/runner/service/actionscache"
	"github.com/cibench/cibench/runner/snapshot"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// stateFormat changes when what an older harness kept would differ.
const stateFormat = "3"

// Below Config.States is for each key a directory with these, and beside them
// the notes of clean runs on changed trees.
const (
	entriesDir = "entries"   // what the cache held
	primedNote = "note.json" // written last: without it, the rest is nothing
)

// stateKey names everything that shapes what the variant's job leaves.
func (l *Lane) stateKey(ctx context.Context, v scenarios.Variant) (string, error) {
	digest, err := l.imageDigest(ctx, v, plan.Trial{State: scenarios.Cold})
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s-%s-%s", l.Study.Name, v.Name, lane.Key(
		stateFormat, l.Study.ProjectDigest, l.Job.Name, l.Job.Steps, v.Setup(), digest, l.IndexURL, l.Study.Index.Cutoff,
	)), nil
}

// imageDigest returns the digest of the image that the job runs in on a trial's
// tree.
func (l *Lane) imageDigest(ctx context.Context, v scenarios.Variant, t plan.Trial) (string, error) {
	job, err := l.jobOf(v, t)
	if err != nil {
		return "", err
	}
	image, err := l.imageFor(ctx, job)
	return image.Digest, err
}

// keptPrimed returns what an earlier run of the program kept of priming, else
// what run comes to, which is then kept.
func (l *Lane) keptPrimed(ctx context.Context, v scenarios.Variant, run func() (*primed, error)) (*primed, error) {
	if l.States == "" {
		return run()
	}
	key, err := l.stateKey(ctx, v)
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(l.States, key)
	if p, err := l.load(dir); p != nil || err != nil {
		return p, err
	}
	p, err := run()
	if err != nil {
		return nil, err
	}
	if err := errors.Join(l.keep(p, dir), l.trim(key)); err != nil {
		return nil, fmt.Errorf("keep what the job left: %w", err)
	}
	return p, nil
}

// keptClean is keptPrimed for a clean run on the tree of a trial. It lies with
// what the variant was primed to, by the image and the mutation.
func (l *Lane) keptClean(ctx context.Context, v scenarios.Variant, t plan.Trial, run func() (*primed, error)) (*primed, error) {
	if l.States == "" {
		return run()
	}
	key, err := l.stateKey(ctx, v)
	if err != nil {
		return nil, err
	}
	digest, err := l.imageDigest(ctx, v, t)
	if err != nil {
		return nil, err
	}
	clean := fmt.Sprintf("%s-%s.json", t.State, lane.Key(digest, l.Study.Mutations[t.State]))
	file := filepath.Join(l.States, key, clean)
	n, err := readNote(file)
	if err != nil {
		return nil, err
	}
	if n != nil {
		return &primed{note: *n}, nil
	}
	p, err := run()
	if err != nil {
		return nil, err
	}
	return p, writeNote(file, p.note)
}

// load returns what is kept in a directory; nil when that is nothing whole.
func (l *Lane) load(dir string) (*primed, error) {
	file := filepath.Join(dir, primedNote)
	n, err := readNote(file)
	if n == nil || err != nil {
		return nil, err
	}
	p := &primed{note: *n}
	p.cache, err = l.Cache.Load(filepath.Join(dir, entriesDir))
	if errors.Is(err, fs.ErrNotExist) || errors.As(err, new(*actionscache.CorruptError)) {
		return nil, nil // somebody removed the entries, or the power went before they were on disk
	}
	if err != nil {
		return nil, fmt.Errorf("kept state: %w", err)
	}
	now := time.Now()
	return p, os.Chtimes(file, now, now)
}

// keep writes what a job left into a directory.
func (l *Lane) keep(p *primed, dir string) error {
	if err := os.RemoveAll(dir); err != nil { // what an interruption left
		return err
	}
	if err := l.Cache.Save(p.cache, filepath.Join(dir, entriesDir)); err != nil {
		return err
	}
	return writeNote(filepath.Join(dir, primedNote), p.note)
}

// readNote returns the note in a file; nil when there is none that can be read.
func readNote(file string) (*note, error) {
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("kept state: %w", err)
	}
	n := &note{}
	if json.Unmarshal(data, n) != nil {
		return nil, nil
	}
	return n, nil
}

// writeNote writes a note so that its file is whole or not there, also when the
// power goes.
func writeNote(file string, n note) error {
	data, err := json.MarshalIndent(n, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return renameio.WriteFile(file, data, 0o644, renameio.WithTempDir(filepath.Dir(file)))
}

// trim removes the least recently used of what is kept, beyond Keep, and what
// is not whole, but never the one named.
func (l *Lane) trim(named string) error {
	names, err := snapshot.Surplus(l.States, primedNote, l.Keep, map[string]bool{named: true})
	if err != nil {
		return err
	}
	var errs []error
	for _, name := range names {
		errs = append(errs, os.RemoveAll(filepath.Join(l.States, name)))
	}
	return errors.Join(errs...)
}
