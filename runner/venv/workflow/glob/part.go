package glob

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// A part is what a pattern has between two slashes.
type part struct {
	stars bool           // **: any number of parts
	re    *regexp.Regexp // else; nil when nothing matches
}

func (p part) match(name string) bool {
	return p.re != nil && p.re.MatchString(name)
}

// shortcut is a part that the library compares without reading it further, so
// that a backslash in it is one: *\.txt does not match a.txt.
var shortcut = regexp.MustCompile(`^(\*+|\?+)([^+@!?*\[(]*)$`)

// newPart reads a part: * is any text, ? one character, [a-z] and [!a-z] a
// character of a set or of none, and \ takes the meaning of what follows.
func newPart(text string) (part, error) {
	if text == "**" {
		return part{stars: true}, nil
	}
	if m := shortcut.FindStringSubmatch(text); m != nil {
		wild := ".*"
		if m[1][0] == '?' {
			wild = strings.Repeat(".", len(m[1]))
		}
		re, err := regexp.Compile("(?s)^" + wild + regexp.QuoteMeta(m[2]) + "$")
		return part{re: re}, err
	}
	var b strings.Builder
	b.WriteString(`(?s)^`)
	for rest := text; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		switch {
		case r == '*':
			b.WriteString(`.*`)
		case r == '?':
			b.WriteString(`.`)
		case r == '\\' && len(rest) > 1:
			rest = rest[1:]
			_, size = utf8.DecodeRuneInString(rest)
			b.WriteString(regexp.QuoteMeta(rest[:size]))
		case r == '[':
			re, n, err := readSet(rest)
			switch {
			case err != nil:
				return part{}, err
			case n == 0: // no set, but a bracket
				b.WriteString(`\[`)
			case re == "":
				return part{}, nil
			default:
				b.WriteString(re)
				size = n
			}
		default:
			b.WriteString(regexp.QuoteMeta(rest[:size]))
		}
		rest = rest[size:]
	}
	re, err := regexp.Compile(b.String() + `$`)
	if err != nil {
		return part{}, err
	}
	return part{re: re}, nil
}

// unescape returns the name that a part stands for, and whether it stands for
// just one. A set of one character is that character, as in the library, which
// looks for folders by it.
func unescape(text string) (name string, plain bool) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text):
			i++
		case c == '*' || c == '?':
			return "", false
		case c == '[':
			inside, size, closed := bracketed(text[i:])
			if closed && len([]rune(inside)) > 1 {
				return "", false
			}
			if closed && inside != "" {
				b.WriteString(inside)
				i += size - 1
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return b.String(), true
}

// bracketed returns what stands between the bracket that begins the text and
// the next one that closes, without backslashes.
func bracketed(text string) (inside string, size int, closed bool) {
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) {
			i++
		} else if text[i] == ']' {
			return b.String(), i + 1, true
		}
		b.WriteByte(text[i])
	}
	return "", 0, false
}
