package job

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/cibench/cibench/runner/piplog"
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
	first []piplog.Line
	last  []piplog.Line
	size  [2]int // bytes of each
	drop  int

	commands map[string]string // of forbidden, that were printed

	stdout stream
	stderr stream
}

// A stream is one of the two that a step writes to.
type stream struct {
	out *output
	piplog.Stream
}

func newOutput() *output {
	o := &output{now: time.Now, commands: map[string]string{}}
	for _, s := range []*stream{&o.stdout, &o.stderr} {
		*s = stream{o, piplog.Stream{Add: o.take, Most: longest}}
	}
	return o
}

// Write implements io.Writer.
func (s *stream) Write(p []byte) (int, error) {
	s.Stream.Write(p, s.out.now())
	return len(p), nil
}

// take takes a line of the step.
func (o *output) take(l piplog.Line) {
	o.add(l)
	if rest, ok := strings.CutPrefix(strings.TrimLeft(l.Text, " \t"), "::"); ok {
		name := rest[:len(rest)-len(strings.TrimLeft(rest, "abcdefghijklmnopqrstuvwxyz-"))]
		if instead, ok := forbidden[name]; ok {
			o.commands[name] = instead
		}
	}
}

// forbidden are the workflow commands that change what later steps do, each
// with the file that took its place. A runner refuses all but set-output,
// against which it warns (ActionCommandManager).
var forbidden = map[string]string{
	"set-output": "GITHUB_OUTPUT", "set-env": "GITHUB_ENV", "add-path": "GITHUB_PATH", "save-state": "GITHUB_STATE",
}

func (o *output) add(l piplog.Line) {
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
	o.add(piplog.Line{Time: o.now(), Text: fmt.Sprintf(format, args...)})
}

func (o *output) streams() (stdout, stderr io.Writer) { return &o.stdout, &o.stderr }

// lines ends the lines that have begun and returns all in the order of their
// times, and how many are missing in their midst.
func (o *output) lines() ([]piplog.Line, int) {
	o.stdout.Flush()
	o.stderr.Flush()
	all := append(o.first, o.last...)
	slices.SortStableFunc(all, func(a, b piplog.Line) int { return a.Time.Compare(b.Time) })
	return all, o.drop
}
