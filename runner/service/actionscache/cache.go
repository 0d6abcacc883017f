// Package actionscache serves an Actions cache on loopback: both protocols of
// GitHub's service, to the clients that GitHub, BuildKit and others ship.
//
// v2 is Twirp over JSON for the entries and, for the archives, the part of
// Azure's Blob service that those clients use; v1 is the REST protocol of
// before 2025, which BuildKit and older releases of the toolkit speak. Both
// work on the same entries. The one invariant is that what is found is whole:
// an entry is visible only after its archive is complete, hashed and of the
// size that the client announced, and its archive never changes after that,
// unless the harness itself rewrites it.
//
// An archive is a file, named by its SHA-256. It comes in part by part, in any
// order, and goes out by sendfile; it is never in memory. What a cache holds
// can be kept as a Snapshot and brought back, also by a later process.
//
// Where GitHub's answer to an error is public, the cache gives it; where it is
// not, it gives one of the same shape, and the comment at that place says so.
// Which entry a key finds is left to package entry, the shape of the network to
// package link.
package actionscache

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/cibench/cibench/runner/service/actionscache/entry"
)

// Config says what to serve.
type Config struct {
	Dir    string       // of the archives; made if it is missing
	Limits entry.Limits // entry.GitHub() for GitHub's
	Now    func() time.Time

	// Archives is the host:port that links to archives name, of another listener
	// that the cache is served on, so that a network can treat archives apart
	// from the API, as GitHub's does. "" is the host that a request came to.
	Archives string
}

// A Cache is an HTTP handler and its server. Its methods may be called
// concurrently.
type Cache struct {
	limits entry.Limits
	now    func() time.Time
	host   string // of links, if not the request's
	secret []byte // signs tokens and links
	server http.Server
	mux    *http.ServeMux
	count  tally

	mu    sync.Mutex
	files *archives
	state *state
}

// New returns an empty cache. It owns what its last instance left in the
// directory, and removes it.
func New(cfg Config) (*Cache, error) {
	c := &Cache{limits: cfg.Limits, now: cfg.Now, host: cfg.Archives, secret: make([]byte, 32)}
	rand.Read(c.secret) // never fails
	var err error
	if c.files, err = newArchives(cfg.Dir); err != nil {
		return nil, fmt.Errorf("actions cache: %w", err)
	}
	c.state = c.emptyState()
	c.mux = c.routes()
	c.server.Handler = c
	c.server.ReadHeaderTimeout = 30 * time.Second
	// Only the command line prints. What net/http refuses, or a handler's panic,
	// the client sees, and its trial fails.
	c.server.ErrorLog = log.New(io.Discard, "", 0)
	return c, nil
}

// Serve answers on l, and closes it, until Close. It returns nil then. It may
// be called for several listeners. The cache is for this machine alone: a
// listener on an address that others reach is refused and closed.
func (c *Cache) Serve(l net.Listener) error {
	if a, ok := l.Addr().(*net.TCPAddr); !ok || !a.IP.IsLoopback() {
		return errors.Join(fmt.Errorf("actions cache: %s is not a loopback address", l.Addr()), l.Close())
	}
	if err := c.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Close ends all connections and removes what was saved.
func (c *Cache) Close() error {
	err := c.server.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.state.dropUploads()
	return errors.Join(err, c.files.removeAll())
}

// Counters returns the counts since New. A response is counted before its last
// byte is sent, so a client that has seen it finds it counted.
func (c *Cache) Counters() Counters { return c.count.counters() }

// ServeHTTP implements http.Handler.
func (c *Cache) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	m := newCounted(w, &c.count, req.Method == http.MethodGet && isBlob(req.URL.Path))
	defer m.Done()
	c.mux.ServeHTTP(m, req)
}

func (c *Cache) routes() *http.ServeMux {
	mux := http.NewServeMux()
	c.routeTwirp(mux)
	c.routeLegacy(mux)
	c.routeBlobs(mux)
	return mux
}
