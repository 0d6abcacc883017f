package expr

import (
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
)

// A Value is what an expression evaluates to: nil (null), bool, float64,
// string, *Array or *Object. Nothing else may be put into a context.
type Value any

// Array is a list of values. Two are equal only when they are the same one.
type Array struct {
	Items []Value

	filtered bool // made by a star: what is accessed of it is accessed of each item
}

// Object is a mapping that keeps the order of its names. Two are equal only
// when they are the same one. An Object that is read only is safe for
// concurrent use.
type Object struct {
	names  []string
	values []Value
	index  map[string]int
	exact  bool
}

// NewObject returns an empty object whose names differ by more than case, as
// those of all contexts but env do.
func NewObject() *Object { return &Object{index: map[string]int{}} }

// NewExactObject returns an empty object whose names are told apart by case,
// as those of the env context are on Linux.
func NewExactObject() *Object { return &Object{index: map[string]int{}, exact: true} }

// Set adds a name or gives it another value.
func (o *Object) Set(name string, v Value) {
	key := o.key(name)
	if i, ok := o.index[key]; ok {
		o.names[i], o.values[i] = name, v
		return
	}
	o.index[key] = len(o.names)
	o.names, o.values = append(o.names, name), append(o.values, v)
}

// Get returns the value of a name. A nil object has none.
func (o *Object) Get(name string) (Value, bool) {
	if o == nil {
		return nil, false
	}
	i, ok := o.index[o.key(name)]
	if !ok {
		return nil, false
	}
	return o.values[i], true
}

// Len returns how many names the object has.
func (o *Object) Len() int { return len(o.names) }

// All returns the names with their values, in order.
func (o *Object) All() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for i, name := range o.names {
			if !yield(name, o.values[i]) {
				return
			}
		}
	}
}

// Clone returns a copy that shares the values.
func (o *Object) Clone() *Object {
	c := &Object{slices.Clone(o.names), slices.Clone(o.values), make(map[string]int, len(o.index)), o.exact}
	for k, i := range o.index {
		c.index[k] = i
	}
	return c
}

func (o *Object) key(name string) string {
	if o.exact {
		return name
	}
	return fold(name)
}

// Truthy tells whether a condition with this value holds: all but null,
// false, 0, NaN and "".
func Truthy(v Value) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case float64:
		return v != 0 && v == v
	case string:
		return v != ""
	default:
		return true
	}
}

// Text returns the value as it stands in a text: null is empty, and of an
// array or object only its kind is said.
func Text(v Value) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		if v {
			return "true"
		}
		return "false"
	case float64:
		return formatNumber(v)
	case string:
		return v
	case *Array:
		return "Array"
	default:
		return "Object"
	}
}

// primitive tells whether the value is neither an array nor an object.
func primitive(v Value) bool {
	switch v.(type) {
	case *Array, *Object:
		return false
	default:
		return true
	}
}

// fold returns the string by which names and strings are compared: each
// character in upper case for itself, as .NET's ordinal comparison does, which
// leaves the dotless i and the long s alone.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if r == 'ı' || r == 'ſ' {
			return r
		}
		return unicode.ToUpper(r)
	}, s)
}

// compareFolded orders two strings by their folded UTF-16 units.
func compareFolded(a, b string) int {
	return slices.Compare(utf16.Encode([]rune(fold(a))), utf16.Encode([]rune(fold(b))))
}
