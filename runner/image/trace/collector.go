package trace

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/moby/buildkit/client"
	"github.com/opencontainers/go-digest"

	"github.com/cibench/cibench/runner/piplog"
)

// A Collector keeps what a status stream says about each step. The zero value
// is ready for use. It is not safe for concurrent use: read it when Consume
// has returned.
type Collector struct {
	vertexes map[digest.Digest]*vertex
	order    []*vertex // as first seen
}

// A vertex is one node of the build graph.
type vertex struct {
	digest    digest.Digest
	name      string
	inputs    bool // it works on the result of another vertex
	intervals []*interval
	fetches   []time.Time // starts of blob downloads and extractions
	logs      []chunk
	err       string
}

// An interval is one piece of work that a vertex reported.
type interval struct {
	started   time.Time
	completed time.Time // zero: not seen
	cached    bool
	inputs    bool // reported as work on inputs, not as a fetch of a result
}

// A chunk is a piece of output, cut anywhere.
type chunk struct {
	stream int
	data   []byte
	time   time.Time
}

// Consume adds what the channel delivers until it is closed, as
// client.Client.Solve does at its end.
func (c *Collector) Consume(ch <-chan *client.SolveStatus) {
	for s := range ch {
		c.Add(s)
	}
}

// Add adds one message of the stream.
func (c *Collector) Add(s *client.SolveStatus) {
	if s == nil {
		return
	}
	for _, v := range s.Vertexes {
		if v != nil {
			c.vertex(v.Digest).add(v)
		}
	}
	for _, st := range s.Statuses {
		if st != nil && st.Started != nil && fetchesBlob(st.ID) {
			v := c.vertex(st.Vertex)
			if !slices.ContainsFunc(v.fetches, st.Started.Equal) {
				v.fetches = append(v.fetches, *st.Started)
			}
		}
	}
	for _, l := range s.Logs {
		if l != nil {
			v := c.vertex(l.Vertex)
			v.logs = append(v.logs, chunk{l.Stream, l.Data, l.Timestamp})
		}
	}
}

// Log returns the last n lines of output of the steps that failed, or of all
// steps when none did.
func (c *Collector) Log(n int) string {
	var failed, all []piplog.Line
	for _, v := range c.order {
		lines := splitLines(v.logs)
		all = append(all, lines...)
		if v.err != "" && !strings.HasSuffix(v.err, context.Canceled.Error()) {
			failed = append(failed, lines...)
		}
	}
	if len(failed) == 0 {
		failed = all
	}
	slices.SortStableFunc(failed, func(a, b piplog.Line) int { return a.Time.Compare(b.Time) })
	var b strings.Builder
	for _, l := range failed[max(0, len(failed)-max(0, n)):] {
		b.WriteString(l.Text)
		b.WriteByte('\n')
	}
	return b.String()
}

func (c *Collector) vertex(d digest.Digest) *vertex {
	if v := c.vertexes[d]; v != nil {
		return v
	}
	if c.vertexes == nil {
		c.vertexes = map[digest.Digest]*vertex{}
	}
	v := &vertex{digest: d}
	c.vertexes[d] = v
	c.order = append(c.order, v)
	return v
}

// add merges one report. A later report of the same interval, told by its
// start, replaces what the earlier one said.
func (v *vertex) add(r *client.Vertex) {
	if r.Name != "" {
		v.name = r.Name
	}
	if r.Error != "" {
		v.err = r.Error
	}
	v.inputs = v.inputs || len(r.Inputs) > 0
	if r.Started == nil {
		return
	}
	i := slices.IndexFunc(v.intervals, func(iv *interval) bool { return iv.started.Equal(*r.Started) })
	if i < 0 {
		i = len(v.intervals)
		v.intervals = append(v.intervals, &interval{started: *r.Started})
	}
	iv := v.intervals[i]
	iv.cached = r.Cached
	iv.inputs = iv.inputs || len(r.Inputs) > 0
	// A daemon completes what a solve left unfinished with exactly this
	// error (solver/progress.go, encore). When the work stopped is not known.
	if r.Completed != nil && r.Error != context.Canceled.Error() {
		iv.completed = *r.Completed
	}
}

// fetchesBlob tells whether a status is the download of a blob or the
// extraction of one.
func fetchesBlob(id string) bool {
	_, err := digest.Parse(strings.TrimPrefix(id, "extracting "))
	return err == nil
}

// cached tells whether the step's result was found in a cache.
func (v *vertex) cached() bool {
	return slices.ContainsFunc(v.intervals, func(iv *interval) bool { return iv.cached })
}

// executed tells whether the step ran.
func (v *vertex) executed() bool {
	return slices.ContainsFunc(v.intervals, func(iv *interval) bool { return !iv.cached && !v.fetch(iv) })
}

// fetch tells whether the interval is spent on bringing in a result that was
// found in a cache: the reports of a lazy download name no inputs, and blobs
// come in while it lasts.
func (v *vertex) fetch(iv *interval) bool {
	if !v.inputs || !v.cached() {
		return false
	}
	if !iv.cached && !iv.inputs {
		return true
	}
	return slices.ContainsFunc(v.fetches, func(t time.Time) bool {
		return !t.Before(iv.started) && (iv.completed.IsZero() || !t.After(iv.completed))
	})
}
