package expr

import (
	"fmt"
	"slices"
	"strings"
)

// parser builds the tree of an expression. Operators bind, from the tightest:
// . and [], !, the four orderings, == and !=, &&, ||; equal ones from the left.
type parser struct {
	lexer lexer
	scope Scope
	cur   token
}

func (p *parser) parse() (node, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	n, err := p.binary(0)
	if err != nil {
		return nil, err
	}
	if p.cur.kind != tokenEnd {
		return nil, p.unexpected()
	}
	return n, nil
}

func (p *parser) advance() (err error) {
	p.cur, err = p.lexer.next()
	return err
}

// levels are the binary operators, from the loosest.
var levels = [][]tokenKind{{"||"}, {"&&"}, {opEqual, opNotEqual}, {opLess, opLessEqual, opGreater, opGreaterEqual}}

func (p *parser) binary(level int) (node, error) {
	if level == len(levels) {
		return p.unary()
	}
	left, err := p.binary(level + 1)
	for err == nil && slices.Contains(levels[level], p.cur.kind) {
		op := p.cur.kind
		if err = p.advance(); err != nil {
			break
		}
		var right node
		if right, err = p.binary(level + 1); err != nil {
			break
		}
		if op == "&&" || op == "||" {
			left = join(op, left, right)
		} else {
			left = &comparison{string(op), left, right}
		}
	}
	return left, err
}

// join makes one node of a chain of the same operator, so that its length is
// not its depth.
func join(op tokenKind, left, right node) node {
	chain, ok := left.(*logical)
	if !ok || chain.and != (op == "&&") {
		chain = &logical{op == "&&", []node{left}}
	}
	if l, ok := right.(*logical); ok && l.and == chain.and {
		chain.operands = append(chain.operands, l.operands...)
	} else {
		chain.operands = append(chain.operands, right)
	}
	return chain
}

func (p *parser) unary() (node, error) {
	if p.cur.kind != "!" {
		return p.postfix()
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	operand, err := p.unary()
	if err != nil {
		return nil, err
	}
	return &negation{operand}, nil
}

// postfix reads an operand with the accesses behind it, which a literal has
// none of.
func (p *parser) postfix() (node, error) {
	isLiteral := p.cur.kind == tokenLiteral
	n, err := p.primary()
	for err == nil && !isLiteral && (p.cur.kind == "." || p.cur.kind == "[") {
		dot := p.cur.kind == "."
		if err = p.advance(); err != nil {
			break
		}
		if dot {
			n, err = p.property(n)
		} else {
			n, err = p.index(n)
		}
	}
	return n, err
}

func (p *parser) property(of node) (node, error) {
	t := p.cur
	switch t.kind {
	case "*":
		return &filter{of}, p.advance()
	case tokenName:
		return &access{of, &literal{t.text}}, p.advance()
	default:
		return nil, p.unexpected()
	}
}

func (p *parser) index(of node) (n node, err error) {
	if p.cur.kind == "*" {
		n, err = &filter{of}, p.advance()
	} else {
		var by node
		by, err = p.binary(0)
		n = &access{of, by}
	}
	if err != nil {
		return nil, err
	}
	return n, p.expect("]")
}

func (p *parser) primary() (node, error) {
	t := p.cur
	switch t.kind {
	case tokenLiteral:
		return &literal{t.value}, p.advance()
	case "(":
		if err := p.advance(); err != nil {
			return nil, err
		}
		n, err := p.binary(0)
		if err != nil {
			return nil, err
		}
		return n, p.expect(")")
	case tokenName:
		if err := p.advance(); err != nil {
			return nil, err
		}
		if p.cur.kind == "(" {
			return p.call(t)
		}
		known := func(s string) bool { return strings.EqualFold(s, t.text) }
		if !slices.ContainsFunc(p.scope.Contexts, known) {
			return nil, p.failAt(t, "there is no context %s here", quote(t.text))
		}
		return &context{t.text}, nil
	default:
		return nil, p.unexpected()
	}
}

// call reads the arguments of a function.
func (p *parser) call(name token) (node, error) {
	c := &call{name: name.text}
	if err := p.advance(); err != nil {
		return nil, err
	}
	for p.cur.kind != ")" || len(c.args) > 0 {
		arg, err := p.binary(0)
		if err != nil {
			return nil, err
		}
		c.args = append(c.args, arg)
		if p.cur.kind != "," {
			break
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	if err := p.expect(")"); err != nil {
		return nil, err
	}
	return c, p.resolve(c, name)
}

// resolve finds the function and checks how many arguments it has.
func (p *parser) resolve(c *call, name token) error {
	sig, ok := Signature{}, false
	for _, s := range slices.Concat(signatures(), p.scope.Functions) {
		if strings.EqualFold(s.Name, c.name) {
			sig, ok = s, true
		}
	}
	switch n := len(c.args); {
	case !ok:
		return p.failAt(name, "there is no function %s here", quote(c.name))
	case n < sig.Min:
		return p.failAt(name, "%s wants %d arguments or more, not %d", sig.Name, sig.Min, n)
	case n > sig.Max:
		return p.failAt(name, "%s wants %d arguments or fewer, not %d", sig.Name, sig.Max, n)
	case sig.Name == "case" && n%2 == 0:
		return p.failAt(name, "case wants pairs of a condition and a value, and a last value")
	default:
		return nil
	}
}

func (p *parser) expect(kind tokenKind) error {
	if p.cur.kind != kind {
		return p.unexpected()
	}
	return p.advance()
}

func (p *parser) unexpected() error {
	if p.cur.kind == tokenEnd {
		return p.failAt(p.cur, "unexpected end")
	}
	return p.failAt(p.cur, "unexpected %s", quote(p.cur.text))
}

func (p *parser) failAt(t token, format string, args ...any) error {
	return &SyntaxError{p.lexer.text, t.start, fmt.Sprintf(format, args...)}
}
