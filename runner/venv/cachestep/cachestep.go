// Package cachestep restores and saves caches as the actions do, inside of a
// job's container or beside an image build: it does what @actions/cache
// (github.com/actions/toolkit, packages/cache, 6.0) does on a hosted runner, in
// its order and with its messages, against version 2 of the cache service.
//
// The one invariant is the order of the work, because it is what costs time: an
// archive is whole on the disk before tar begins to read it, and whole before a
// byte of it is sent. tar is the image's own and works as the toolkit calls it;
// the compression is always this program's, since base images have no zstd, so
// that images with and without one compare. Its level is the default of the
// zstd program, 3, in the estimation of its library.
//
// Unlike the toolkit, no request is repeated: on loopback a failure is the
// service's, and to be seen. What an action makes of a result, and whether it
// saves at all, is left to package job.
package cachestep

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"github.com/cibench/cibench/runner/venv/workflow/cachekey"
)

// The hidden subcommands of the program: Command does one Request, and
// ZstdCommand is what tar has its archives compressed by.
const (
	Command     = "cache-step"
	ZstdCommand = "cache-zstd"
)

// An Op is what to do.
type Op string

// The operations.
const (
	Restore Op = "restore"
	LookUp  Op = "look-up" // a restore that stops at what it found
	Save    Op = "save"
)

// A Request is one call of the toolkit.
type Request struct {
	Op    Op            `json:"op"`
	Paths []string      `json:"paths"` // as given to the action
	Keys  cachekey.Keys `json:"keys"`  // of a save, the primary one
}

// A Step does requests. Its fields are the environment that an action finds.
type Step struct {
	URL       string // ACTIONS_RESULTS_URL
	Token     string // ACTIONS_RUNTIME_TOKEN
	Workspace string // GITHUB_WORKSPACE
	Home      string
	Temp      string    // RUNNER_TEMP
	Zstd      string    // command line of ZstdCommand; a path in it has no space
	Log       io.Writer // of what an action prints

	segment, chunk, single, block int64 // bytes; 0 for the toolkit's
}

// Run does a request. Everything that goes wrong is in the report.
func (s Step) Run(ctx context.Context, r Request) Report {
	w := &work{Step: s, client: &client{base: s.URL, token: s.Token, http: &http.Client{Transport: transport()}}}
	defer w.client.http.CloseIdleConnections()
	if err := r.check(); err != nil {
		w.report.Failure = err.Error()
		return w.report
	}
	verb := "save"
	var err error
	switch r.Op {
	case Save:
		err = w.save(ctx, r)
	default:
		verb = "restore"
		err = w.restore(ctx, r)
	}
	if err != nil {
		w.report.Warning = fmt.Sprintf("Failed to %s: %v", verb, err)
		w.say("Warning: %s", w.report.Warning)
	}
	return w.report
}

func (r Request) check() error {
	if r.Op != Restore && r.Op != LookUp && r.Op != Save {
		return fmt.Errorf("operation %q: want %s, %s or %s", r.Op, Restore, LookUp, Save)
	}
	if len(r.Paths) == 0 {
		return saidf("Path Validation Error: At least one directory or file path is required")
	}
	keys := r.Keys
	if r.Op == Save {
		keys.Restore = nil
	}
	if err := keys.Check(); err != nil {
		return saidf("Key Validation Error: %v", err)
	}
	return nil
}

// work is one request being done.
type work struct {
	Step
	client *client
	report Report
}

func (w *work) say(format string, args ...any) { fmt.Fprintf(w.Log, format+"\n", args...) }

// archiveFile is the name that an archive has while it is on the disk.
const archiveFile = "cache.tzst"

// scratch returns a new directory for an archive.
func (w *work) scratch() (dir string, remove func(), err error) {
	if err := os.MkdirAll(w.Temp, 0o755); err != nil {
		return "", nil, err
	}
	dir, err = os.MkdirTemp(w.Temp, "cache-")
	return dir, func() { os.RemoveAll(dir) }, err
}

// saySize says the size of an archive and takes it down.
func (w *work) saySize(dir string) error {
	info, err := os.Stat(filepath.Join(dir, archiveFile))
	if err != nil {
		return err
	}
	w.report.Archive = info.Size()
	w.say("Cache Size: ~%d MB (%d B)", (info.Size()+1<<19)>>20, info.Size())
	return nil
}
