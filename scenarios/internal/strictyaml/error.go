package strictyaml

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// maxProblems is how many problems of one file are kept: beyond that they are
// mostly consequences of the first.
const maxProblems = 20

// An Error is one problem of a file, at the place where its reader mends it.
type Error struct {
	File   string
	Line   int // from 1
	Column int // from 1, in characters
	Msg    string
	hint   string
}

// Error returns "file:line:column: message", without the hint.
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Msg)
}

// Hint returns what the reader can do about the problem; "" for nothing.
func (e *Error) Hint() string { return e.hint }

// report keeps one problem, unless there are too many already.
func (d *Document) report(line, column int, hint, format string, args ...any) {
	if len(d.problems) == maxProblems {
		d.dropped++
		return
	}
	d.problems = append(d.problems, &Error{
		File: d.file, Line: line, Column: column,
		Msg: fmt.Sprintf(format, args...), hint: hint,
	})
}

// Err joins the problems found so far, each an *Error, in the order of the
// file. It returns nil when there are none.
func (d *Document) Err() error {
	sorted := slices.Clone(d.problems)
	slices.SortStableFunc(sorted, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	errs := make([]error, 0, len(sorted)+1)
	for _, e := range sorted {
		errs = append(errs, e)
	}
	if d.dropped > 0 {
		errs = append(errs, fmt.Errorf("%d more problems", d.dropped))
	}
	return errors.Join(errs...)
}

// Quote returns s in double quotes, cut when it is too long for a message.
func Quote(s string) string {
	const longest = 80
	if r := []rune(s); len(r) > longest {
		return fmt.Sprintf("%q…", string(r[:longest]))
	}
	return fmt.Sprintf("%q", s)
}
