package results

import (
	"strings"
	"unicode"
)

// Printable returns s as one line that is safe in a picture, in a document and
// on a terminal: line breaks and tabs become spaces, and every other character
// that does not print (controls, what introduces an escape sequence, changes
// of the writing direction, broken UTF-8) becomes U+FFFD. Names and reasons
// come from studies and from the output of programs.
func Printable(s string) string {
	s = strings.ReplaceAll(s, "\r\n", " ")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || unicode.Is(unicode.Zs, r):
			return ' '
		case unicode.IsPrint(r):
			return r
		}
		return unicode.ReplacementChar
	}, s)
}
