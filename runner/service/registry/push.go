package registry

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// A Snapshot is what the push area held at one moment: which manifests, tags
// and blobs were visible in which repository. The zero Snapshot is an empty
// push area.
type Snapshot struct {
	puts []put // in the order in which they were accepted
}

// A put is one accepted blob or manifest.
type put struct {
	repo string

	blob v1.Hash
	size int64

	ref, mediaType string
	manifest       []byte // nil for a blob
}

// A pushState is what can be seen of the push area, and what is on its way
// into it. A Reset replaces it whole, so that a request that began before
// writes into a state that nobody reads.
type pushState struct {
	*shelf
	puts    []put
	uploads map[string]*upload
}

func newPushState(puts []put) *pushState {
	return &pushState{shelf: newShelf(), puts: puts, uploads: map[string]*upload{}}
}

// The pushArea keeps each blob once, in a file named by its digest, and shows
// it as the state says.
type pushArea struct {
	blobDir, uploadDir string
	traffic            *traffic

	mu     sync.Mutex
	state  *pushState
	pinned map[v1.Hash]bool // blobs of every snapshot taken
}

func newPushArea(dir string, t *traffic) (*pushArea, error) {
	p := &pushArea{
		blobDir:   filepath.Join(dir, "blobs"),
		uploadDir: filepath.Join(dir, "uploads"),
		traffic:   t,
		pinned:    map[v1.Hash]bool{},
	}
	if err := p.removeFiles(); err != nil {
		return nil, fmt.Errorf("registry: %w", err)
	}
	for _, d := range []string{p.blobDir, p.uploadDir} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			return nil, fmt.Errorf("registry: %w", err)
		}
	}
	p.state = newPushState(nil)
	return p, nil
}

func (p *pushArea) removeFiles() error {
	return errors.Join(os.RemoveAll(p.blobDir), os.RemoveAll(p.uploadDir))
}

func (p *pushArea) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state.dropUploads()
	return p.removeFiles()
}

func (p *pushArea) path(h v1.Hash) string { return filepath.Join(p.blobDir, h.Hex) }

func (p *pushArea) stored(h v1.Hash, size int64) blob {
	return blob{size, func() (io.ReadCloser, error) { return os.Open(p.path(h)) }}
}

func (p *pushArea) snapshot() Snapshot {
	p.mu.Lock()
	defer p.mu.Unlock()
	// Clipped, so that a state made from it does not append to this one's.
	s := Snapshot{slices.Clip(p.state.puts)}
	for _, put := range s.puts {
		if put.manifest == nil {
			p.pinned[put.blob] = true
		}
	}
	return s
}

func (p *pushArea) reset(s Snapshot) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	next, err := p.stateOf(s)
	if err != nil {
		return fmt.Errorf("registry: reset: %w", err)
	}
	p.state.dropUploads()
	p.state = next
	if err := p.sweep(); err != nil {
		return fmt.Errorf("registry: reset: %w", err)
	}
	return nil
}

// stateOf replays a snapshot.
func (p *pushArea) stateOf(s Snapshot) (*pushState, error) {
	st := newPushState(s.puts)
	for _, put := range s.puts {
		if put.manifest != nil {
			if err := st.addManifest(put.repo, put.ref, put.mediaType, put.manifest); err != nil {
				return nil, err
			}
			continue
		}
		if _, err := os.Stat(p.path(put.blob)); err != nil {
			return nil, fmt.Errorf("the snapshot is not of this registry: %w", err)
		}
		st.addBlob(put.repo, put.blob, p.stored(put.blob, put.size))
	}
	return st, nil
}

// sweep removes the files that no snapshot can bring back. What the state
// shows was in the snapshot it came from.
func (p *pushArea) sweep() error {
	files, err := os.ReadDir(p.blobDir)
	if err != nil {
		return err
	}
	var errs []error
	for _, f := range files {
		if p.pinned[v1.Hash{Algorithm: "sha256", Hex: f.Name()}] {
			continue
		}
		if err := os.Remove(filepath.Join(p.blobDir, f.Name())); !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func (p *pushArea) serve(w *counted, req *http.Request, rt route) {
	p.mu.Lock()
	st := p.state
	p.mu.Unlock()
	read := req.Method == http.MethodGet || req.Method == http.MethodHead
	switch {
	case rt.kind == uploads:
		p.serveUpload(w, req, rt, st)
	case rt.kind == manifests && req.Method == http.MethodPut:
		p.putManifest(w, req, rt, st)
	case !read:
		fail(w, http.StatusMethodNotAllowed, "UNSUPPORTED", req.Method+" of "+string(rt.kind)+" is not supported")
	case rt.kind == blobs:
		st.serveBlob(w, req, rt)
	default:
		st.manifests.ServeHTTP(w, req)
	}
}
