package trace

import (
	"bytes"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/cibench/cibench/runner/piplog"
)

// clippedLine is what the daemon puts in the place of output beyond its limit
// (util/progress/logs). What follows it is a copy with later times.
const clippedLine = "[output clipped, log limit "

// pipOutput is what the output of a step tells of the pip runs in it; nothing,
// if the daemon clipped it.
type pipOutput struct {
	piplog.Output
	clipped bool
}

// readPip reads the output of a step that ended at stop.
func readPip(lines []piplog.Line, stop time.Time) pipOutput {
	if slices.ContainsFunc(lines, func(l piplog.Line) bool { return strings.HasPrefix(l.Text, clippedLine) }) {
		return pipOutput{clipped: true}
	}
	return pipOutput{Output: piplog.Read(lines, stop)}
}

// escape matches the ANSI control sequences of ECMA-48, section 5.4.
var escape = regexp.MustCompile(`\x1b\[[0-?]*[ -/]*[@-~]`)

// splitLines puts the lines of a step's streams together from chunks that are
// cut anywhere, in the order of their times. A carriage return ends a line, so
// every state of a progress bar is one. Empty lines are left out.
func splitLines(chunks []chunk) []piplog.Line {
	type partial struct {
		data []byte
		time time.Time
	}
	streams := map[int]*partial{}
	var lines []piplog.Line
	flush := func(p *partial) {
		text := escape.ReplaceAll(p.data, nil)
		if text = bytes.TrimRight(text, " \t"); len(text) > 0 {
			lines = append(lines, piplog.Line{Text: string(text), Time: p.time})
		}
		p.data = p.data[:0]
	}
	for _, c := range chunks {
		p := streams[c.stream]
		if p == nil {
			p = &partial{}
			streams[c.stream] = p
		}
		for rest := c.data; len(rest) > 0; {
			if len(p.data) == 0 {
				p.time = c.time
			}
			i := bytes.IndexAny(rest, "\r\n")
			if i < 0 {
				p.data = append(p.data, rest...)
				break
			}
			p.data = append(p.data, rest[:i]...)
			rest = rest[i+1:]
			flush(p)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(streams)) {
		flush(streams[id])
	}
	slices.SortStableFunc(lines, func(a, b piplog.Line) int { return a.Time.Compare(b.Time) })
	return lines
}
