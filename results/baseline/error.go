package baseline

import "fmt"

// maxProblems is how many problems of one file are kept: beyond that they are
// mostly consequences of the first.
const maxProblems = 20

// An Error is one problem of a file, in the line where its reader mends it.
type Error struct {
	File string
	Line int // from 1
	Msg  string
	hint string
}

// Error returns "file:line: message", without the hint.
func (e *Error) Error() string { return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Msg) }

// Hint returns what the reader can do about the problem.
func (e *Error) Hint() string { return e.hint }

// report keeps one problem of the current line, unless there are too many
// already.
func (p *parser) report(hint, format string, args ...any) {
	if len(p.problems) == maxProblems {
		p.dropped++
		return
	}
	p.problems = append(p.problems, &Error{File: p.file, Line: p.line, Msg: fmt.Errorf(format, args...).Error(), hint: hint})
}

// quote returns s in double quotes, cut when it is too long for a message.
func quote(s string) string {
	const longest = 60
	if r := []rune(s); len(r) > longest {
		return fmt.Sprintf("%q…", string(r[:longest]))
	}
	return fmt.Sprintf("%q", s)
}
