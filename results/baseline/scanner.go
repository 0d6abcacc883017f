package baseline

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/cibench/cibench/results"
)

// A scanner takes words from the beginning of a line.
type scanner struct{ rest string }

// word takes a word, bare or quoted.
func (s *scanner) word() (string, error) {
	s.space()
	if strings.HasPrefix(s.rest, `"`) {
		return s.quoted()
	}
	end := strings.IndexFunc(s.rest, func(r rune) bool { return !bare(r) })
	if end < 0 {
		end = len(s.rest)
	}
	if end == 0 {
		return "", s.missing("a name")
	}
	w := s.rest[:end]
	s.rest = s.rest[end:]
	return w, nil
}

// quoted takes a quoted string.
func (s *scanner) quoted() (string, error) {
	s.space()
	if !strings.HasPrefix(s.rest, `"`) {
		return "", s.missing("a text in double quotes")
	}
	q, err := strconv.QuotedPrefix(s.rest)
	if err != nil {
		return "", fmt.Errorf("%s does not end with a quote", quote(s.rest))
	}
	text, err := strconv.Unquote(q)
	s.rest = s.rest[len(q):]
	return text, err
}

// series takes a whole series.
func (s *scanner) series() (r results.Series, err error) {
	for i, part := range []*string{&r.Job, &r.Variant, &r.State} {
		if i > 0 && !s.slash() {
			return r, s.missing("job/variant/state")
		}
		if *part, err = s.word(); err != nil {
			return r, err
		}
	}
	var words [3]string // name, kind, unit
	for i := range words {
		if err := s.boundary(); err != nil {
			return r, err
		}
		if words[i], err = s.word(); err != nil {
			return r, err
		}
	}
	if err := s.boundary(); err != nil {
		return r, err
	}
	var kind, unit error
	r.Name = words[0]
	r.Kind, kind = results.ParseKind(words[1])
	r.Unit, unit = results.ParseUnit(words[2])
	if err := errors.Join(kind, unit); err != nil {
		return r, err
	}
	for text := range strings.FieldsSeq(s.rest) {
		v, err := number(text)
		if err != nil {
			return r, err
		}
		r.Values = append(r.Values, round(r.Unit, v))
	}
	if len(r.Values) == 0 {
		return r, errors.New("no value")
	}
	return r, nil
}

// slash takes the slash that parts the names of a cell.
func (s *scanner) slash() (ok bool) {
	s.rest, ok = strings.CutPrefix(s.rest, "/")
	return ok
}

func (s *scanner) space() { s.rest = strings.TrimLeft(s.rest, " \t") }

// boundary refuses what is stuck to the word before.
func (s *scanner) boundary() error {
	if s.rest != "" && s.rest[0] != ' ' && s.rest[0] != '\t' {
		return s.missing("a space")
	}
	return nil
}

// end refuses anything that is left.
func (s *scanner) end() error {
	if s.space(); s.rest != "" {
		return s.missing("the end of the line")
	}
	return nil
}

func (s *scanner) missing(what string) error {
	if s.rest == "" {
		return fmt.Errorf("the line ends where %s is missing", what)
	}
	return fmt.Errorf("want %s at %s", what, quote(s.rest))
}
