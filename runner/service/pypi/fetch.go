package pypi

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// errClosing is the cause of a download that Close abandoned.
var errClosing = errors.New("the package index is closing")

// once runs fn, or waits for the same call already under way. fn outlives the
// request that started it, since others wait for it too, but not the index.
func (x *Index) once(ctx context.Context, key string, fn func(context.Context) (any, error)) (any, error) {
	done := x.flights.DoChan(key, func() (any, error) {
		x.mu.Lock()
		if x.closed {
			x.mu.Unlock()
			return nil, errClosing
		}
		x.fetches.Add(1)
		x.mu.Unlock()
		defer x.fetches.Done()
		ctx, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
		defer cancel(nil)
		go func() {
			select {
			case <-x.closing:
				cancel(errClosing)
			case <-ctx.Done():
			}
		}()
		return fn(ctx)
	})
	select {
	case r := <-done:
		return r.Val, r.Err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// Fetch records the files, metadata files among them, and the pages of their
// packages, as far as the store lacks them. A file that the upstream offers no
// more, or with another digest, is a *MissingError.
func (x *Index) Fetch(ctx context.Context, entries []Entry) error {
	for _, e := range entries {
		pr, err := x.project(ctx, e.Package)
		if err != nil {
			return err
		}
		link, ok, err := pr.link(e)
		if err != nil {
			return err
		}
		if !ok {
			return fmt.Errorf("%s: %w", e.Digest, x.missing(e))
		}
		f, _, err := x.open(ctx, e, link)
		if err == nil {
			err = f.Close()
		}
		if err != nil {
			return fmt.Errorf("package %q: file %q: %w", e.Package, e.File, err)
		}
	}
	return nil
}

// link returns where the upstream keeps that file, and whether it does.
func (pr *project) link(e Entry) (string, bool, error) {
	page, err := pr.whole()
	if err != nil {
		return "", false, err
	}
	release, isMetadata := strings.CutSuffix(e.File, metadataSuffix)
	for _, f := range page.Files {
		switch {
		case f.Name != release:
		case !isMetadata && f.Digest == e.Digest:
			return f.URL, true, nil
		case isMetadata && f.Metadata != nil && *f.Metadata == e.Digest:
			link, err := metadataURL(f.URL)
			return link, true, err
		}
	}
	return "", false, nil
}

// open returns the file from the store, and records it first when that is
// needed and allowed. link is where the upstream keeps it.
func (x *Index) open(ctx context.Context, e Entry, link string) (*os.File, fs.FileInfo, error) {
	f, info, err := x.store.Open(e.Digest)
	if !errors.Is(err, fs.ErrNotExist) {
		return f, info, err
	}
	if x.upstream == nil {
		return nil, nil, x.missing(e)
	}
	_, err = x.once(ctx, "file "+e.Digest.Hex(), func(ctx context.Context) (any, error) {
		body, err := x.upstream.open(ctx, link)
		if err != nil {
			return nil, err
		}
		return nil, errors.Join(x.store.Put(e.Digest, body), body.Close())
	})
	if errors.Is(err, errNotThere) {
		return nil, nil, x.missing(e)
	}
	if err != nil {
		return nil, nil, err
	}
	return x.store.Open(e.Digest)
}

// missing is the error of a file that is neither here nor at the upstream.
func (x *Index) missing(e Entry) error {
	err := &MissingError{Package: e.Package, File: e.File}
	if x.upstream != nil {
		err.Upstream = x.upstream.String()
	}
	return err
}
