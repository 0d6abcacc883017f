package cachestep

import (
	"context"
	"path/filepath"
	"slices"

	"github.com/cibench/cibench/runner/venv/workflow/cachekey"
)

// restore does what restoreCacheV2 does. Its error is what the toolkit warns of
// before it goes on without a cache; tar may have extracted a part by then,
// which stays.
func (w *work) restore(ctx context.Context, r Request) error {
	var found downloadResponse
	err := w.during(PartLookUp, func() (err error) {
		found, err = w.client.lookUp(ctx, r.Keys, cachekey.Version(r.Paths))
		return err
	})
	if err != nil || !found.OK {
		return err
	}
	w.report.Found, w.report.Exact = found.Key, r.Keys.Exact(found.Key)
	if found.Key == r.Keys.Primary {
		w.say("Cache hit for: %s", found.Key)
	} else {
		w.say("Cache hit for restore-key: %s", found.Key)
	}
	if r.Op == LookUp {
		w.say("Lookup only - skipping download")
		w.report.Matched = found.Key
		return nil
	}
	dir, remove, err := w.scratch()
	if err != nil {
		return err
	}
	defer remove()
	file := filepath.Join(dir, archiveFile)
	if err := w.during(PartDownload, func() error { return w.download(ctx, found.URL, file) }); err != nil {
		return err
	}
	if err := w.saySize(dir); err != nil {
		return err
	}
	before := w.environments()
	err = w.during(PartExtract, func() error { return w.extract(ctx, dir) })
	w.report.Environments = slices.DeleteFunc(w.environments(), func(env string) bool { return slices.Contains(before, env) })
	if err != nil {
		return err
	}
	w.say("Cache restored successfully")
	w.report.Matched = found.Key
	return nil
}
