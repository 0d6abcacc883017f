package pypi

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

// The lifetimes that a real index gives its answers. pip stores nothing
// without them.
const (
	cachePage = "max-age=600, public"
	cacheFile = "max-age=365000000, immutable, public"
)

// errUnknownURL is a URL that this index names nowhere.
var errUnknownURL = errors.New("no such page")

// route builds the mux. Its patterns match GET and HEAD.
func (x *Index) route() {
	x.mux = http.NewServeMux()
	x.mux.HandleFunc("GET /simple/{$}", x.counted(x.serveRoot))
	x.mux.HandleFunc("GET /simple/{package}", x.counted(x.servePage))
	x.mux.HandleFunc("GET /simple/{package}/{$}", x.counted(x.servePage))
	x.mux.HandleFunc("GET /files/{package}/{digest}/{file}", x.counted(x.serveFile))
}

// ServeHTTP answers and counts one request.
func (x *Index) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	cw := newResponse(w, &x.tally, r.Method)
	defer cw.settle()
	x.mux.ServeHTTP(cw, r)
}

// counted turns an error of h into an answer, and remembers it as a problem of
// the run unless it is the client's.
func (x *Index) counted(h func(*response, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		cw := w.(*response)
		asked := r.PathValue("package") + "/" + r.PathValue("file")
		cw.sends = func(int) { x.journal.settle(asked, nil) }
		err := h(cw, r)
		switch {
		case err == nil, r.Context().Err() != nil: // the client has left; nobody reads an answer
		case errors.Is(err, errUnknownURL):
			refuse(cw, http.StatusNotFound, err)
		default:
			x.journal.settle(asked, err)
			refuse(cw, status(err), err)
		}
	}
}

// refuse answers with err, unless an answer is already on its way.
func refuse(w *response, code int, err error) {
	if w.Status != 0 {
		return
	}
	text := err.Error() + "\n"
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(code)
	fmt.Fprint(w, text)
}

func (x *Index) serveRoot(w *response, r *http.Request) error {
	names, err := x.store.Packages()
	if err != nil {
		return err
	}
	kind := negotiate(r.Header)
	data := renderRoot(names)
	switch kind {
	case "":
		refuse(w, http.StatusNotAcceptable, errNotAcceptable)
		return nil
	case typeJSON:
		if data, err = renderRootJSON(names); err != nil {
			return err
		}
	}
	pageHeader(w, kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	w.body = &x.tally.pages
	_, _ = w.Write(data) // a client that left is counted by settle
	return nil
}

// renderRootJSON writes the list of packages (PEP 691).
func renderRootJSON(names []string) ([]byte, error) {
	type named struct {
		Name string `json:"name"`
	}
	list := make([]named, len(names))
	for i, n := range names {
		list[i].Name = n
	}
	return json.Marshal(map[string]any{"meta": map[string]string{"api-version": "1.1"}, "projects": list})
}

var errNotAcceptable = errors.New("pages are " + strings.Join(pageTypes, ", "))

func pageHeader(w *response, kind string) {
	h := w.Header()
	if kind == typeLegacy {
		kind += "; charset=utf-8"
	}
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", cachePage)
	h.Set("Vary", "Accept, Accept-Encoding")
}

func (x *Index) servePage(w *response, r *http.Request) error {
	asked := r.PathValue("package")
	name := Normalize(asked)
	if !validName(name) {
		return errUnknownURL
	}
	if name != asked || !strings.HasSuffix(r.URL.Path, "/") {
		w.Header().Set("Content-Length", "0")
		w.Header().Set("Location", "/simple/"+name+"/")
		w.WriteHeader(http.StatusMovedPermanently)
		return nil
	}
	f := form{kind: negotiate(r.Header), gzip: acceptsGzip(r.Header)}
	if f.kind == "" {
		refuse(w, http.StatusNotAcceptable, errNotAcceptable)
		return nil
	}
	pr, err := x.project(r.Context(), name)
	if err != nil {
		return err
	}
	page, err := pr.forms[f]()
	if err != nil {
		return err
	}
	file, err := os.Open(page.path)
	if err != nil {
		return fmt.Errorf("package index: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("package index: %w", err)
	}
	pageHeader(w, f.kind)
	w.Header().Set("ETag", page.etag)
	if f.gzip {
		w.Header().Set("Content-Encoding", "gzip")
		// ServeContent leaves the length of encoded content open, and without
		// one net/http neither counts down nor uses sendfile.
		w.Header().Set("Content-Length", strconv.FormatInt(info.Size(), 10))
	}
	w.body = &x.tally.pages
	http.ServeContent(w, r, "", time.Time{}, file)
	return nil
}

func (x *Index) serveFile(w *response, r *http.Request) error {
	name, asked := r.PathValue("package"), r.PathValue("file")
	if !validName(name) {
		return errUnknownURL
	}
	release, wantMetadata := strings.CutSuffix(asked, metadataSuffix)
	pr, err := x.project(r.Context(), name)
	if err != nil {
		return err
	}
	file, ok, err := pr.file(fileKey{r.PathValue("digest"), release})
	if err != nil {
		return err
	}
	if !ok || wantMetadata && file.Metadata == nil {
		return &MissingError{Package: name, File: asked}
	}
	e, link := Entry{Package: name, File: asked, Digest: file.Digest}, file.URL
	w.body = &x.tally.files
	if wantMetadata {
		e.Digest, w.body = *file.Metadata, &x.tally.metadata
		if link, err = metadataURL(link); err != nil {
			return err
		}
	}
	if err := x.checkLock(e); err != nil {
		return err
	}
	f, info, err := x.open(r.Context(), e, link)
	if err != nil {
		return fmt.Errorf("package %q: file %q: %w", name, asked, err)
	}
	defer f.Close()
	x.sendFile(w, r, f, info, e, file.Uploaded)
	return nil
}

func (x *Index) sendFile(w *response, r *http.Request, f *os.File, info fs.FileInfo, e Entry, modified time.Time) {
	e.Size = info.Size()
	settle := w.sends
	w.sends = func(code int) {
		settle(code)
		if !w.head && code != http.StatusNotModified {
			x.journal.serve(e)
		}
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", cacheFile)
	w.Header().Set("ETag", `"`+e.Digest.Hex()+`"`)
	http.ServeContent(w, r, "", modified, f)
}

// checkLock refuses a file that the lock contradicts or, in replay, lacks.
func (x *Index) checkLock(e Entry) error {
	if x.lock == nil {
		return nil
	}
	locked, ok := x.lock.Lookup(e.Package, e.File)
	switch {
	case ok && locked.Digest != e.Digest:
		return &LockMismatchError{Package: e.Package, File: e.File, Page: e.Digest, Lock: locked.Digest}
	case !ok && x.upstream == nil:
		return &UnlockedError{Package: e.Package, File: e.File}
	}
	return nil
}
