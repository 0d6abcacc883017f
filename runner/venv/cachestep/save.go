package cachestep

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/cibench/cibench/runner/venv/workflow/cachekey"
	"github.com/cibench/cibench/runner/venv/workflow/glob"
)

// errNoPaths says that there is nothing to be saved.
var errNoPaths = saidf("Path Validation Error: Path(s) specified in the action for caching do(es) not exist, hence no cache is being saved.")

// save does what saveCacheV2 does. Its error is what the toolkit warns of; that
// no path is there is thrown instead.
func (w *work) save(ctx context.Context, r Request) error {
	dir, remove, err := w.scratch()
	if err != nil {
		return err
	}
	defer remove()
	err = w.during(PartCompress, func() error {
		paths, err := w.resolve(r.Paths)
		if err != nil {
			return err
		}
		return w.create(ctx, dir, paths)
	})
	if errors.Is(err, errNoPaths) {
		w.report.Failure = err.Error()
		return nil
	}
	if err != nil {
		return err
	}
	if err := w.saySize(dir); err != nil {
		return err
	}
	return w.during(PartUpload, func() error { return w.send(ctx, r, filepath.Join(dir, archiveFile)) })
}

// send makes an entry of an archive.
func (w *work) send(ctx context.Context, r Request, file string) error {
	v := cachekey.Version(r.Paths)
	url, err := w.client.reserve(ctx, r.Keys.Primary, v)
	if err != nil {
		// The toolkit keeps the reason for its debug output.
		w.say("Debug: Failed to reserve cache: %v", err)
		return saidf("Unable to reserve cache with key %s, another job may be creating this cache.", r.Keys.Primary)
	}
	if err := w.upload(ctx, url, file); err != nil {
		return err
	}
	w.report.Entry, err = w.client.finalize(ctx, r.Keys.Primary, v, w.report.Archive)
	return err
}

// resolve returns the paths that patterns match, as seen from the workspace.
func (w *work) resolve(patterns []string) ([]string, error) {
	found, err := glob.Resolve(strings.Join(patterns, "\n"), os.DirFS("/"), w.Workspace, w.Home)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, errNoPaths
	}
	for i, path := range found {
		if found[i], err = filepath.Rel(w.Workspace, path); err != nil {
			return nil, err
		}
	}
	return found, nil
}
