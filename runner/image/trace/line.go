package trace

import (
	"maps"
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

// splitLines puts the lines of a step's streams together from chunks, in the
// order of their times.
func splitLines(chunks []chunk) []piplog.Line {
	var lines []piplog.Line
	streams := map[int]*piplog.Stream{}
	for _, c := range chunks {
		s := streams[c.stream]
		if s == nil {
			s = &piplog.Stream{Add: func(l piplog.Line) { lines = append(lines, l) }}
			streams[c.stream] = s
		}
		s.Write(c.data, c.time)
	}
	for _, id := range slices.Sorted(maps.Keys(streams)) {
		streams[id].Flush()
	}
	slices.SortStableFunc(lines, func(a, b piplog.Line) int { return a.Time.Compare(b.Time) })
	return lines
}
