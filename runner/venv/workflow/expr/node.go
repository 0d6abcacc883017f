package expr

import (
	"math"
	"slices"
)

// A node is a part of an expression's tree.
type node interface {
	evaluate(Environment) (Value, error)
	children() []node
}

type (
	literal    struct{ value Value }
	context    struct{ name string }
	access     struct{ of, by node }
	filter     struct{ of node } // of.*
	negation   struct{ of node }
	comparison struct {
		op          string
		left, right node
	}
	logical struct {
		and      bool
		operands []node
	}
	call struct {
		name string
		args []node
	}
)

func (n *literal) children() []node    { return nil }
func (n *context) children() []node    { return nil }
func (n *access) children() []node     { return []node{n.of, n.by} }
func (n *filter) children() []node     { return []node{n.of} }
func (n *negation) children() []node   { return []node{n.of} }
func (n *comparison) children() []node { return []node{n.left, n.right} }
func (n *logical) children() []node    { return n.operands }
func (n *call) children() []node       { return n.args }

func walk(n node, visit func(node)) {
	visit(n)
	for _, c := range n.children() {
		walk(c, visit)
	}
}

func depth(n node) int {
	deepest := 0
	for _, c := range n.children() {
		deepest = max(deepest, depth(c))
	}
	return deepest + 1
}

func (n *literal) evaluate(Environment) (Value, error) { return n.value, nil }

func (n *context) evaluate(env Environment) (Value, error) {
	v, _ := env.Contexts.Get(n.name)
	return v, nil
}

func (n *negation) evaluate(env Environment) (Value, error) {
	v, err := n.of.evaluate(env)
	return !Truthy(v), err
}

func (n *comparison) evaluate(env Environment) (Value, error) {
	left, err := n.left.evaluate(env)
	if err != nil {
		return nil, err
	}
	right, err := n.right.evaluate(env)
	return compare(n.op, left, right), err
}

// evaluate returns the operand that decides, as it is.
func (n *logical) evaluate(env Environment) (v Value, err error) {
	for _, operand := range n.operands {
		v, err = operand.evaluate(env)
		if err != nil || Truthy(v) != n.and {
			return v, err
		}
	}
	return v, nil
}

func (n *access) evaluate(env Environment) (Value, error) {
	of, err := n.of.evaluate(env)
	if err != nil || primitive(of) {
		return nil, err
	}
	by, err := n.by.evaluate(env)
	if err != nil {
		return nil, err
	}
	a, ok := of.(*Array)
	if !ok || !a.filtered {
		v, _ := item(of, by)
		return v, nil
	}
	found := &Array{filtered: true}
	for _, each := range a.Items {
		if v, ok := item(each, by); ok {
			found.Items = append(found.Items, v)
		}
	}
	return found, nil
}

// item returns a property of an object or an item of an array. The index of
// an array is rounded down; what is no index is not there.
func item(of, by Value) (Value, bool) {
	switch of := of.(type) {
	case *Object:
		if !primitive(by) {
			return nil, false
		}
		return of.Get(Text(by))
	case *Array:
		i := math.Floor(Number(by))
		if !(i >= 0 && i < float64(len(of.Items))) {
			return nil, false
		}
		return of.Items[int(i)], true
	default:
		return nil, false
	}
}

// evaluate returns the values of an object or array as an array of which
// properties can be asked as of one; of the array of another star, those of
// each of its items.
func (n *filter) evaluate(env Environment) (Value, error) {
	of, err := n.of.evaluate(env)
	if err != nil {
		return nil, err
	}
	found := &Array{filtered: true}
	a, ok := of.(*Array)
	if !ok || !a.filtered {
		found.Items = values(of)
		return found, nil
	}
	for _, each := range a.Items {
		found.Items = append(found.Items, values(each)...)
	}
	return found, nil
}

func values(of Value) []Value {
	switch of := of.(type) {
	case *Array:
		return slices.Clone(of.Items)
	case *Object:
		return slices.Clone(of.values)
	default:
		return nil
	}
}
