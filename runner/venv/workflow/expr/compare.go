package expr

import "math"

// The comparing operators.
const (
	opEqual        = "=="
	opNotEqual     = "!="
	opLess         = "<"
	opLessEqual    = "<="
	opGreater      = ">"
	opGreaterEqual = ">="
)

func compare(op string, a, b Value) bool {
	switch op {
	case opEqual:
		return Equal(a, b)
	case opNotEqual:
		return !Equal(a, b)
	case opLess:
		return order(a, b) == less
	case opLessEqual:
		return Equal(a, b) || order(a, b) == less
	case opGreater:
		return order(a, b) == greater
	default: // opGreaterEqual: the parser makes no other
		return Equal(a, b) || order(a, b) == greater
	}
}

// Equal compares as JavaScript's == does, but strings without case, and
// arrays and objects only with themselves.
func Equal(a, b Value) bool {
	a, b = coerce(a, b)
	switch a := a.(type) {
	case nil:
		return b == nil
	case bool:
		b, ok := b.(bool)
		return ok && a == b
	case float64:
		b, ok := b.(float64)
		return ok && a == b
	case string:
		b, ok := b.(string)
		return ok && fold(a) == fold(b)
	default:
		return a == b
	}
}

// ordering is what order finds. Values of different kinds, NaN, arrays and
// objects are in none.
type ordering int

const (
	unordered ordering = iota
	less
	same
	greater
)

func order(a, b Value) ordering {
	a, b = coerce(a, b)
	var d int
	switch a := a.(type) {
	case bool:
		b, ok := b.(bool)
		if !ok {
			return unordered
		}
		d = int(Number(a) - Number(b))
	case float64:
		b, ok := b.(float64)
		switch {
		case !ok || math.IsNaN(a) || math.IsNaN(b):
			return unordered
		case a < b:
			d = -1
		case a > b:
			d = 1
		}
	case string:
		b, ok := b.(string)
		if !ok {
			return unordered
		}
		d = compareFolded(a, b)
	default:
		return unordered
	}
	switch {
	case d < 0:
		return less
	case d > 0:
		return greater
	default:
		return same
	}
}

// coerce makes two values comparable: beside a value of another kind, null,
// booleans and numbers' partners become numbers. Arrays and objects stay.
func coerce(a, b Value) (Value, Value) {
	_, aNumber := a.(float64)
	_, bNumber := b.(float64)
	_, aString := a.(string)
	_, bString := b.(string)
	switch {
	case sameKind(a, b):
		return a, b
	case aNumber && bString:
		return a, Number(b)
	case aString && bNumber:
		return Number(a), b
	case isNullOrBool(a):
		return coerce(Number(a), b)
	case isNullOrBool(b):
		return coerce(a, Number(b))
	default:
		return a, b
	}
}

func sameKind(a, b Value) bool { return kindOf(a) == kindOf(b) }

func isNullOrBool(v Value) bool {
	_, isBool := v.(bool)
	return v == nil || isBool
}

// kindOf returns a value's kind as the runner names it.
func kindOf(v Value) string {
	switch v.(type) {
	case nil:
		return "Null"
	case bool:
		return "Boolean"
	case float64:
		return "Number"
	case string:
		return "String"
	case *Array:
		return "Array"
	default:
		return "Object"
	}
}
