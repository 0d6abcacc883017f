package piplog

import (
	"bytes"
	"regexp"
	"time"
)

// A Stream puts the lines of an output together from pieces that are cut
// anywhere. A carriage return ends a line, too, so that each state of a progress
// bar is one. Empty lines are left out.
type Stream struct {
	Add  func(Line) // takes each line when it ends
	Most int        // bytes of a line, about; a longer one becomes several; 0 for no bound

	data []byte
	time time.Time
}

// Write takes a piece that was written at that time.
func (s *Stream) Write(p []byte, at time.Time) {
	for len(p) > 0 {
		if len(s.data) == 0 {
			s.time = at
		}
		i := bytes.IndexAny(p, "\r\n")
		if i < 0 {
			s.data = append(s.data, p...)
			if s.Most > 0 && len(s.data) > s.Most {
				s.Flush()
			}
			return
		}
		s.data = append(s.data, p[:i]...)
		p = p[i+1:]
		s.Flush()
	}
}

// escape matches the ANSI control sequences of ECMA-48, section 5.4.
var escape = regexp.MustCompile(`\x1b\[[0-?]*[ -/]*[@-~]`)

// Flush ends the line that has begun.
func (s *Stream) Flush() {
	text := bytes.TrimRight(escape.ReplaceAll(s.data, nil), " \t")
	s.data = s.data[:0]
	if len(text) > 0 {
		s.Add(Line{s.time, string(text)})
	}
}
