package job

import (
	"time"

	"github.com/cibench/cibench/runner/piplog"
	"github.com/cibench/cibench/runner/venv/cachestep"
	"github.com/cibench/cibench/runner/venv/workflow"
	"github.com/cibench/cibench/runner/venv/workflow/cachekey"
)

// A Report is what a job did.
type Report struct {
	Outcome          workflow.Outcome // Success, Failure, or Cancelled when its time was up
	Started, Stopped time.Time
	Steps            []Step // in the order in which they ran, posts behind
}

// Success tells whether the job succeeded.
func (r *Report) Success() bool { return r.Outcome == workflow.Success }

// A Step is what one step did, or the part of it that is done when all steps
// are through.
type Step struct {
	Number int    // in the workflow file, from 1; a post has that of its step
	Name   string // as GitHub shows it
	ID     string // "" for none
	Kind   workflow.Kind
	Post   bool
	Text   string // the script, or the action with its version

	// With the monotonic clock. Of a step that was skipped, the same moment.
	Started, Stopped time.Time

	Outcome    workflow.Outcome // what it came to
	Conclusion workflow.Outcome // likewise, after continue-on-error
	Error      string           // why it failed; "" for nothing
	ExitCode   int              // of a script
	Outputs    []workflow.Variable
	Caches     []Cache // what it did with caches: at most one of each kind

	Lines   []piplog.Line // what it printed
	Dropped int           // lines in the midst of those that were too many to keep
}

// A Cache is one restore or save.
type Cache struct {
	Op    cachestep.Op
	Paths []string
	Keys  cachekey.Keys
	cachestep.Report
	Times []cachestep.Time // of the parts, in place of Report.Spans
}
