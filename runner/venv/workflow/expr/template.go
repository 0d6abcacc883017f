package expr

import (
	"fmt"
	"strings"
)

// A Template is a value of a workflow file: a literal, or a text with
// expressions in ${{ }}. It is safe for concurrent use.
type Template struct {
	literal Value
	expr    *Expression // nil for a literal
}

// Literal returns the template of a value without expressions.
func Literal(v Value) *Template { return &Template{literal: v} }

// ParseTemplate reads a text. A text of several pieces becomes one call of
// format, as in the runner, whose limit on an expression's length therefore
// holds for the whole text as soon as it holds one expression. Errors are
// *SyntaxError.
func ParseTemplate(text string, in Scope) (*Template, error) {
	var format, args strings.Builder
	var last *Expression
	pieces, n := 0, 0
	for rest := text; rest != ""; pieces++ {
		before, found := strings.CutPrefix(rest, "${{")
		if !found {
			plain := rest
			if i := strings.Index(rest, "${{"); i >= 0 {
				plain = rest[:i]
			}
			format.WriteString(escapeFormat.Replace(plain))
			rest = rest[len(plain):]
			continue
		}
		end := closing(before)
		if end < 0 {
			return nil, &SyntaxError{text, len(text) - len(rest), "${{ has no }}"}
		}
		e, err := Parse(strings.TrimSpace(before[:end]), in)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&format, "{%d}", n)
		args.WriteString(", " + e.text)
		last, n = e, n+1
		rest = before[end+len("}}"):]
	}
	switch {
	case n == 0:
		return Literal(text), nil
	case pieces > 1:
		e, err := Parse("format('"+format.String()+"'"+args.String()+")", in)
		if err != nil {
			return nil, err
		}
		return &Template{expr: e}, nil
	}
	if l, ok := last.root.(*literal); ok {
		if s, ok := l.value.(string); ok {
			return Literal(s), nil
		}
	}
	return &Template{expr: last}, nil
}

var escapeFormat = strings.NewReplacer("'", "''", "{", "{{", "}", "}}")

// closing returns where the }} of an expression stands, -1 for nowhere. Inside
// a string it ends nothing.
func closing(text string) int {
	inString := false
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\'':
			inString = !inString
		case !inString && strings.HasPrefix(text[i:], "}}"):
			return i
		}
	}
	return -1
}

// Constant returns the value of a template without expressions, and whether
// it is one.
func (t *Template) Constant() (Value, bool) { return t.literal, t.expr == nil }

// Value evaluates the template. A template that is one expression has the
// value of that expression, of whatever kind.
func (t *Template) Value(env Environment) (Value, error) {
	if t.expr == nil {
		return t.literal, nil
	}
	return t.expr.Evaluate(env)
}

// Text evaluates the template to a text, to which an array or object cannot
// become.
func (t *Template) Text(env Environment) (string, error) {
	v, err := t.Value(env)
	if err != nil {
		return "", err
	}
	if !primitive(v) {
		return "", fmt.Errorf("expression %s: want a text, found an %s", quote(t.expr.text), strings.ToLower(kindOf(v)))
	}
	return Text(v), nil
}

// ParseCondition reads the condition of a step or job: an expression, with or
// without ${{ }}. One that asks for no status holds only on success; so does
// the empty one. A text of several pieces is a text, and holds. Errors are
// *SyntaxError.
func ParseCondition(text string, in Scope) (*Expression, error) {
	t, err := ParseTemplate(text, in)
	if err != nil {
		return nil, err
	}
	condition := Text(t.literal)
	if t.expr != nil {
		condition = t.expr.text
	}
	if strings.TrimSpace(condition) == "" {
		return Parse("success()", in)
	}
	e, err := Parse(condition, in)
	if err != nil || e.Calls("always", "cancelled", "failure", "success") {
		return e, err
	}
	return Parse("success() && ("+condition+")", in)
}
