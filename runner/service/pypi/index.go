// Package pypi serves Python packages on loopback: pages in the HTML of PEP
// 503 and the JSON of PEP 691, files, and their metadata (PEP 658, PEP 714),
// with the headers that pip's cache needs from a real index.
//
// It records from an upstream index into a content-addressed store and replays
// from it offline. Its invariant: no byte is kept or served that does not have
// the SHA-256 which the index page, and the lock if there is one, name for it.
//
// Pages are gzipped for clients that ask, as pip does and real indexes do: for
// a set of 48 packages they are 3 MB then and 21 MB otherwise, beside 41 MB of
// files. Byte counts are of what was sent, which the page, the cut-off and the
// compressor's version decide.
//
// Shaping of the connection is left to package link, which index and which
// cut-off to use to the study, and what a count means to the lanes.
package pypi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/singleflight"
)

// Config says what an index serves.
type Config struct {
	// Store holds what was recorded. It stays the caller's to close, after
	// the index.
	Store *Store

	// Upstream is where a miss is recorded from. Without one the index
	// replays: it fetches nothing, and refuses files that a Lock lacks.
	Upstream *Upstream

	// Cutoff hides every file that was uploaded then or later, and every file
	// whose upload time is unknown. The zero time hides nothing. Without a
	// cut-off a recorded page stays as it is until it is deleted.
	Cutoff time.Time

	// Lock, if there is one, names the digest of each file. While recording,
	// files that it lacks are served, and reported by Unlocked.
	Lock *Lock

	// Now is the clock that dates recorded pages; time.Now when nil.
	Now func() time.Time
}

// Index is a package index. It is an http.Handler and safe for concurrent use.
type Index struct {
	store    *Store
	upstream *Upstream
	cutoff   time.Time
	lock     *Lock
	now      func() time.Time

	dir      string // rendered pages
	mux      *http.ServeMux
	tally    tally
	journal  *journal
	flights  singleflight.Group
	mu       sync.Mutex // guards what follows
	projects map[string]*project
	closed   bool
	fetches  sync.WaitGroup // Add only when not closed
	closing  chan struct{}
}

// New returns an index. Close it before its store.
func New(c Config) (*Index, error) {
	dir, err := os.MkdirTemp(c.Store.tmp(), "pages-")
	if err != nil {
		return nil, fmt.Errorf("package index: %w", err)
	}
	x := &Index{
		store: c.Store, upstream: c.Upstream, cutoff: c.Cutoff, lock: c.Lock, now: c.Now,
		dir: dir, journal: newJournal(), closing: make(chan struct{}), projects: map[string]*project{},
	}
	if x.now == nil {
		x.now = time.Now
	}
	x.route()
	return x, nil
}

// Close abandons downloads under way and removes the rendered pages. Requests
// that come later are answered with errors.
func (x *Index) Close() error {
	x.mu.Lock()
	x.closed = true
	x.mu.Unlock()
	close(x.closing)
	x.fetches.Wait()
	if err := os.RemoveAll(x.dir); err != nil {
		return fmt.Errorf("package index: %w", err)
	}
	return nil
}

// Preload renders the recorded pages of every locked package (of every
// recorded one when there is no lock) in the form that pip asks for, so that
// the first timed trial does not pay for it. It asks no upstream: what has yet
// to be recorded, or recorded again, is left to the request for it. Called
// again, it renders what was recorded since. Of the pages of locked packages it
// keeps in memory what the lock names. What was served and is not in the lock
// counts as locked here: after a recording it is what the trials ask for.
func (x *Index) Preload(ctx context.Context) error {
	names, err := x.store.Packages()
	if err != nil {
		return err
	}
	lock := x.lock
	if lock != nil {
		lock = lock.With(x.Unlocked())
	}
	locked := map[string]bool{}
	for _, e := range lock.Entries() {
		locked[e.Package] = true
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, name := range names {
		if lock != nil && !locked[name] {
			continue
		}
		g.Go(func() error { return x.preload(ctx, name, lock) })
	}
	return g.Wait()
}

func (x *Index) preload(ctx context.Context, name string, lock *Lock) error {
	if x.upstream != nil {
		if p, err := x.store.Page(name); err != nil || x.stale(p) {
			return err
		}
	}
	pr, err := x.project(ctx, name)
	if lock == nil && errors.As(err, new(*NoUploadTimeError)) {
		return nil // of another study, as far as anybody knows
	}
	if err != nil {
		return err
	}
	_, err = pr.forms[form{kind: typeJSON, gzip: true}]()
	if lock != nil {
		pr.letGo(func(file string) bool {
			_, locked := lock.Lookup(name, file)
			_, metadata := lock.Lookup(name, file+metadataSuffix)
			return locked || metadata
		})
	}
	return err
}

// Counters returns what was served so far.
func (x *Index) Counters() Counters {
	c := x.tally.counters()
	if x.upstream != nil {
		c.Upstream = x.upstream.traffic.Count()
	}
	return c
}

// Mark returns the present moment, for FilesSince and ProblemsSince.
func (x *Index) Mark() Mark { return x.journal.mark() }

// FilesSince returns the release files that were served after m, each once,
// sorted by package and file name. Metadata files are not among them.
func (x *Index) FilesSince(m Mark) []Entry {
	var files []Entry
	for _, e := range x.journal.since(m) {
		if !e.isMetadata() {
			files = append(files, e)
		}
	}
	return files
}

// ProblemsSince returns what was refused or failed after m and did not succeed
// later, in the order in which it happened: *MissingError, *UnlockedError,
// *LockMismatchError, *CorruptError, *UpstreamError and others, wrapped.
func (x *Index) ProblemsSince(m Mark) []error { return x.journal.problemsSince(m) }

// Unlocked returns the files, metadata files among them, that were served and
// are not in the lock, sorted. Lock.With makes a new lock of them.
func (x *Index) Unlocked() []Entry {
	var entries []Entry
	for _, e := range x.journal.since(0) {
		if _, ok := x.lock.Lookup(e.Package, e.File); !ok {
			entries = append(entries, e)
		}
	}
	return entries
}
