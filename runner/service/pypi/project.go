package pypi

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// project is one package as the index serves it: cut off, and rendered when a
// form is first asked for. Pages of real packages are megabytes, most of it about
// files that nobody asks for, so a project can let its page go and reads it again
// when it has to.
type project struct {
	load  func() (Page, error) // cut off
	forms map[form]func() (rendered, error)

	mu    sync.Mutex // guards what follows
	page  *Page      // nil when it was let go
	files map[fileKey]File
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

// newProject returns the project of the page that load reads. Rendered pages go
// to dir.
func newProject(load func() (Page, error), dir string) *project {
	pr := &project{load: load, forms: map[form]func() (rendered, error){}}
	for _, kind := range pageTypes {
		for _, zip := range []bool{false, true} {
			f := form{kind: kind, gzip: zip}
			pr.forms[f] = untilDone(func() (rendered, error) {
				page, err := pr.whole()
				if err != nil {
					return rendered{}, err
				}
				return render(f, page, dir)
			})
		}
	}
	return pr
}

// untilDone returns a function that calls fn until it succeeds, once at a time,
// and returns what came of that from then on. A failure is not kept: the disk
// may have room again when pip asks the next time.
func untilDone(fn func() (rendered, error)) func() (rendered, error) {
	var (
		mu   sync.Mutex
		done bool
		page rendered
	)
	return func() (rendered, error) {
		mu.Lock()
		defer mu.Unlock()
		if done {
			return page, nil
		}
		var err error
		page, err = fn()
		done = err == nil
		return page, err
	}
}

// whole returns the page, and has all its files known.
func (pr *project) whole() (Page, error) {
	pr.mu.Lock()
	defer pr.mu.Unlock()
	if pr.page == nil {
		page, err := pr.load()
		if err != nil {
			return Page{}, err
		}
		pr.page, pr.files = &page, make(map[fileKey]File, len(page.Files))
		for _, f := range page.Files {
			pr.files[fileKey{f.Digest.Hex(), f.Name}] = f
		}
	}
	return *pr.page, nil
}

// file returns the file that a URL names, and whether the page has it.
func (pr *project) file(key fileKey) (File, bool, error) {
	pr.mu.Lock()
	f, ok := pr.files[key]
	pr.mu.Unlock()
	if ok {
		return f, true, nil
	}
	if _, err := pr.whole(); err != nil {
		return File{}, false, err
	}
	pr.mu.Lock()
	defer pr.mu.Unlock()
	f, ok = pr.files[key]
	return f, ok, nil
}

// letGo forgets the page and every file but those of these names.
func (pr *project) letGo(keep func(name string) bool) {
	pr.mu.Lock()
	defer pr.mu.Unlock()
	kept := map[fileKey]File{}
	for key, f := range pr.files {
		if keep(f.Name) {
			kept[key] = f
		}
	}
	pr.page, pr.files = nil, kept
}

func render(f form, page Page, dir string) (_ rendered, err error) {
	data, err := renderAs(f.kind, page)
	if err != nil {
		return rendered{}, err
	}
	file, err := os.CreateTemp(dir, page.Name+"-*")
	if err != nil {
		return rendered{}, fmt.Errorf("render page of %s: %w", page.Name, err)
	}
	defer func() {
		if err = errors.Join(err, file.Close()); err != nil {
			err = errors.Join(err, os.Remove(file.Name())) // it is rendered again
		}
	}()
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
		return rendered{}, fmt.Errorf("render page of %s: %w", page.Name, err)
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
		if err := x.recordPage(ctx, name); err != nil {
			return nil, err
		}
		pr := newProject(func() (Page, error) { return x.page(name) }, x.dir)
		if _, err := pr.whole(); err != nil {
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

// page returns the recorded page, cut off.
func (x *Index) page(name string) (Page, error) {
	p, err := x.store.Page(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Page{}, &MissingError{Package: name}
	case err != nil || x.cutoff.IsZero():
		return p, err
	}
	return p.before(x.cutoff)
}

// recordPage records the page when that is needed and allowed. A stale one is
// recorded again.
func (x *Index) recordPage(ctx context.Context, name string) error {
	if x.upstream == nil {
		return nil
	}
	p, err := x.store.Page(name)
	absent := errors.Is(err, fs.ErrNotExist)
	switch {
	case err != nil && !absent:
		return err
	case !absent && !x.stale(p):
		return nil
	}
	if p, err = x.upstream.page(ctx, name); err != nil {
		return err
	}
	p.Fetched = x.now().UTC()
	return x.store.PutPage(p)
}
