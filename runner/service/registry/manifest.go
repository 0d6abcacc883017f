package registry

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// maxManifest is the size up to which the specification asks a registry to
// take a manifest.
const maxManifest = 4 << 20

// putManifest takes a manifest whose blobs are all visible in its repository.
func (p *pushArea) putManifest(w *counted, req *http.Request, rt route, st *pushState) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, req.Body, maxManifest))
	if errors.As(err, new(*http.MaxBytesError)) {
		fail(w, http.StatusRequestEntityTooLarge, "SIZE_INVALID", err.Error())
		return
	}
	if err != nil {
		fail(w, http.StatusInternalServerError, "MANIFEST_INVALID", err.Error())
		return
	}
	digest, _, err := v1.SHA256(bytes.NewReader(raw))
	if err != nil {
		fail(w, http.StatusInternalServerError, "UNKNOWN", err.Error())
		return
	}
	if validDigest(rt.ref) && rt.ref != digest.String() {
		fail(w, http.StatusBadRequest, "DIGEST_INVALID", "the manifest's digest is "+digest.String())
		return
	}
	needed, err := blobsOf(raw)
	if err != nil {
		fail(w, http.StatusBadRequest, "MANIFEST_INVALID", err.Error())
		return
	}
	for _, h := range needed {
		if _, ok := st.blob(rt.repo, h); !ok {
			fail(w, http.StatusNotFound, "MANIFEST_BLOB_UNKNOWN", fmt.Sprintf("no blob %s in %s", h, rt.repo))
			return
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	req.Body = io.NopCloser(bytes.NewReader(raw))
	var rec recorder
	st.manifests.ServeHTTP(&rec, req)
	maps.Copy(w.Header(), rec.header)
	if rec.status == http.StatusCreated {
		st.puts = append(st.puts, put{
			repo: rt.repo, ref: rt.ref, mediaType: req.Header.Get("Content-Type"), manifest: raw,
		})
		// Asked for by the specification, and not set by go-containerregistry.
		w.Header().Set("Location", route{rt.repo, manifests, digest.String()}.path())
	}
	w.WriteHeader(rec.status)
	// A client that is gone does not read the answer either.
	_, _ = w.Write(rec.body.Bytes())
}

// blobsOf returns the blobs that a manifest refers to: the configuration and
// layers of an image, and what else an index lists besides manifests, as
// BuildKit's cache index does. That an index's manifests are there is checked
// by go-containerregistry.
func blobsOf(raw []byte) ([]v1.Hash, error) {
	var m struct {
		Config    *v1.Descriptor  `json:"config"`
		Layers    []v1.Descriptor `json:"layers"`
		Manifests []v1.Descriptor `json:"manifests"`
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, err
	}
	var found []v1.Hash
	if m.Config != nil {
		found = append(found, m.Config.Digest)
	}
	for _, d := range append(m.Layers, m.Manifests...) {
		if d.MediaType.IsDistributable() && !d.MediaType.IsImage() && !d.MediaType.IsIndex() {
			found = append(found, d.Digest)
		}
	}
	return found, nil
}
