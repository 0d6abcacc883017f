package strictyaml

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// The library gives syntax errors as text only, mostly with a line: that before
// the mistake, or the one where the block begins that it is in.
var (
	blockLine     = regexp.MustCompile(`^line (\d+): `)
	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
)

// reportSyntax reports err, which is what the library says of the data.
func (d *Document) reportSyntax(data []byte, err error) {
	msg := strings.TrimPrefix(err.Error(), "yaml: ")
	if m := unknownAnchor.FindStringSubmatch(msg); m != nil {
		line, column := position(data, max(0, bytes.Index(data, []byte("*"+m[1]))))
		d.report(line, column, "write the value out", "aliases are not allowed")
		return
	}
	block := 1
	if m := blockLine.FindStringSubmatch(msg); m != nil {
		block, _ = strconv.Atoi(m[1]) // digits; too many of them end as the last line
		msg = msg[len(m[0]):]
	}
	lines := bytes.SplitAfter(data, []byte("\n"))
	line, ok := firstBad(lines)
	hint := "the mistake is in this line or beside it"
	if !ok {
		line, hint = min(max(block, 1), len(lines)), "look for a quote or bracket that is not closed, here or above"
	}
	text := lines[line-1]
	column := 1 + len(text) - len(bytes.TrimLeft(text, " "))
	d.report(line, column, hint, "not YAML: %s", msg)
}

// mostTries bounds what it costs to find a mistake: the parser has read a line
// or two more than that with the mistake, but for a quote that has no end.
const mostTries = 100

// firstBad returns the number of the line, from 1, with which lines are no YAML
// any more, whatever follows. It is not ok when that line is far above the one
// at which the parser stops.
func firstBad(lines [][]byte) (line int, ok bool) {
	r := lineReader{lines: lines}
	parses(&r)
	for n := r.read; n > 0 && n > r.read-mostTries; n-- {
		if parses(&lineReader{lines: lines[:n-1]}) {
			return n, true
		}
	}
	return 0, false
}

// parses tells whether all of it is YAML.
func parses(r io.Reader) bool {
	dec := yaml.NewDecoder(r)
	for {
		var n yaml.Node
		if err := dec.Decode(&n); err != nil {
			return errors.Is(err, io.EOF)
		}
	}
}

// A lineReader reads lines one by one, and so tells how far its reader came.
type lineReader struct {
	lines [][]byte
	read  int // lines that were read, the last one at least in part
	rest  []byte
}

func (r *lineReader) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		if r.read == len(r.lines) {
			return 0, io.EOF
		}
		r.rest = r.lines[r.read]
		r.read++
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}
