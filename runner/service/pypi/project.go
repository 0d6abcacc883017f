package pypi

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"
)

// project is one package as the index serves it: cut off, and rendered when a
// form is first asked for.
type project struct {
	page  Page
	files map[fileKey]File
	forms map[form]func() (rendered, error)
}

// fileKey is how a file's URL names it.
type fileKey struct{ digest, name string }

// form is one way to send a page.
type form struct {
	kind string // content type
	gzip bool
}

// rendered is a page in a file of its own, so that sendfile can send it.
type rendered struct {
	path string
	etag string
}

// newProject applies the cut-off to p. Rendered pages go to dir.
func newProject(p Page, cutoff time.Time, dir string) (*project, error) {
	if !cutoff.IsZero() {
		var err error
		if p, err = p.before(cutoff); err != nil {
			return nil, err
		}
	}
	pr := &project{page: p, files: make(map[fileKey]File, len(p.Files)), forms: map[form]func() (rendered, error){}}
	for _, f := range p.Files {
		pr.files[fileKey{f.Digest.Hex(), f.Name}] = f
	}
	for _, kind := range pageTypes {
		for _, zip := range []bool{false, true} {
			f := form{kind: kind, gzip: zip}
			pr.forms[f] = sync.OnceValues(func() (rendered, error) { return pr.render(f, dir) })
		}
	}
	return pr, nil
}

func (pr *project) render(f form, dir string) (_ rendered, err error) {
	data, err := renderAs(f.kind, pr.page)
	if err != nil {
		return rendered{}, err
	}
	file, err := os.CreateTemp(dir, pr.page.Name+"-*")
	if err != nil {
		return rendered{}, fmt.Errorf("render page of %s: %w", pr.page.Name, err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	etag := Digest(sha256.Sum256(data)).Hex()[:32]
	if f.gzip {
		// Two encodings of one page must not share a strong ETag (RFC 9110, 8.8.3).
		etag += "-gzip"
		// This gzip takes half the time of the standard library's and packs a
		// page 5 % larger; Preload packs dozens of them before a run.
		z := gzip.NewWriter(file)
		_, err = z.Write(data)
		err = errors.Join(err, z.Close())
	} else {
		_, err = file.Write(data)
	}
	if err != nil {
		return rendered{}, fmt.Errorf("render page of %s: %w", pr.page.Name, err)
	}
	return rendered{path: file.Name(), etag: `"` + etag + `"`}, nil
}

func renderAs(kind string, p Page) ([]byte, error) {
	link := func(f File) string {
		// Relative, so that the index works under any name of its host.
		return "../../files/" + p.Name + "/" + f.Digest.Hex() + "/" + f.Name
	}
	if kind == typeJSON {
		return renderJSON(p, link)
	}
	return renderHTML(p, link), nil
}

// project returns the package of that normalised name: from memory, else from
// the store, else from the upstream. Callers at the same time share the work.
func (x *Index) project(ctx context.Context, name string) (*project, error) {
	x.mu.Lock()
	pr := x.projects[name]
	x.mu.Unlock()
	if pr != nil {
		return pr, nil
	}
	v, err := x.once(ctx, "page "+name, func(ctx context.Context) (any, error) {
		p, err := x.page(ctx, name)
		if err != nil {
			return nil, err
		}
		pr, err := newProject(p, x.cutoff, x.dir)
		if err != nil {
			return nil, err
		}
		x.mu.Lock()
		defer x.mu.Unlock()
		x.projects[name] = pr
		return pr, nil
	})
	if err != nil {
		return nil, err
	}
	return v.(*project), nil
}

// stale tells whether a page was recorded before the cut-off, so that it may
// lack files.
func (x *Index) stale(p Page) bool { return p.Fetched.Before(x.cutoff) }

// page returns the recorded page, and records it first when that is needed and
// allowed. A stale one is recorded again.
func (x *Index) page(ctx context.Context, name string) (Page, error) {
	p, err := x.store.Page(name)
	absent := errors.Is(err, fs.ErrNotExist)
	if err != nil && !absent {
		return Page{}, err
	}
	switch {
	case x.upstream == nil && absent:
		return Page{}, &MissingError{Package: name}
	case x.upstream == nil, !absent && !x.stale(p):
		return p, nil
	}
	if p, err = x.upstream.page(ctx, name); err != nil {
		return Page{}, err
	}
	p.Fetched = x.now().UTC()
	return p, x.store.PutPage(p)
}
