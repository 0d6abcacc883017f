package registry

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"strconv"
	"sync"
	"time"

	ggcr "github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// A blob is content that can be read again and again.
type blob struct {
	size int64
	open func() (io.ReadCloser, error)
}

// A shelf holds manifests and, per repository, the blobs that are visible.
// Nothing is ever taken from a shelf.
type shelf struct {
	manifests http.Handler // go-containerregistry's

	mu    sync.RWMutex
	blobs map[string]map[v1.Hash]blob
}

func newShelf() *shelf {
	return &shelf{
		manifests: ggcr.New(ggcr.Logger(log.New(io.Discard, "", 0))),
		blobs:     map[string]map[v1.Hash]blob{},
	}
}

func (s *shelf) addBlob(repo string, h v1.Hash, b blob) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.blobs[repo] == nil {
		s.blobs[repo] = map[v1.Hash]blob{}
	}
	s.blobs[repo][h] = b
}

func (s *shelf) blob(repo string, h v1.Hash) (blob, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	b, ok := s.blobs[repo][h]
	return b, ok
}

// addManifest puts a manifest through the handler, as a client would.
func (s *shelf) addManifest(repo, ref, mediaType string, raw []byte) error {
	req, err := http.NewRequest(http.MethodPut, "/v2/"+repo+"/manifests/"+ref, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", mediaType)
	var rec recorder
	s.manifests.ServeHTTP(&rec, req)
	if rec.status != http.StatusCreated {
		return fmt.Errorf("manifest %s:%s: status %d: %s", repo, ref, rec.status, rec.body.String())
	}
	return nil
}

func (s *shelf) addImage(repo, tag string, img v1.Image) error {
	mediaType, err1 := img.MediaType()
	raw, err2 := img.RawManifest()
	config, err3 := img.RawConfigFile()
	name, err4 := img.ConfigName()
	layers, err5 := img.Layers()
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		return fmt.Errorf("add image %s:%s: %w", repo, tag, err)
	}
	for _, layer := range layers {
		digest, err1 := layer.Digest()
		size, err2 := layer.Size()
		if err := errors.Join(err1, err2); err != nil {
			return fmt.Errorf("add image %s:%s: layer: %w", repo, tag, err)
		}
		s.addBlob(repo, digest, blob{size, layer.Compressed})
	}
	s.addBlob(repo, name, blob{int64(len(config)), func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(config)), nil
	}})
	return s.addManifest(repo, tag, string(mediaType), raw)
}

// serveBlob answers GET and HEAD of a blob. Ranges are served of content that
// can be sought; others come whole, as HTTP allows.
func (s *shelf) serveBlob(w http.ResponseWriter, req *http.Request, rt route) {
	h, err := v1.NewHash(rt.ref)
	if err != nil {
		fail(w, http.StatusBadRequest, "DIGEST_INVALID", err.Error())
		return
	}
	b, ok := s.blob(rt.repo, h)
	if !ok {
		fail(w, http.StatusNotFound, "BLOB_UNKNOWN", "no blob "+rt.ref+" in "+rt.repo)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Docker-Content-Digest", rt.ref)
	w.Header().Set("Content-Length", strconv.FormatInt(b.size, 10))
	if req.Method == http.MethodHead {
		w.WriteHeader(http.StatusOK)
		return
	}
	content, err := b.open()
	if err != nil {
		w.Header().Del("Content-Length")
		fail(w, http.StatusInternalServerError, "UNKNOWN", err.Error())
		return
	}
	defer content.Close()
	if rs, ok := content.(io.ReadSeeker); ok {
		http.ServeContent(w, req, "", time.Time{}, rs)
		return
	}
	w.WriteHeader(http.StatusOK)
	// net/http cuts the connection of a body that falls short, so an error here
	// reaches the client.
	_, _ = io.Copy(w, content)
}

// A recorder keeps a response of go-containerregistry's, which always sets a
// status.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header {
	if r.header == nil {
		r.header = http.Header{}
	}
	return r.header
}

func (r *recorder) WriteHeader(status int) { r.status = status }

func (r *recorder) Write(p []byte) (int, error) { return r.body.Write(p) }
