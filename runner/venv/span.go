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
			for _, p := range pipParts(s) {
				spans = append(spans, span(r, p.Phase, id, s.Name, p.Start, p.Stop))
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

// pipParts returns what pip was doing in a step.
func pipParts(s job.Step) []piplog.Part {
	if s.Dropped > 0 { // part of the output is missing
		return nil
	}
	lines := make([]piplog.Line, len(s.Lines))
	for i, l := range s.Lines {
		lines[i] = piplog.Line(l)
	}
	out := piplog.Read(lines, s.Stopped)
	if out.Runs == 0 {
		return nil
	}
	return out.Whole(s.Stopped)
}

func span(r *job.Report, phase, id, name string, from, to time.Time) results.Span {
	return results.Span{
		Phase: phase, Step: id, Name: name,
		Start: from.Sub(r.Started).Seconds(), Stop: to.Sub(r.Started).Seconds(),
	}
}
