package job

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
)

// What is kept of a step's output: its beginning and its end, so that neither
// how it went about nor why it failed is lost.
const (
	keepFirst = 4 << 20 // bytes
	keepLast  = 1 << 20
	longest   = 64 << 10 // bytes of a line; a longer one becomes several
)

// output gathers what a step prints. It is written to by one goroutine.
type output struct {
	now   func() time.Time
	first []Line
	last  []Line
	size  [2]int // bytes of each
	drop  int

	commands map[string]string // of forbidden, that were printed

	stdout stream
	stderr stream
}

// A stream is a line that has begun.
type stream struct {
	out  *output
	data []byte
	time time.Time
}

func newOutput() *output {
	o := &output{now: time.Now, commands: map[string]string{}}
	o.stdout.out, o.stderr.out = o, o
	return o
}

// Write implements io.Writer. A carriage return ends a line, too, so each state
// of a progress bar is one.
func (s *stream) Write(p []byte) (int, error) {
	now := s.out.now()
	for rest := p; len(rest) > 0; {
		if len(s.data) == 0 {
			s.time = now
		}
		i := bytes.IndexAny(rest, "\r\n")
		if i < 0 {
			s.data = append(s.data, rest...)
			if len(s.data) > longest {
				s.flush()
			}
			break
		}
		s.data = append(s.data, rest[:i]...)
		rest = rest[i+1:]
		s.flush()
	}
	return len(p), nil
}

// escape matches the ANSI control sequences of ECMA-48, section 5.4.
var escape = regexp.MustCompile(`\x1b\[[0-?]*[ -/]*[@-~]`)

// flush ends the line. Empty ones are left out.
func (s *stream) flush() {
	text := string(bytes.TrimRight(escape.ReplaceAll(s.data, nil), " \t"))
	s.data = s.data[:0]
	if text == "" {
		return
	}
	s.out.add(Line{s.time, text})
	if rest, ok := strings.CutPrefix(strings.TrimLeft(text, " \t"), "::"); ok {
		name := rest[:len(rest)-len(strings.TrimLeft(rest, "abcdefghijklmnopqrstuvwxyz-"))]
		if instead, ok := forbidden[name]; ok {
			s.out.commands[name] = instead
		}
	}
}

// forbidden are the workflow commands that change what later steps do, each
// with the file that took its place. A runner refuses all but set-output,
// against which it warns (ActionCommandManager).
var forbidden = map[string]string{
	"set-output": "GITHUB_OUTPUT", "set-env": "GITHUB_ENV", "add-path": "GITHUB_PATH", "save-state": "GITHUB_STATE",
}

func (o *output) add(l Line) {
	if o.last == nil && o.size[0]+len(l.Text) <= keepFirst {
		o.first = append(o.first, l)
		o.size[0] += len(l.Text)
		return
	}
	o.last = append(o.last, l)
	o.size[1] += len(l.Text)
	for o.size[1] > keepLast {
		o.size[1] -= len(o.last[0].Text)
		o.last = o.last[1:]
		o.drop++
	}
}

// say adds a line of the runner's own.
func (o *output) say(format string, args ...any) {
	o.add(Line{o.now(), fmt.Sprintf(format, args...)})
}

func (o *output) streams() (stdout, stderr io.Writer) { return &o.stdout, &o.stderr }

// lines ends the lines that have begun and returns all in the order of their
// times, and how many are missing in their midst.
func (o *output) lines() ([]Line, int) {
	o.stdout.flush()
	o.stderr.flush()
	all := append(o.first, o.last...)
	slices.SortStableFunc(all, func(a, b Line) int { return a.Time.Compare(b.Time) })
	return all, o.drop
}
