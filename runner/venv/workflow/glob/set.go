package glob

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

var errClass = errors.New("named classes such as [[:alpha:]] are not read here")

// readSet reads the bracketed set of characters at the beginning of a text: a
// bracket first in it, a dash last and what follows a backslash stand for
// themselves, and a range that runs backwards is empty. It returns the regular
// expression, "" for a set that nothing is in, and its size in bytes, 0 for a
// bracket that nothing closes.
func readSet(text string) (re string, size int, err error) {
	s := setReader{low: -1}
	at, open := 1, "["
	if len(text) > 1 && (text[1] == '!' || text[1] == '^') {
		at, open = 2, "[^"
	}
	for first := at; at < len(text); {
		r, n := utf8.DecodeRuneInString(text[at:])
		if !s.escaped {
			switch {
			case r == ']' && at > first:
				if s.ranges.Len() == 0 {
					return "", at + 1, nil
				}
				return open + s.ranges.String() + "]", at + 1, nil
			case r == '\\':
				s.escaped = true
				at += n
				continue
			case strings.HasPrefix(text[at:], "[:") && strings.Contains(text[at:], ":]"):
				return "", 0, errClass
			}
		}
		at += n + s.take(r, text[at+n:])
	}
	return "", 0, nil
}

// setReader gathers the ranges of a set.
type setReader struct {
	ranges  strings.Builder // as in a regular expression
	low     rune            // where a range began, -1 for nowhere
	escaped bool
}

// take takes a character and returns how many bytes of what follows belong to
// it.
func (s *setReader) take(r rune, next string) int {
	s.escaped = false
	switch {
	case s.low >= 0:
		if r >= s.low {
			s.add(s.low, r)
		}
		s.low = -1
	case strings.HasPrefix(next, "-]"):
		s.add(r, r)
		s.add('-', '-')
		return 1
	case strings.HasPrefix(next, "-"):
		s.low = r
		return 1
	default:
		s.add(r, r)
	}
	return 0
}

func (s *setReader) add(low, high rune) { fmt.Fprintf(&s.ranges, `\x{%x}-\x{%x}`, low, high) }
