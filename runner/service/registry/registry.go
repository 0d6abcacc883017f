// Package registry serves container images on loopback: as the builder's
// mirror of an image registry, and as the place builds push to.
//
// Every repository below PushPrefix is the push area: an owned cache that can
// be snapshotted and reset. All others are the mirror: read-only images given
// with Add. A builder names the host that it wants mirrored in the query,
// ?ns=ghcr.io, and repositories of equal names on two hosts are two: see
// Mirrored. The one invariant is visibility: a blob or manifest is answered
// for in a repository only if it was given or pushed to that very repository
// under the state now in force. No blob from before a Reset, from another
// repository or from the mirror shortens a push.
//
// Manifests and tags are go-containerregistry's registry. Blobs are not: its
// handler holds uploads in memory, lets one upload in at a time and scopes no
// blob to a repository, each of which would show in a measurement. Blobs go
// from file to socket by sendfile as long as the listener's connections are
// TCP and the image's layers are files, as those of an OCI layout are; a
// docker tarball of uncompressed layers works but is compressed at each
// request.
//
// Getting images is left to package provision, the shape of the network to
// package link.
package registry

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// PushPrefix begins the name of every repository that can be pushed to.
const PushPrefix = "cibench/"

// mirroredHost is the part of a query that names the host: containerd's
// resolver sends it to every mirror (core/remotes/docker, addNamespace).
const mirroredHost = "ns"

// A Registry is an HTTP handler and its server. Its methods may be called
// concurrently.
type Registry struct {
	server http.Server
	mirror *shelf
	push   *pushArea

	pulls, pushes traffic
}

// New returns a registry that keeps pushed blobs in dir, which is made if it
// is missing. The registry owns what its last instance left there, and
// removes it.
func New(dir string) (*Registry, error) {
	r := &Registry{mirror: newShelf()}
	var err error
	if r.push, err = newPushArea(dir, &r.pushes); err != nil {
		return nil, err
	}
	r.server.Handler = r
	r.server.ReadHeaderTimeout = 30 * time.Second
	// Only the command line prints. What net/http refuses, or a handler's panic,
	// the client sees, and its trial fails.
	r.server.ErrorLog = log.New(io.Discard, "", 0)
	return r, nil
}

// Mirrored returns the mirror's name for a repository of a host, as in
// "docker.io/library/python". A port's colon, which no name may have, becomes
// an underscore.
func Mirrored(host, repo string) string {
	return strings.ToLower(strings.ReplaceAll(host, ":", "_")) + "/" + repo
}

// Add puts img under a tag of the mirror, as in
// Add(Mirrored("docker.io", "library/python"), "3.11-slim", img). It is served
// there, and as the host's library/python. An image that had the tag before
// stays reachable by digest. Layers are opened when they are asked for.
func (r *Registry) Add(repo, tag string, img v1.Image) error {
	if !validRepo(repo) || strings.HasPrefix(repo, PushPrefix) || !tagPattern.MatchString(tag) {
		return fmt.Errorf("add image %s:%s: not a repository and tag of the mirror", repo, tag)
	}
	return r.mirror.addImage(repo, tag, img)
}

// Serve answers on l, and closes it, until Close. It returns nil then.
func (r *Registry) Serve(l net.Listener) error {
	if err := r.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Close ends all connections and removes what was pushed.
func (r *Registry) Close() error {
	return errors.Join(r.server.Close(), r.push.close())
}

// Snapshot returns what the push area holds now. It stays restorable until
// Close.
func (r *Registry) Snapshot() Snapshot { return r.push.snapshot() }

// Reset makes the push area hold what it held at the snapshot and nothing
// else; the zero Snapshot empties it. Uploads under way are lost. The snapshot
// must be of this registry.
func (r *Registry) Reset(s Snapshot) error { return r.push.reset(s) }

// Counters returns the counts since New. A response is counted before its
// last byte is sent, so a client that has seen it finds it counted.
func (r *Registry) Counters() Counters {
	return Counters{Pull: r.pulls.load(), Push: r.pushes.load()}
}

// ServeHTTP implements http.Handler.
func (r *Registry) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if req.URL.Path == "/v2/" {
		w.Header().Set("Docker-Distribution-API-Version", "registry/2.0")
		w.WriteHeader(http.StatusOK)
		return
	}
	rt, ok := parseRoute(req.URL.Path)
	host := req.URL.Query().Get(mirroredHost)
	if ok && host != "" {
		rt.repo = Mirrored(host, rt.repo)
		ok = validRepo(rt.repo)
	}
	push := ok && host == "" && strings.HasPrefix(rt.repo, PushPrefix)
	t := &r.pulls
	if push {
		t = &r.pushes
	}
	m := newCounted(w, t, rt.kind, req.Method)
	defer m.Done()
	switch {
	case !ok:
		fail(m, http.StatusNotFound, "NAME_UNKNOWN", "no such path")
	case push:
		r.push.serve(m, req, rt)
	case req.Method != http.MethodGet && req.Method != http.MethodHead:
		fail(m, http.StatusMethodNotAllowed, "UNSUPPORTED", "the mirror is read-only; push to a repository below "+PushPrefix)
	case rt.kind == blobs:
		r.mirror.serveBlob(m, req, rt)
	case rt.kind == uploads:
		fail(m, http.StatusNotFound, "BLOB_UPLOAD_UNKNOWN", "no such upload")
	default:
		asked := req.Clone(req.Context())
		asked.URL.Path = rt.path()
		r.mirror.manifests.ServeHTTP(m, asked)
	}
}
