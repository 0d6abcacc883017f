package gate

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// An Error is a mistake in a rule.
type Error struct {
	File    string // "" for a rule by itself
	Line    int    // from 1
	Column  int    // in characters, from 1
	Message string
	hint    string
}

// Error returns "rules:3:14: message", or "rule:14: message" without a file.
func (e *Error) Error() string {
	if e.File == "" {
		return fmt.Sprintf("rule:%d: %s", e.Column, e.Message)
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

// Hint says what to write instead.
func (e *Error) Hint() string { return e.hint }

// Parse returns the rules of a text, one in a line:
//
//	pip-install[state=hit] p50 < 60s
//	total[after vs before, state=hit] saves 55%..65%
//	pip-install[variant=before] takes >= 50%
//	total[state=warm] <= +5%               # of an earlier run
//	index.bytes[state=code-change] == 0
//
// A rule begins with the name of a phase or counter. In brackets follow what its
// cells must match, if not all are meant: job=, variant= and state= with a
// pattern of path.Match, and for savings VARIANT vs BASELINE. Then there is which
// number is meant: p50, p90, min or max of a phase's times, and none for
// counters, of which every trial's value counts. The bound has an operator
// (< <= > >= == !=) and a unit (s, ms, m, h, B, kB, MB, GB, KiB, MiB, GiB, or none
// for counts). A percentage with a sign is relative to the earlier run, of a phase
// without saying which number is meant: what is bounded is the shift between the
// two runs, which is not the difference of their medians. After
// "saves" it is what the variant saves of its baseline's time, after "takes" what
// a phase takes of its trial's total; both may be a range.
//
// Empty lines, and what follows a # outside of brackets, do not count. The name
// of the text is for errors; these are of type *Error, at most one a line, and
// all of them are joined.
func Parse(name string, data []byte) ([]Rule, error) {
	var rules []Rule
	var errs []error
	line := 0
	for text := range strings.SplitSeq(string(data), "\n") {
		line++
		s := scanner{file: name, line: line, text: strings.TrimSuffix(text, "\r")}
		if s.atEnd() {
			continue
		}
		r, err := s.rule()
		if err != nil {
			errs = append(errs, err)
			continue
		}
		rules = append(rules, r)
	}
	return rules, errors.Join(errs...)
}

// ParseRule returns the rule of one line. Its error is an *Error.
func ParseRule(text string) (Rule, error) {
	s := scanner{line: 1, text: text}
	r, err := s.rule()
	if err != nil {
		return Rule{}, err
	}
	return r, nil
}

// A scanner reads a line.
type scanner struct {
	file string
	line int
	text string
	pos  int // in bytes
}

func (s *scanner) fail(at int, hint, format string, args ...any) *Error {
	return &Error{File: s.file, Line: s.line, Column: utf8.RuneCountInString(s.text[:at]) + 1,
		Message: fmt.Sprintf(format, args...), hint: hint}
}

// atEnd skips spaces and tells whether nothing follows but a comment.
func (s *scanner) atEnd() bool {
	s.take(func(r rune) bool { return r == ' ' || r == '\t' })
	return s.pos == len(s.text) || s.text[s.pos] == '#'
}

// take returns what follows as long as its characters are good.
func (s *scanner) take(good func(rune) bool) string {
	rest := s.text[s.pos:]
	n := strings.IndexFunc(rest, func(r rune) bool { return !good(r) })
	if n < 0 {
		n = len(rest)
	}
	s.pos += n
	return rest[:n]
}

// skip skips a literal; false when something else follows.
func (s *scanner) skip(literal string) bool {
	if !strings.HasPrefix(s.text[s.pos:], literal) {
		return false
	}
	s.pos += len(literal)
	return true
}

// word returns the characters up to the next space, for a message.
func (s *scanner) word() string {
	if fields := strings.Fields(s.text[s.pos:]); len(fields) > 0 {
		return fields[0]
	}
	return ""
}

func inName(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._-", r)
}

// rule reads a whole line.
func (s *scanner) rule() (Rule, *Error) {
	r := Rule{File: s.file, Line: s.line}
	end := s.atEnd()
	start := s.pos
	if r.Name = s.take(inName); end || r.Name == "" {
		return r, s.fail(start, "for example: total[state=warm] p50 < 60s", "a rule begins with the name of a phase or counter")
	}
	if s.atEnd(); s.skip("[") {
		if err := s.selection(&r); err != nil {
			return r, err
		}
	}
	if err := s.condition(&r); err != nil {
		return r, err
	}
	r.Text = strings.TrimRight(s.text[start:s.pos], " \t")
	if !s.atEnd() {
		return r, s.fail(s.pos, "a rule has one condition, and a line one rule", "unexpected %q after the rule", s.word())
	}
	return r, nil
}

const selectionHint = "one of job=PATTERN, variant=PATTERN, state=PATTERN, VARIANT vs BASELINE"

// selection reads what is in brackets, after the first one.
func (s *scanner) selection(r *Rule) *Error {
	for {
		s.take(func(r rune) bool { return r == ' ' || r == '\t' })
		at := s.pos
		item := strings.TrimRight(s.item(), " \t")
		if s.pos == len(s.text) {
			return s.fail(at, "a selection ends in ]", "the selection has no end")
		}
		if err := s.choose(r, at, item); err != nil {
			return err
		}
		if s.skip("]") {
			return nil
		}
		s.skip(",")
	}
}

// item returns what is up to the next comma or closing bracket that is not part
// of a pattern.
func (s *scanner) item() string {
	inClass, escaped := false, false
	return s.take(func(r rune) bool {
		switch {
		case escaped:
			escaped = false
		case r == '\\':
			escaped = true
		case inClass:
			inClass = r != ']'
		case r == '[':
			inClass = true
		case r == ',' || r == ']':
			return false
		}
		return true
	})
}

// choose reads one item of a selection.
func (s *scanner) choose(r *Rule, at int, item string) *Error {
	if words := strings.Fields(item); len(words) == 3 && words[1] == "vs" && !strings.Contains(words[0], "=") {
		if r.Variant != "" {
			return s.fail(at, "give the variant once", "a second variant %q", words[0])
		}
		r.Variant, r.Baseline = words[0], words[2]
		return cmp.Or(s.pattern(at, r.Variant), s.pattern(at, r.Baseline))
	}
	key, pattern, ok := strings.Cut(item, "=")
	field := map[string]*string{"job": &r.Job, "variant": &r.Variant, "state": &r.State}[key]
	switch {
	case !ok || field == nil:
		return s.fail(at, selectionHint, "unknown selection %q", item)
	case *field != "":
		return s.fail(at, "one pattern may match several names: use *", "a second %s", key)
	}
	*field = pattern
	return s.pattern(at+len(key)+1, pattern)
}

// pattern checks one pattern.
func (s *scanner) pattern(at int, p string) *Error {
	if _, err := path.Match(p, ""); err != nil || p == "" || !utf8.ValidString(p) ||
		strings.ContainsFunc(p, func(r rune) bool { return r == ' ' || !unicode.IsPrint(r) }) {
		return s.fail(at, "a name, in which * stands for any characters; no spaces", "bad pattern %q", p)
	}
	return nil
}
