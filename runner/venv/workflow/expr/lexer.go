package expr

import (
	"fmt"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenKind is the kind of a token; for a symbol, the symbol itself.
type tokenKind string

const (
	tokenEnd     tokenKind = "end"
	tokenLiteral tokenKind = "literal" // null, true, false, a number or a string
	tokenName    tokenKind = "name"    // a context, function or property
)

// A token is a piece of an expression.
type token struct {
	kind  tokenKind
	text  string
	start int // in bytes
	value Value
}

// lexer cuts an expression into tokens.
type lexer struct {
	text string
	at   int
	last tokenKind
}

// next returns the next token. What a word is depends on what stands before
// it: after a dot, null is the name of a property.
func (l *lexer) next() (token, error) {
	for l.at < len(l.text) {
		r, size := utf8.DecodeRuneInString(l.text[l.at:])
		if !unicode.IsSpace(r) {
			break
		}
		l.at += size
	}
	t, err := l.read()
	l.last = t.kind
	return t, err
}

func (l *lexer) read() (token, error) {
	if l.at == len(l.text) {
		return token{kind: tokenEnd, start: l.at}, nil
	}
	rest := l.text[l.at:]
	for _, symbol := range []string{"!=", ">=", "<=", "==", "&&", "||", "(", ")", "[", "]", ",", "*", "!", ">", "<"} {
		if strings.HasPrefix(rest, symbol) {
			return l.take(tokenKind(symbol), len(symbol), nil), nil
		}
	}
	switch c := rest[0]; {
	case c == '\'':
		return l.quoted()
	case c == '.' && !l.numberMayFollow():
		return l.take(".", 1, nil), nil
	case c == '.' || c == '-' || c == '+' || '0' <= c && c <= '9':
		return l.number()
	default:
		return l.word()
	}
}

func (l *lexer) take(kind tokenKind, size int, v Value) token {
	t := token{kind, l.text[l.at : l.at+size], l.at, v}
	l.at += size
	return t
}

// numberMayFollow tells whether a dot at this place begins a number.
func (l *lexer) numberMayFollow() bool {
	switch l.last {
	case ")", "]", "*", ".", tokenName, tokenLiteral:
		return false
	default:
		return true
	}
}

func (l *lexer) quoted() (token, error) {
	var b strings.Builder
	for i := l.at + 1; i < len(l.text); i++ {
		if l.text[i] != '\'' {
			b.WriteByte(l.text[i])
			continue
		}
		if i+1 == len(l.text) || l.text[i+1] != '\'' {
			return l.take(tokenLiteral, i+1-l.at, b.String()), nil
		}
		b.WriteByte('\'')
		i++
	}
	return token{}, l.fail("the string has no closing quote")
}

func (l *lexer) number() (token, error) {
	size := 1
	for l.at+size < len(l.text) && (l.text[l.at+size] == '.' || !boundary(l.text[l.at+size:])) {
		size++
	}
	n := parseNumber(l.text[l.at : l.at+size])
	if math.IsNaN(n) {
		return token{}, l.fail("%s is no number", quote(l.text[l.at:l.at+size]))
	}
	return l.take(tokenLiteral, size, n), nil
}

func (l *lexer) word() (token, error) {
	size := 1
	for l.at+size < len(l.text) && !boundary(l.text[l.at+size:]) {
		size++
	}
	word := l.text[l.at : l.at+size]
	if !isName(word) {
		return token{}, l.fail("unexpected %s", quote(word))
	}
	if l.last != "." {
		if v, ok := constants[word]; ok {
			return l.take(tokenLiteral, size, v), nil
		}
	}
	return l.take(tokenName, size, nil), nil
}

// constants are the words that stand for values, in exactly this case.
var constants = map[string]Value{
	"null": nil, "true": true, "false": false, "NaN": math.NaN(), "Infinity": math.Inf(1),
}

// boundary tells whether a number or word ends before the text.
func boundary(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return strings.ContainsRune("([)],.!><=&|", r) || unicode.IsSpace(r)
}

func isName(s string) bool {
	for i, c := range []byte(s) {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
		if !letter && (i == 0 || c != '-' && (c < '0' || c > '9')) {
			return false
		}
	}
	return s != ""
}

func (l *lexer) fail(format string, args ...any) error {
	return &SyntaxError{l.text, l.at, fmt.Sprintf(format, args...)}
}
