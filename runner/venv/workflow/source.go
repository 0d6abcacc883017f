package workflow

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"

	"github.com/rhysd/actionlint"
	"go.yaml.in/yaml/v3"

	"github.com/cibench/cibench/runner/venv/workflow/expr"
)

// The largest file that is read, in bytes, and the most values it may come to
// once its aliases are written out: a few lines of them stand for gigabytes.
const (
	maxSize   = 256 << 10
	maxValues = 50_000
)

// source is the YAML of a workflow file. It knows what the library that reads
// workflows leaves out: the kind of each scalar, and the order of keys.
type source struct {
	name    string
	root    *yaml.Node
	scalars map[actionlint.Pos]*yaml.Node
}

func newSource(name string, data []byte) (*source, error) {
	s := &source{name: name, root: &yaml.Node{}, scalars: map[actionlint.Pos]*yaml.Node{}}
	if len(data) > maxSize {
		return nil, s.fail("the file is larger than %d KiB", maxSize>>10)
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	switch err := dec.Decode(s.root); {
	case errors.Is(err, io.EOF):
		return nil, s.fail("the file is empty")
	case err != nil:
		return nil, &Error{File: name, Line: 1, Column: 1, Msg: "not YAML", cause: err}
	}
	if err := dec.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		return nil, s.fail("the file holds more than one document")
	}
	left := maxValues
	if err := s.gather(s.root, &left, map[*yaml.Node]bool{}); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *source) fail(format string, args ...any) error {
	return &Error{File: s.name, Line: 1, Column: 1, Msg: fmt.Sprintf(format, args...)}
}

// gather takes down the scalars, and bounds what the aliases come to. open are
// the nodes that the node lies in.
func (s *source) gather(n *yaml.Node, left *int, open map[*yaml.Node]bool) error {
	if *left--; *left < 0 {
		return s.fail("the file comes to more than %d values once its aliases are written out", maxValues)
	}
	switch n.Kind {
	case yaml.AliasNode:
		if open[n.Alias] {
			return &Error{File: s.name, Line: n.Line, Column: n.Column, Msg: "the alias stands in its own anchor"}
		}
		return s.gather(n.Alias, left, open)
	case yaml.ScalarNode:
		s.scalars[actionlint.Pos{Line: n.Line, Col: n.Column}] = n
	}
	open[n] = true
	defer delete(open, n)
	for _, c := range n.Content {
		if err := s.gather(c, left, open); err != nil {
			return err
		}
	}
	return nil
}

// value returns a scalar as GitHub takes it: unquoted, 3.10 is the number 3.1.
func (s *source) value(str *actionlint.String) expr.Value {
	n, ok := s.scalars[*str.Pos]
	if !ok || n.Value != str.Value {
		return str.Value
	}
	return scalarValue(n)
}

func scalarValue(n *yaml.Node) expr.Value {
	if n.Style&^yaml.TaggedStyle != 0 || n.Style&yaml.TaggedStyle != 0 && n.Tag == "!!str" {
		return n.Value
	}
	return plainValue(n.Value)
}

// What a plain scalar is, by the core schema of YAML 1.2.
var (
	yamlNumber   = regexp.MustCompile(`^([-+]?[0-9]+|0x[0-9a-fA-F]+|0o[0-7]+|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?)$`)
	yamlInfinity = regexp.MustCompile(`^([-+]?)\.(inf|Inf|INF)$`)
	yamlNaN      = regexp.MustCompile(`^\.(nan|NaN|NAN)$`)
)

func plainValue(text string) expr.Value {
	switch text {
	case "", "~", "null", "Null", "NULL":
		return nil
	case "true", "True", "TRUE":
		return true
	case "false", "False", "FALSE":
		return false
	}
	switch m := yamlInfinity.FindStringSubmatch(text); {
	case yamlNumber.MatchString(text):
		return expr.Number(text)
	case m != nil:
		return expr.Number(m[1] + "Infinity")
	case yamlNaN.MatchString(text):
		return expr.Number("NaN")
	default:
		return text
	}
}

// child returns the value of a key of a mapping, through aliases; nil when it
// has none.
func child(n *yaml.Node, key func(string) bool) *yaml.Node {
	n = resolved(n)
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if key(resolved(n.Content[i]).Value) {
			return resolved(n.Content[i+1])
		}
	}
	return nil
}

func resolved(n *yaml.Node) *yaml.Node {
	if n != nil && n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}
