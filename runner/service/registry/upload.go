package registry

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// An upload is a blob under way, in a file of its own. Its content is hashed
// as it comes in.
type upload struct {
	repo string

	mu   sync.Mutex
	file *os.File
	hash hash.Hash
	size int64
}

// write appends body to the upload.
func (u *upload) write(body io.Reader) error {
	n, err := io.Copy(io.MultiWriter(u.file, u.hash), body)
	u.size += n
	return err
}

// drop forgets the upload and its file.
func (u *upload) drop() {
	u.file.Close()
	os.Remove(u.file.Name())
}

func (st *pushState) dropUploads() {
	for _, u := range st.uploads {
		u.drop()
	}
	clear(st.uploads)
}

func (p *pushArea) serveUpload(w *counted, req *http.Request, rt route, st *pushState) {
	switch {
	case req.Method == http.MethodPost && rt.ref == "":
		p.startUpload(w, req, rt, st)
	case req.Method == http.MethodPatch && rt.ref != "":
		p.patchUpload(w, req, rt, st)
	case req.Method == http.MethodPut && rt.ref != "":
		p.finishUpload(w, req, rt, st)
	case req.Method == http.MethodGet && rt.ref != "":
		p.showUpload(w, rt, st)
	case req.Method == http.MethodDelete && rt.ref != "":
		p.cancelUpload(w, rt, st)
	default:
		fail(w, http.StatusMethodNotAllowed, "UNSUPPORTED", req.Method+" of this upload is not supported")
	}
}

// startUpload opens an upload. It mounts the blob instead where the client
// asks for that and the source repository shows it. The mirror is no source:
// as far as a push is concerned it is another host.
func (p *pushArea) startUpload(w *counted, req *http.Request, rt route, st *pushState) {
	query := req.URL.Query()
	if h, err := v1.NewHash(query.Get("mount")); err == nil {
		if b, ok := st.blob(query.Get("from"), h); ok && p.show(st, rt.repo, h, b.size) {
			p.traffic.mounted.Add(1)
			created(w, rt.repo, h)
			return
		}
	}
	id := rand.Text()
	f, err := os.Create(filepath.Join(p.uploadDir, id))
	if err != nil {
		fail(w, http.StatusInternalServerError, "UNKNOWN", err.Error())
		return
	}
	u := &upload{repo: rt.repo, file: f, hash: sha256.New()}
	p.mu.Lock()
	if p.state != st {
		p.mu.Unlock()
		u.drop()
		fail(w, http.StatusNotFound, "BLOB_UPLOAD_UNKNOWN", "the registry was reset")
		return
	}
	st.uploads[id] = u
	p.mu.Unlock()
	if query.Has("digest") {
		p.finishUpload(w, req, route{rt.repo, uploads, id}, st)
		return
	}
	accepted(w, rt.repo, id, u)
}

