// Package hint makes errors that tell their reader what to type instead.
//
// Such an error has a method Hint() string beside Error; the command line
// prints the hint on a line of its own. Nothing here prints.
package hint

import (
	"errors"
	"fmt"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Error is an error with a hint.
type Error struct {
	msg  string
	hint string
}

// Errorf returns an error whose text is the formatted message.
func Errorf(hint, format string, args ...any) *Error {
	return &Error{msg: fmt.Sprintf(format, args...), hint: hint}
}

// Error returns the message without the hint.
func (e *Error) Error() string { return e.msg }

// Hint returns what the reader can do about the error.
func (e *Error) Hint() string { return e.hint }

// Of returns the hint of err, or of the first error below it that has one; ""
// when none has.
func Of(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.hint
	}
	return ""
}

// For returns the hint for a word that is none of the valid ones: the nearest
// valid word when it looks like a slip of the keyboard, else all of them.
func For(word string, valid []string) string {
	if n := nearest(word, valid); n != "" {
		return fmt.Sprintf("did you mean %q?", n)
	}
	return OneOf(valid)
}

// OneOf returns the hint that lists the valid words; "" when there are none.
func OneOf[S ~string](valid []S) string {
	words := make([]string, len(valid))
	for i, v := range valid {
		words[i] = string(v)
	}
	if len(words) == 0 {
		return ""
	}
	return "one of " + strings.Join(words, ", ")
}

// longestWord bounds, in bytes, the words that are compared: the comparison
// takes the product of both lengths, and nobody mistypes more than that.
const longestWord = 64

// nearest returns the valid word with the smallest edit distance to word, the
// first of several, or "" when even that one differs in more than a third of
// its letters, rounded up: two swapped letters of four are a slip.
func nearest(word string, valid []string) string {
	if len(word) > longestWord {
		return ""
	}
	best, bestDistance := "", 0
	for _, v := range valid {
		d := levenshtein.ComputeDistance(word, v)
		if d <= (len(v)+2)/3 && (best == "" || d < bestDistance) {
			best, bestDistance = v, d
		}
	}
	return best
}
