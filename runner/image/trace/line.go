package trace

import (
	"bytes"
	"maps"
	"regexp"
	"slices"
	"time"
)

// A line is one line of a step's output, without colours and line end, with
// the time at which its first byte was written.
type line struct {
	text string
	time time.Time
}

// escape matches the ANSI control sequences of ECMA-48, section 5.4.
var escape = regexp.MustCompile(`\x1b\[[0-?]*[ -/]*[@-~]`)

// splitLines puts the lines of a step's streams together from chunks that are
// cut anywhere, in the order of their times. A carriage return ends a line, so
// every state of a progress bar is one. Empty lines are left out.
func splitLines(chunks []chunk) []line {
	type partial struct {
		data []byte
		time time.Time
	}
	streams := map[int]*partial{}
	var lines []line
	flush := func(p *partial) {
		text := escape.ReplaceAll(p.data, nil)
		if text = bytes.TrimRight(text, " \t"); len(text) > 0 {
			lines = append(lines, line{string(text), p.time})
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
	slices.SortStableFunc(lines, func(a, b line) int { return a.time.Compare(b.time) })
	return lines
}
