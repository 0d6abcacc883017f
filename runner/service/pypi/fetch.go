package pypi

import (
	"context"
	"errors"
	"io/fs"
	"os"
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

// open returns the file from the store, and records it first when that is
// needed and allowed. link is where the upstream keeps it.
func (x *Index) open(ctx context.Context, e Entry, link string) (*os.File, fs.FileInfo, error) {
	f, info, err := x.store.Open(e.Digest)
	if !errors.Is(err, fs.ErrNotExist) {
		return f, info, err
	}
	if x.upstream == nil {
		return nil, nil, &MissingError{Package: e.Package, File: e.File}
	}
	_, err = x.once(ctx, "file "+e.Digest.Hex(), func(ctx context.Context) (any, error) {
		body, err := x.upstream.open(ctx, link)
		if err != nil {
			return nil, err
		}
		_, err = x.store.Put(e.Digest, body)
		return nil, errors.Join(err, body.Close())
	})
	if errors.Is(err, errNotThere) {
		return nil, nil, &MissingError{Package: e.Package, File: e.File, Upstream: x.upstream.String()}
	}
	if err != nil {
		return nil, nil, err
	}
	return x.store.Open(e.Digest)
}
