// Package expr reads and evaluates the expressions of GitHub Actions
// workflows, as the runner does.
//
// It knows literals, operators, property and index access, the object filter
// *, and the functions case, contains, endsWith, format, fromJSON, join,
// startsWith and toJSON. What contexts hold and what further functions do
// (success, hashFiles) the caller says, so that an expression is a pure
// function of them. The rules are those of the runner's own source
// (github.com/actions/runner, src/Sdk/DTExpressions2), which differ from what
// one expects in places: strings compare without case, but names in the env
// context do not; a missing property is null; && and || return an operand;
// format and case evaluate only the arguments that they use.
//
// Two things are narrower than there. fromJSON takes JSON only, without the
// comments and single quotes that the runner's library forgives. The star in
// a[*] stands alone in its brackets.
package expr

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
)

// The limits of the runner, in UTF-16 units, levels of the tree and bytes.
const (
	maxLength = 21000
	maxDepth  = 50
	maxMemory = 10 << 20
)

// A Scope says what an expression may name where it stands.
type Scope struct {
	Contexts  []string
	Functions []Signature // beyond the built-in ones
}

// A Signature is the name of a function with its least and most arguments.
type Signature struct {
	Name     string
	Min, Max int
}

// An Environment holds what the names of an expression stand for.
type Environment struct {
	Contexts  *Object             // by name; an absent one is null
	Functions map[string]Function // by name in lower case
}

// A Function is a function beyond the built-in ones.
type Function func(args []Value) (Value, error)

// Expression is a parsed expression. It is safe for concurrent use.
type Expression struct {
	text string
	root node
}

// SyntaxError is an expression that does not parse, or that names what is not
// to be had where it stands.
type SyntaxError struct {
	Expr   string
	Offset int // of the offending text, in bytes from 0
	Msg    string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("expression %s: position %d: %s", quote(e.Expr), e.Offset+1, e.Msg)
}

// Parse reads an expression without its ${{ }}. Errors are *SyntaxError.
func Parse(text string, in Scope) (*Expression, error) {
	if n := len(utf16.Encode([]rune(text))); n > maxLength {
		return nil, &SyntaxError{text, 0, fmt.Sprintf("%d characters are more than %d", n, maxLength)}
	}
	p := &parser{lexer: lexer{text: text}, scope: in}
	root, err := p.parse()
	if err != nil {
		return nil, err
	}
	if depth(root) > maxDepth {
		return nil, &SyntaxError{text, 0, fmt.Sprintf("nested deeper than %d", maxDepth)}
	}
	return &Expression{text, root}, nil
}

// String returns the expression's text.
func (e *Expression) String() string { return e.text }

// Evaluate returns the expression's value. Errors are those of functions, and
// values that grow without bound.
func (e *Expression) Evaluate(env Environment) (Value, error) {
	v, err := e.root.evaluate(env)
	if err != nil {
		return nil, fmt.Errorf("expression %s: %w", quote(e.text), err)
	}
	return v, nil
}

// Calls tells whether the expression calls one of the named functions.
func (e *Expression) Calls(names ...string) bool {
	found := false
	walk(e.root, func(n node) {
		if c, ok := n.(*call); ok {
			found = found || slices.ContainsFunc(names, func(s string) bool { return strings.EqualFold(s, c.name) })
		}
	})
	return found
}

// quote returns a text in double quotes, cut when it is long.
func quote(s string) string {
	const longest = 120
	if r := []rune(s); len(r) > longest {
		return fmt.Sprintf("%q…", string(r[:longest]))
	}
	return fmt.Sprintf("%q", s)
}
