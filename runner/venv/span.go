package venv

import (
	"fmt"
	"time"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/venv/cachestep"
	"github.com/cibench/cibench/runner/venv/job"
	"github.com/cibench/cibench/runner/venv/workflow"
)

// spans returns what the job was doing, in seconds after its start: each step
// as its phase, and each part of a cache's way as a part of cache-restore or
// cache-save, also where the step is another phase.
func (l *Lane) spans(r *job.Report) []results.Span {
	var spans []results.Span
	for _, s := range r.Steps {
		if s.Outcome == workflow.Skipped {
			continue
		}
		id := fmt.Sprintf("%d %s", s.Number, s.Name)
		phase := phaseOf(l.rules, s.Name, s.Kind, s.Text, s.Post)
		spans = append(spans, span(r, phase, id, s.Name, s.Started, s.Stopped))
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

func span(r *job.Report, phase, id, name string, from, to time.Time) results.Span {
	return results.Span{
		Phase: phase, Step: id, Name: name,
		Start: from.Sub(r.Started).Seconds(), Stop: to.Sub(r.Started).Seconds(),
	}
}