func (p *pushArea) patchUpload(w *counted, req *http.Request, rt route, st *pushState) {
	u, ok := p.upload(w, st, rt)
	if !ok {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if r := req.Header.Get("Content-Range"); r != "" {
		var start, end int64
		if _, err := fmt.Sscanf(r, "%d-%d", &start, &end); err != nil || start != u.size {
			fail(w, http.StatusRequestedRangeNotSatisfiable, "BLOB_UPLOAD_INVALID", fmt.Sprintf("the next byte is %d", u.size))
			return
		}
	}
	if err := u.write(req.Body); err != nil {
		p.forget(st, rt.ref)
		fail(w, http.StatusInternalServerError, "BLOB_UPLOAD_INVALID", err.Error())
		return
	}
	accepted(w, rt.repo, rt.ref, u)
}

// showUpload answers with how far an upload has come.
func (p *pushArea) showUpload(w *counted, rt route, st *pushState) {
	u, ok := p.upload(w, st, rt)
	if !ok {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	progress(w, rt.repo, rt.ref, u)
	w.WriteHeader(http.StatusNoContent)
}

func (p *pushArea) cancelUpload(w *counted, rt route, st *pushState) {
	if _, ok := p.upload(w, st, rt); ok {
		p.forget(st, rt.ref)
		w.WriteHeader(http.StatusNoContent)
	}
}

// finishUpload takes the last bytes, checks the digest and shows the blob.
func (p *pushArea) finishUpload(w *counted, req *http.Request, rt route, st *pushState) {
	u, ok := p.upload(w, st, rt)
	if !ok {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	defer p.forget(st, rt.ref)
	want, err := v1.NewHash(req.URL.Query().Get("digest"))
	if err != nil {
		fail(w, http.StatusBadRequest, "DIGEST_INVALID", err.Error())
		return
	}
	if err := u.write(req.Body); err != nil {
		fail(w, http.StatusInternalServerError, "BLOB_UPLOAD_INVALID", err.Error())
		return
	}
	if got := fmt.Sprintf("sha256:%x", u.hash.Sum(nil)); got != want.String() {
		fail(w, http.StatusBadRequest, "DIGEST_INVALID", "the content's digest is "+got)
		return
	}
	if err := p.keep(u, want, st); err != nil {
		fail(w, http.StatusInternalServerError, "UNKNOWN", err.Error())
		return
	}
	p.traffic.blobsPushed.Add(1)
	p.traffic.bytesPushed.Add(u.size)
	created(w, rt.repo, want)
}

// keep moves the upload's file to its place and shows the blob. The lock that
// Reset takes is held from one to the other, so that its sweep finds either
// nothing or a blob that is shown. Of an upload that a Reset dropped the file
// is gone, so this fails.
func (p *pushArea) keep(u *upload, h v1.Hash, st *pushState) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := os.Rename(u.file.Name(), p.path(h)); err != nil {
		return err
	}
	p.showLocked(st, u.repo, h, u.size)
	return nil
}

// show makes a blob visible in a repository, unless st was replaced.
func (p *pushArea) show(st *pushState, repo string, h v1.Hash, size int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.state != st {
		return false
	}
	p.showLocked(st, repo, h, size)
	return true
}

func (p *pushArea) showLocked(st *pushState, repo string, h v1.Hash, size int64) {
	st.addBlob(repo, h, p.stored(h, size))
	st.puts = append(st.puts, put{repo: repo, blob: h, size: size})
}

// upload returns the upload that a request is about, or answers that there is none.
func (p *pushArea) upload(w *counted, st *pushState, rt route) (*upload, bool) {
	p.mu.Lock()
	u, ok := st.uploads[rt.ref]
	p.mu.Unlock()
	if !ok || u.repo != rt.repo {
		fail(w, http.StatusNotFound, "BLOB_UPLOAD_UNKNOWN", "no upload "+rt.ref)
		return nil, false
	}
	return u, true
}

// forget ends an upload. After keep, its file is at another place.
func (p *pushArea) forget(st *pushState, id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if u, ok := st.uploads[id]; ok {
		u.drop()
		delete(st.uploads, id)
	}
}

func accepted(w http.ResponseWriter, repo, id string, u *upload) {
	progress(w, repo, id, u)
	w.WriteHeader(http.StatusAccepted)
}

// progress sets the headers that tell where an upload goes on, and which of its
// bytes are there.
func progress(w http.ResponseWriter, repo, id string, u *upload) {
	w.Header().Set("Location", "/v2/"+repo+"/blobs/uploads/"+id)
	w.Header().Set("Range", "0-"+strconv.FormatInt(max(0, u.size-1), 10))
}

func created(w http.ResponseWriter, repo string, h v1.Hash) {
	w.Header().Set("Location", "/v2/"+repo+"/blobs/"+h.String())
	w.Header().Set("Docker-Content-Digest", h.String())
	w.WriteHeader(http.StatusCreated)
}
