package expr

import (
	"errors"
	"fmt"
	"math"
	"strings"
)

// signatures are those of the functions that every expression has.
func signatures() []Signature {
	const many = math.MaxUint8
	return []Signature{
		{"case", 3, many},
		{"contains", 2, 2},
		{"endsWith", 2, 2},
		{"format", 1, many},
		{"fromJSON", 1, 1},
		{"join", 1, 2},
		{"startsWith", 2, 2},
		{"toJSON", 1, 1},
	}
}

var errMemory = fmt.Errorf("the value is larger than %d MiB", maxMemory>>20)

func (n *call) evaluate(env Environment) (Value, error) {
	name := strings.ToLower(n.name)
	v, err := n.builtIn(name, env)
	if errors.Is(err, errNoBuiltIn) {
		v, err = n.extension(name, env)
	}
	if s, ok := v.(string); ok && len(s) > maxMemory {
		return nil, fmt.Errorf("%s: %w", n.name, errMemory)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", n.name, err)
	}
	return v, nil
}

var errNoBuiltIn = errors.New("no built-in function")

func (n *call) builtIn(name string, env Environment) (Value, error) {
	switch name {
	case "case":
		return n.choose(env)
	case "contains":
		return n.contains(env)
	case "startswith":
		return n.compareText(env, strings.HasPrefix)
	case "endswith":
		return n.compareText(env, strings.HasSuffix)
	case "format":
		return n.format(env)
	case "join":
		return n.join(env)
	case "tojson":
		v, err := n.args[0].evaluate(env)
		if err != nil {
			return nil, err
		}
		return toJSON(v)
	case "fromjson":
		text, err := n.text(0, env)
		if err != nil {
			return nil, err
		}
		return fromJSON(text)
	default:
		return nil, errNoBuiltIn
	}
}

// extension calls a function that the environment has.
func (n *call) extension(name string, env Environment) (Value, error) {
	f, ok := env.Functions[name]
	if !ok {
		return nil, errors.New("not to be had here")
	}
	args := make([]Value, len(n.args))
	for i, arg := range n.args {
		v, err := arg.evaluate(env)
		if err != nil {
			return nil, err
		}
		args[i] = v
	}
	return f(args)
}

// text evaluates an argument to its text.
func (n *call) text(i int, env Environment) (string, error) {
	v, err := n.args[i].evaluate(env)
	return Text(v), err
}

// choose returns the value behind the first condition that is true.
func (n *call) choose(env Environment) (Value, error) {
	last := len(n.args) - 1
	for i := 0; i < last; i += 2 {
		v, err := n.args[i].evaluate(env)
		if err != nil {
			return nil, err
		}
		holds, ok := v.(bool)
		if !ok {
			return nil, fmt.Errorf("condition %d is no boolean", i/2+1)
		}
		if holds {
			return n.args[i+1].evaluate(env)
		}
	}
	return n.args[last].evaluate(env)
}

// contains looks for a text in a text, without case, or for an equal item in
// an array.
func (n *call) contains(env Environment) (Value, error) {
	in, err := n.args[0].evaluate(env)
	if err != nil {
		return nil, err
	}
	if primitive(in) {
		return n.compareText(env, strings.Contains)
	}
	a, ok := in.(*Array)
	if !ok || len(a.Items) == 0 {
		return false, nil
	}
	what, err := n.args[1].evaluate(env)
	if err != nil {
		return nil, err
	}
	for _, each := range a.Items {
		if Equal(what, each) {
			return true, nil
		}
	}
	return false, nil
}

// compareText holds the first argument against the second, both in one case.
// Arrays and objects compare to nothing.
func (n *call) compareText(env Environment, holds func(text, part string) bool) (Value, error) {
	text, err := n.args[0].evaluate(env)
	if err != nil || !primitive(text) {
		return false, err
	}
	part, err := n.args[1].evaluate(env)
	if err != nil || !primitive(part) {
		return false, err
	}
	return holds(fold(Text(text)), fold(Text(part))), nil
}

// join joins the texts of an array's items, with a comma where no separator
// is given.
func (n *call) join(env Environment) (Value, error) {
	of, err := n.args[0].evaluate(env)
	if err != nil {
		return nil, err
	}
	a, ok := of.(*Array)
	if !ok {
		if primitive(of) {
			return Text(of), nil
		}
		return "", nil
	}
	separator := ","
	if len(n.args) > 1 && len(a.Items) > 1 {
		v, err := n.args[1].evaluate(env)
		if err != nil {
			return nil, err
		}
		if primitive(v) {
			separator = Text(v)
		}
	}
	var b strings.Builder
	for i, each := range a.Items {
		if i > 0 {
			b.WriteString(separator)
		}
		b.WriteString(Text(each))
		if b.Len() > maxMemory {
			return nil, errMemory
		}
	}
	return b.String(), nil
}
