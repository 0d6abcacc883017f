package expr

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// maxJSONDepth is how deep the runner's library reads.
const maxJSONDepth = 64

// fromJSON reads the first JSON value of a text. What stands behind it is
// ignored, as it is by the runner.
func fromJSON(text string) (Value, error) {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	v, err := readJSON(dec, 0)
	if err != nil {
		return nil, fmt.Errorf("%s is no JSON: %w", quote(text), err)
	}
	return v, nil
}

func readJSON(dec *json.Decoder, depth int) (Value, error) {
	if depth > maxJSONDepth {
		return nil, fmt.Errorf("nested deeper than %d", maxJSONDepth)
	}
	t, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case json.Number:
		f, err := strconv.ParseFloat(t.String(), 64)
		if err != nil && !errors.Is(err, strconv.ErrRange) {
			return nil, err
		}
		return f, nil
	case json.Delim:
		if t == '[' {
			return readJSONArray(dec, depth)
		}
		return readJSONObject(dec, depth)
	default: // nil, bool or string
		return t, nil
	}
}

func readJSONArray(dec *json.Decoder, depth int) (Value, error) {
	a := &Array{}
	for dec.More() {
		v, err := readJSON(dec, depth+1)
		if err != nil {
			return nil, err
		}
		a.Items = append(a.Items, v)
	}
	_, err := dec.Token() // the closing bracket
	return a, err
}

func readJSONObject(dec *json.Decoder, depth int) (Value, error) {
	o := NewObject()
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, err
		}
		v, err := readJSON(dec, depth+1)
		if err != nil {
			return nil, err
		}
		text, ok := name.(string)
		if !ok {
			return nil, fmt.Errorf("the name %v is no string", name)
		}
		o.Set(text, v)
	}
	_, err := dec.Token() // the closing brace
	return o, err
}

// toJSON writes a value as the runner does: indented by two, an empty array
// or object in one piece.
func toJSON(v Value) (Value, error) {
	var b strings.Builder
	if err := writeJSON(&b, v, "\n"); err != nil {
		return nil, err
	}
	return b.String(), nil
}

// writeJSON writes a value whose lines begin with the indent.
func writeJSON(b *strings.Builder, v Value, indent string) error {
	if b.Len() > maxMemory {
		return errMemory
	}
	switch v := v.(type) {
	case nil:
		b.WriteString("null")
	case string:
		writeJSONString(b, v)
	case *Array:
		return writeJSONItems(b, "[]", len(v.Items), indent, func(i int, indent string) error {
			return writeJSON(b, v.Items[i], indent)
		})
	case *Object:
		return writeJSONItems(b, "{}", v.Len(), indent, func(i int, indent string) error {
			writeJSONString(b, v.names[i])
			b.WriteString(": ")
			return writeJSON(b, v.values[i], indent)
		})
	default:
		b.WriteString(Text(v))
	}
	return nil
}

func writeJSONItems(b *strings.Builder, brackets string, n int, indent string, write func(i int, indent string) error) error {
	if n == 0 {
		b.WriteString(brackets)
		return nil
	}
	b.WriteByte(brackets[0])
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(indent + "  ")
		if err := write(i, indent+"  "); err != nil {
			return err
		}
	}
	b.WriteString(indent)
	b.WriteByte(brackets[1])
	return nil
}

// writeJSONString escapes what the runner's library does: unlike Go's, not <,
// > and &, but the next-line character.
func writeJSONString(b *strings.Builder, s string) {
	b.WriteByte('"')
	for _, r := range s {
		switch r {
		case '"', '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case '\b':
			b.WriteString(`\b`)
		case '\f':
			b.WriteString(`\f`)
		case '\n':
			b.WriteString(`\n`)
		case '\r':
			b.WriteString(`\r`)
		case '\t':
			b.WriteString(`\t`)
		default:
			if r < ' ' || r == '\u0085' || r == '\u2028' || r == '\u2029' {
				fmt.Fprintf(b, `\u%04x`, r)
			} else {
				b.WriteRune(r)
			}
		}
	}
	b.WriteByte('"')
}
