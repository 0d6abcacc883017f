package venv

import (
	"fmt"
	"time"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/piplog"
	"github.com/cibench/cibench/runner/venv/cachestep"
	"github.com/cibench/cibench/runner/venv/job"
	"github.com/cibench/cibench/runner/venv/workflow"
)

// spans returns what the job was doing, in seconds after its start: each step
// as its phase, each part of a cache's way as a part of cache-restore or
// cache-save, also where the step is another phase, and of installations the
// parts of pip's work, where its output shows them: uv's is not read.
func (l *Lane) spans(r *job.Report) []results.Span {
	var spans []results.Span
	for _, s := range r.Steps {
		if s.Outcome == workflow.Skipped {
			continue
		}
		id := fmt.Sprintf("%d %s", s.Number, s.Name)
		phase := phaseOf(l.rules, s.Name, s.Kind, s.Text, s.Post)
		spans = append(spans, span(r, phase, id, s.Name, s.Started, s.Stopped))
		if phase == DependencyInstall {
			if out, ok := pip(s); ok {
				for _, p := range out.Whole(s.Stopped) {
					spans = append(spans, span(r, p.Phase, id, s.Name, p.Start, p.Stop))
				}
			}
		}
		for _, c := range s.Caches {
			whole := CacheRestore
			if c.Op == cachestep.Save {
				whole = CacheSave
			}
			for _, t := range c.Times {
				spans = append(spans, span(r, whole+"."+string(t.Part), id, s.Name, t.Start, t.Stop))
			}
		}
	}
	return spans
}

// installed returns how many packages pip installed in the job; false where a
// step that installs does not show it.
func (l *Lane) installed(r *job.Report) (int64, bool) {
	var packages int
	for _, s := range r.Steps {
		if s.Outcome == workflow.Skipped || phaseOf(l.rules, s.Name, s.Kind, s.Text, s.Post) != DependencyInstall {
			continue
		}
		out, ok := pip(s)
		if !ok {
			return 0, false
		}
		packages += out.Packages
	}
	return int64(packages), true
}

// pip returns what pip was doing in a step; false where the output does not show
// all of it.
func pip(s job.Step) (piplog.Output, bool) {
	out := piplog.Read(s.Lines, s.Stopped)
	return out, out.Runs > 0 && s.Dropped == 0
}

func span(r *job.Report, phase, id, name string, from, to time.Time) results.Span {
	return results.Span{
		Phase: phase, Step: id, Name: name,
		Start: from.Sub(r.Started).Seconds(), Stop: to.Sub(r.Started).Seconds(),
	}
}
