// Package trace turns BuildKit's status stream and a Dockerfile into
// classified spans.
//
// A Collector keeps what the stream said; a Trace is that evidence read with a
// Dockerfile and a study's rules. Every span comes from an interval or from a
// log line that the builder stamped with its own clock: nothing here reads a
// clock, and durations are left to package phase. Whether the flags prove a
// cache state is decided by package image.
//
// Four things in a status stream are not what they seem. A step's digest
// reports several intervals. A step whose result was found in a cache reports
// an empty one, made up by the daemon. A cached step whose blobs are fetched
// later reports the fetch under its own digest, with the cached flag gone: that
// time is a cache import, not the step's. And when a solve ends early the
// daemon completes the steps it has not finished: those spans are open.
package trace

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/image/dockerfile"
	"github.com/cibench/cibench/runner/piplog"
	"github.com/cibench/cibench/scenarios"
)

// A Trace is a status stream read with its Dockerfile and a study's rules.
type Trace struct {
	steps []step
	pip   map[*vertex]pipOutput // of the pip steps that were executed
}

// Trace classifies what the collector saw. The Dockerfile may be nil: then the
// names of the steps tell all there is. Rules see a step's whole name, "[stage-0
// 2/5] RUN make", and win over the default.
func (c *Collector) Trace(f *dockerfile.File, rules scenarios.StepPhases) *Trace {
	t := &Trace{pip: map[*vertex]pipOutput{}}
	for _, v := range c.order {
		t.steps = append(t.steps, classify(v, f, rules))
	}
	number(t.steps)
	for _, s := range t.steps {
		if s.pip > 0 && s.executed() {
			t.pip[s.vertex] = readPip(splitLines(s.logs), s.stop())
		}
	}
	return t
}

// Spans returns what the builder was doing, in seconds after start, sorted by
// start. Start is compared with the daemon's wall clock, so the daemon must
// run on this host; work that began before it has a negative start.
//
// A pip step is told up to three times: as PipInstall, as its number among the
// pip steps, and as the parts of pip's work in it. Parts that had no work are
// empty spans, so that their phases last zero seconds: all of them for a step
// from the cache, pip.build for wheels alone. The parts are missing when the
// output does not show them: pip -q, uv, and output that the daemon clipped.
func (t *Trace) Spans(start time.Time) []results.Span {
	var spans []results.Span
	for _, s := range t.steps {
		for _, iv := range s.intervals {
			spans = append(spans, s.spans(iv, start)...)
		}
		if out, ok := t.pip[s.vertex]; ok && out.Runs > 0 {
			spans = append(spans, s.parts(out, start)...)
		}
	}
	slices.SortStableFunc(spans, func(a, b results.Span) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.Stop, b.Stop),
			cmp.Compare(a.Step, b.Step), cmp.Compare(a.Phase, b.Phase))
	})
	return spans
}

// spans returns an interval as spans of the phases it counts towards.
func (s step) spans(iv *interval, start time.Time) []results.Span {
	stop := iv.completed
	if s.fetch(iv) {
		whole := s.span(CacheImport, iv.started, stop, start)
		whole.Cached = true
		if !iv.cached {
			return []results.Span{whole}
		}
		return append(s.each(iv.started, iv.started, start, true), whole)
	}
	return s.each(iv.started, stop, start, iv.cached)
}

// each returns a span for each phase that the step counts towards.
func (s step) each(from, to, start time.Time, cached bool) []results.Span {
	phases := []string{s.phase}
	if s.pip > 0 {
		phases = append(phases, fmt.Sprintf("%s.%d", PipInstall, s.pip))
		if cached {
			phases = append(phases, piplog.Resolve, piplog.Build, piplog.Unpack)
		}
	}
	spans := make([]results.Span, len(phases))
	for i, p := range phases {
		if i >= 2 { // of the parts, none had work
			to = from
		}
		spans[i] = s.span(p, from, to, start)
		spans[i].Cached = cached
	}
	return spans
}

// parts returns the parts of pip's work, and an empty span for each part that
// the step shows to have had no work.
func (s step) parts(out pipOutput, start time.Time) []results.Span {
	var spans []results.Span
	for _, p := range out.Whole(s.stop()) {
		spans = append(spans, s.span(p.Phase, p.Start, p.Stop, start))
	}
	return spans
}

// span returns one span; a zero time to leaves it open.
func (s step) span(phase string, from, to, start time.Time) results.Span {
	sp := results.Span{
		Phase: phase,
		Step:  s.digest.String(),
		Name:  s.name,
		Start: from.Sub(start).Seconds(),
		Open:  to.IsZero(),
	}
	if !sp.Open {
		sp.Stop = to.Sub(start).Seconds()
	}
	return sp
}

// stop returns the last moment at which the step was seen.
func (v *vertex) stop() time.Time {
	var last time.Time
	for _, iv := range v.intervals {
		for _, t := range []time.Time{iv.started, iv.completed} {
			if t.After(last) {
				last = t
			}
		}
	}
	for _, c := range v.logs {
		if c.time.After(last) {
			last = c.time
		}
	}
	return last
}
