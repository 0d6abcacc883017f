package job

import (
	"time"

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

	Lines   []Line // what it printed
	Dropped int    // lines in the midst of those that were too many to keep
}

// Duration is how long the step took.
func (s Step) Duration() time.Duration { return s.Stopped.Sub(s.Started) }

// A Line is one line of output, of either stream, without its end and without
// colours.
type Line struct {
	Time time.Time // when its first byte came
	Text string
}

// A Cache is one restore or save.
type Cache struct {
	Op    cachestep.Op
	Paths []string
	Keys  cachekey.Keys
	cachestep.Report
	Times []cachestep.Time // of the parts, in place of Report.Spans
}

// Cache returns the first operation of a kind among the step's.
func (s Step) Cache(op cachestep.Op) (Cache, bool) {
	for _, c := range s.Caches {
		if c.Op == op {
			return c, true
		}
	}
	return Cache{}, false
}
