package workflow

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/rhysd/actionlint"
)

// An Error is one problem of a workflow file, at its place.
type Error struct {
	File   string
	Line   int    // from 1
	Column int    // from 1
	Step   string // the step's name as GitHub shows it; "" outside of steps
	Msg    string

	hint  string
	cause error
}

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d:%d: ", e.File, e.Line, e.Column)
	if e.Step != "" {
		fmt.Fprintf(&b, "step %s: ", quote(e.Step))
	}
	b.WriteString(e.Msg)
	if e.cause != nil {
		fmt.Fprintf(&b, ": %v", e.cause)
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.cause }

// Hint returns what the reader can do about the problem; "" for nothing.
func (e *Error) Hint() string { return e.hint }

// refused joins what the library says of a file.
func (s *source) refused(problems []*actionlint.Error) error {
	errs := make([]error, 0, len(problems))
	for _, p := range problems {
		errs = append(errs, &Error{
			File: s.name, Line: max(p.Line, 1), Column: max(p.Column, 1), Msg: p.Message,
			hint: "the file is read as GitHub reads it; it may use what is newer than this program",
		})
	}
	if len(errs) == 0 {
		errs = append(errs, &Error{File: s.name, Line: 1, Column: 1, Msg: "this is no workflow"})
	}
	return errors.Join(errs...)
}

func comparePos(a, b *actionlint.Pos) int {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
}

// quote returns a text in double quotes, cut when it is too long for a message.
func quote(s string) string {
	const longest = 80
	if r := []rune(s); len(r) > longest {
		return fmt.Sprintf("%q…", string(r[:longest]))
	}
	return fmt.Sprintf("%q", s)
}
