package workflow

import (
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/cibench/cibench/runner/venv/workflow/expr"
)

// matrixReader evaluates the nodes of a matrix.
type matrixReader struct {
	source *source
	env    expr.Environment
}

func (m *matrixReader) fail(n *yaml.Node, format string, args ...any) error {
	return &Error{File: m.source.name, Line: n.Line, Column: n.Column, Msg: "matrix: " + fmt.Sprintf(format, args...)}
}

// product makes the combinations of the rows.
func (m *matrixReader) product(n *yaml.Node, vectors *expr.Object) ([]*expr.Object, error) {
	if vectors.Len() == 0 {
		return nil, nil
	}
	all := []*expr.Object{expr.NewObject()}
	for name, v := range vectors.All() {
		items := v.(*expr.Array).Items // Combinations saw to it
		if len(all)*len(items) > maxCombinations {
			return nil, m.fail(n, "it has more than %d combinations", maxCombinations)
		}
		next := make([]*expr.Object, 0, len(all)*len(items))
		for _, c := range all {
			for _, item := range items {
				c := c.Clone()
				c.Set(name, item)
				next = append(next, c)
			}
		}
		all = next
	}
	return all, nil
}

// mapping evaluates a node that is to be a mapping.
func (m *matrixReader) mapping(n *yaml.Node) (*expr.Object, error) {
	v, err := m.value(n)
	if err != nil {
		return nil, err
	}
	o, ok := v.(*expr.Object)
	if !ok {
		return nil, m.fail(n, "it is no mapping")
	}
	return o, nil
}

// combinations checks the entries of include or exclude.
func (m *matrixReader) combinations(n *yaml.Node, v expr.Value) ([]*expr.Object, error) {
	a, ok := v.(*expr.Array)
	if !ok {
		return nil, m.fail(n, "include or exclude is no list")
	}
	all := make([]*expr.Object, len(a.Items))
	for i, item := range a.Items {
		o, ok := item.(*expr.Object)
		if !ok || o.Len() == 0 {
			return nil, m.fail(n, "entry %d of include or exclude is no mapping with something in it", i+1)
		}
		all[i] = o
	}
	return all, nil
}

// value evaluates a node with all below it.
func (m *matrixReader) value(n *yaml.Node) (expr.Value, error) {
	n = resolved(n)
	switch n.Kind {
	case yaml.MappingNode:
		o := expr.NewObject()
		for i := 0; i+1 < len(n.Content); i += 2 {
			v, err := m.value(n.Content[i+1])
			if err != nil {
				return nil, err
			}
			o.Set(resolved(n.Content[i]).Value, v)
		}
		return o, nil
	case yaml.SequenceNode:
		a := &expr.Array{}
		for _, c := range n.Content {
			v, err := m.value(c)
			if err != nil {
				return nil, err
			}
			a.Items = append(a.Items, v)
		}
		return a, nil
	}
	text, ok := scalarValue(n).(string)
	if !ok {
		return scalarValue(n), nil
	}
	t, err := expr.ParseTemplate(text, inStrategy)
	if err != nil {
		return nil, m.fail(n, "%v", err)
	}
	v, err := t.Value(m.env)
	if err != nil {
		return nil, m.fail(n, "%v", err)
	}
	return v, nil
}
