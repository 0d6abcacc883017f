package job

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/cibench/cibench/runner/venv/cachestep"
	"github.com/cibench/cibench/runner/venv/workflow"
	"github.com/cibench/cibench/runner/venv/workflow/cachekey"
)

// cacheState is what a step knows in the end of what it found in the beginning.
type cacheState struct {
	keys    cachekey.Keys
	paths   []string
	matched string // key of the entry that was restored; "" for none
}

// request has a cache step done inside, and takes it down.
func (d *doing) request(ctx context.Context, op cachestep.Op, paths []string, keys cachekey.Keys) (cachestep.Report, error) {
	var r cachestep.Report
	text, err := json.Marshal(cachestep.Request{Op: op, Paths: paths, Keys: keys})
	if err != nil {
		return r, err
	}
	// As on a hosted runner, no script sees these two.
	service := []string{"ACTIONS_RESULTS_URL=" + d.cfg.Cache.URL, "ACTIONS_RUNTIME_TOKEN=" + d.cfg.Cache.Token}
	var out bytes.Buffer
	code, err := d.run(ctx, Workspace, &out, service, programPath, cachestep.Command, string(text))
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(out.Bytes(), &r); err != nil || code != 0 {
		return r, fmt.Errorf("%s of a cache: exit code %d, report %q", op, code, out.Bytes())
	}
	d.step.Caches = append(d.step.Caches, Cache{Op: op, Paths: paths, Keys: keys, Report: r, Times: r.Times()})
	return r, nil
}

// restoreCache does what actions/cache does in the beginning, and
// actions/cache/restore, with their messages (actions/cache, restoreImpl.ts).
func (d *doing) restoreCache(ctx context.Context) error {
	in, half := d.task.Inputs, d.task.Step.Kind == workflow.KindCacheRestore
	keys := cachekey.Keys{Primary: in["key"], Restore: cachekey.Lines(in["restore-keys"])}
	state := &cacheState{keys: keys}
	d.caches[d.task.Step] = state
	if half {
		d.output("cache-primary-key", keys.Primary)
	}
	op := cachestep.Restore
	if d.task.Flag("lookup-only") {
		op = cachestep.LookUp
	}
	r, err := d.request(ctx, op, cachekey.Lines(in["path"]), keys)
	switch {
	case err != nil:
		return err
	case r.Failure != "":
		d.fail("%s", r.Failure)
		return nil
	case r.Matched == "" && d.task.Flag("fail-on-cache-miss"):
		d.fail("Failed to restore cache entry. Exiting as fail-on-cache-miss is set. Input key: %s", keys.Primary)
		return nil
	case r.Matched == "": // and no output cache-hit
		d.out.say("Cache not found for input keys: %s", strings.Join(append([]string{keys.Primary}, keys.Restore...), ", "))
		return nil
	}
	state.matched = r.Matched
	if half {
		d.output("cache-matched-key", r.Matched)
	}
	d.output("cache-hit", strconv.FormatBool(keys.Exact(r.Matched)))
	if op == cachestep.LookUp {
		d.out.say("Cache found and can be restored from key: %s", r.Matched)
	} else {
		d.out.say("Cache restored from key: %s", r.Matched)
	}
	return nil
}

// saveCache does what actions/cache does in the end, and actions/cache/save,
// with their messages (actions/cache, saveImpl.ts). Nothing that goes wrong
// fails the step.
func (d *doing) saveCache(ctx context.Context) error {
	key := d.task.Inputs["key"]
	if state := d.caches[d.task.Step]; state != nil { // of this step's beginning
		key = state.keys.Primary
		if state.keys.Exact(state.matched) {
			d.out.say("Cache hit occurred on the primary key %s, not saving cache.", key)
			return nil
		}
	}
	r, err := d.request(ctx, cachestep.Save, cachekey.Lines(d.task.Inputs["path"]), cachekey.Keys{Primary: key})
	if err != nil {
		return err
	}
	if r.Failure != "" {
		d.out.say("[warning]%s", r.Failure)
	}
	switch {
	case r.Entry != "":
		d.out.say("Cache saved with key: %s", key)
	case d.task.Step.Kind == workflow.KindCacheSave:
		d.out.say("Warning: Cache save failed.")
	}
	return nil
}
