package strictyaml

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/cibench/cibench/scenarios/internal/hint"
	"go.yaml.in/yaml/v3"
)

// A Value is a place in a document: a mapping, a list or a scalar. The zero
// Value, or one whose key does not stand in the file, is absent: every reading
// of it is not ok and reports nothing.
type Value struct {
	doc  *Document
	node *yaml.Node
	name string // what messages call it
}

// Present tells whether the value stands in the file.
func (v Value) Present() bool { return v.node != nil }

// Fail reports a problem of the value, at its place.
func (v Value) Fail(hint, format string, args ...any) {
	if v.Present() {
		v.doc.report(v.node.Line, v.node.Column, hint, format, args...)
	}
}

// is tells whether the value is of that kind, and reports when it is not.
func (v Value) is(kind yaml.Kind, what string) bool {
	if !v.Present() {
		return false
	}
	if v.node.Kind != kind {
		v.Fail("", "%s: want %s, found %s", v.name, what, describe(v.node))
		return false
	}
	return true
}

func describe(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Tag == "!!null":
		return "nothing"
	default:
		return Quote(n.Value)
	}
}

// An Entry is a key of a mapping with its value.
type Entry struct {
	Key   Value
	Name  string // the key's text
	Value Value
}

// Entries returns the entries of a mapping in the order of the file. A key
// that is no text or stands there twice is reported and left out. A mapping
// with more than most entries is reported and read as empty: what its reader
// does with each entry could cost more than the file's size lets expect.
func (v Value) Entries(most int) []Entry {
	if !v.is(yaml.MappingNode, "a mapping") || !v.holds(len(v.node.Content)/2, most) {
		return nil
	}
	var entries []Entry
	lines := map[string]int{}
	for pair := range slices.Chunk(v.node.Content, 2) {
		key := Value{doc: v.doc, node: pair[0], name: "a key"}
		name, ok := key.Text()
		if !ok {
			continue
		}
		if line, twice := lines[name]; twice {
			key.Fail("", "duplicate key %s, first in line %d", Quote(name), line)
			continue
		}
		lines[name] = key.node.Line
		key.name = name
		entries = append(entries, Entry{key, name, Value{doc: v.doc, node: pair[1], name: name}})
	}
	return entries
}

func (v Value) holds(n, most int) bool {
	if n > most {
		v.Fail("", "%s: %d entries are more than %d", v.name, n, most)
	}
	return n <= most
}

// Fields returns the values of a mapping whose keys are known. Any other key
// is reported with the nearest known one.
func (v Value) Fields(known ...string) Fields {
	f := Fields{of: v, values: map[string]Value{}}
	for _, e := range v.Entries(math.MaxInt) {
		if slices.Contains(known, e.Name) {
			f.values[e.Name] = e.Value
		} else {
			f.unknown = true
			e.Key.Fail(hint.For(e.Name, known), "unknown key %s", Quote(e.Name))
		}
	}
	return f
}

// Peek returns the text that a mapping has for key, or "". It reports nothing:
// it is for a mapping whose keys depend on one of its values.
func (v Value) Peek(key string) string {
	if v.node == nil || v.node.Kind != yaml.MappingNode {
		return ""
	}
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		if k, text := v.node.Content[i], v.node.Content[i+1]; k.Value == key && text.Kind == yaml.ScalarNode {
			return text.Value
		}
	}
	return ""
}

// List returns the values of a list, with the bound that Entries has.
func (v Value) List(most int) []Value {
	if !v.is(yaml.SequenceNode, "a list") || !v.holds(len(v.node.Content), most) {
		return nil
	}
	values := make([]Value, len(v.node.Content))
	for i, n := range v.node.Content {
		values[i] = Value{doc: v.doc, node: n, name: fmt.Sprintf("%s, entry %d", v.name, i+1)}
	}
	return values
}

// Text returns a scalar as it is written, whatever YAML takes it for: 1.10
// stays "1.10". Nothing (null) is no text.
func (v Value) Text() (string, bool) {
	if !v.is(yaml.ScalarNode, "text") {
		return "", false
	}
	if v.node.Tag == "!!null" {
		v.Fail("", "%s: want text, found nothing", v.name)
		return "", false
	}
	return v.node.Value, true
}

// Line returns a text that every terminal and chart can show: one line of at
// most 200 bytes, without control characters.
func (v Value) Line() (string, bool) {
	s, ok := v.Text()
	if ok && (len(s) > 200 || strings.ContainsFunc(s, unicode.IsControl)) {
		v.Fail("", "%s: want one line of at most 200 bytes", v.name)
		return "", false
	}
	return s, ok
}

// Int returns a whole number from low to high.
func (v Value) Int(low, high int) (int, bool) {
	s, ok := v.Text()
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < low || n > high {
		v.Fail("", "%s: want a whole number from %d to %d, found %s", v.name, low, high, Quote(s))
		return 0, false
	}
	return n, true
}

// Percent returns a share that is written in per cent, "3%", from low to high
// per cent: 0.03.
func (v Value) Percent(low, high float64) (float64, bool) {
	s, ok := v.Text()
	if !ok {
		return 0, false
	}
	digits, marked := strings.CutSuffix(s, "%")
	p, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
	if err != nil || !marked {
		v.Fail("a number and a per cent sign, such as 3%", "%s: %s is no share", v.name, Quote(s))
		return 0, false
	}
	if !(low <= p && p <= high) {
		v.Fail("", "%s: want %g%% to %g%%, found %s", v.name, low, high, Quote(s))
		return 0, false
	}
	return p / 100, true
}

// Duration returns a duration from low to high.
func (v Value) Duration(low, high time.Duration) (time.Duration, bool) {
	s, ok := v.Text()
	if !ok {
		return 0, false
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		v.Fail("a number and a unit, such as 90s or 10m", "%s: %s is no duration", v.name, Quote(s))
		return 0, false
	}
	if d < low || d > high {
		v.Fail("", "%s: want %s to %s, found %s", v.name, low, high, Quote(s))
		return 0, false
	}
	return d, true
}

// Time returns a moment, in UTC.
func (v Value) Time() (time.Time, bool) {
	s, ok := v.Text()
	if !ok {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		v.Fail("written as 2025-10-16T00:00:00Z", "%s: %s is no moment", v.name, Quote(s))
		return time.Time{}, false
	}
	return t.UTC(), true
}

// A Fields is a mapping whose keys were checked.
type Fields struct {
	of      Value
	values  map[string]Value
	unknown bool // some key was unknown
}

// Optional returns the value of a key, absent when the mapping lacks it.
func (f Fields) Optional(key string) Value { return f.values[key] }

// Required returns the value of a key, and reports when the mapping lacks it.
// Where another key is unknown, that one is likely the same key mistyped, and
// the one report does for both.
func (f Fields) Required(key string) Value {
	v, ok := f.values[key]
	if !ok && !f.unknown && f.of.Present() && f.of.node.Kind == yaml.MappingNode {
		f.of.Fail("", "%s: missing key %q", f.of.name, key)
	}
	return v
}
