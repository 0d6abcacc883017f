package gate

import (
	"slices"
	"strconv"
	"unicode"
)

const (
	percentHint = "+5% or -5% is relative to an earlier run, saves 50% to the baseline variant, takes 50% to the total"
	savesHint   = "for example: saves >= 50%, saves 55%..65%, takes >= 50%"
)

// The words for percentages that are measured: of the baseline variant's time,
// and of the trial's total.
const (
	saves = "saves"
	takes = "takes"
)

// condition reads all that follows a rule's subject, and its comment.
func (s *scanner) condition(r *Rule) *Error {
	s.atEnd()
	at := s.pos
	word, err := s.aggregate(r)
	if err != nil {
		return err
	}
	for _, op := range operators {
		if r.Op == "" && !s.atEnd() && s.skip(string(op)) {
			r.Op = op
		}
	}
	if r.Op == "" && word == "" {
		return s.fail(s.pos, "one of < <= > >= == !=", "expected an operator, got %q", s.word())
	}
	if r.Baseline != "" && word != saves {
		return s.fail(at, savesHint, "%s vs %s needs a saving", r.Variant, r.Baseline)
	}
	switch word {
	case saves:
		r.Of = Saving
	case takes:
		r.Of = Share
	default:
		return s.bound(r, at)
	}
	return s.percentages(r, word)
}

// aggregate reads which number is meant, and the word for a percentage of
// something, if there is one.
func (s *scanner) aggregate(r *Rule) (percentage string, err *Error) {
	for {
		s.atEnd()
		at := s.pos
		word := s.take(func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) })
		switch {
		case word == "" || '0' <= word[0] && word[0] <= '9': // no word
			s.pos = at
			return percentage, nil
		case percentage != "":
			return "", s.fail(at, savesHint, "unexpected %q after %s", word, percentage)
		case word == saves && r.Aggregate != Each:
			return "", s.fail(at, savesHint, "a saving has no %s: it is the estimate of all pairs", r.Aggregate)
		case word == takes && r.Aggregate != Each:
			return "", s.fail(at, savesHint, "a share has no %s: it is the median of all trials", r.Aggregate)
		case word == saves || word == takes:
			percentage = word
		case r.Aggregate != Each:
			return "", s.fail(at, "one of < <= > >= == !=", "unexpected %q after %s", word, r.Aggregate)
		case slices.Contains(aggregates, Aggregate(word)):
			r.Aggregate = Aggregate(word)
		default:
			return "", s.fail(at, "one of p50, p90, min, max, saves, takes", "unknown aggregate %q", word)
		}
	}
}

// percentages reads what follows that word.
func (s *scanner) percentages(r *Rule, word string) *Error {
	s.atEnd()
	at := s.pos
	low, err := s.percentage(word)
	if err != nil {
		return err
	}
	r.Bound = low
	switch ranged := s.skip(".."); {
	case !ranged && r.Op == "":
		return s.fail(at, savesHint, "expected an operator or a range, got %q", low)
	case !ranged:
		return nil
	case r.Op != "":
		return s.fail(at, savesHint, "a range has no operator, got %q", r.Op)
	}
	r.Op = Within
	at = s.pos
	high, err := s.percentage(word)
	if err == nil && high.Number < low.Number {
		err = s.fail(at, "the smaller percentage comes first", "the range %s..%s is empty", low, high)
	}
	r.Upper = high
	return err
}

// percentage reads one of what something saves or takes, and refuses what none
// can be: a rule with it is kept, or broken, by whatever is measured.
func (s *scanner) percentage(word string) (Quantity, *Error) {
	at := s.pos
	q, _, err := s.quantity()
	switch {
	case err != nil:
		return q, err
	case q.Unit != "%":
		return q, s.fail(at, savesHint, "what something %s is in per cent, got %q", word, q)
	case q.Number > 100:
		return q, s.fail(at, savesHint, "nothing %s more than 100 %%, got %q", word, q)
	case q.Number < 0 && word == takes:
		return q, s.fail(at, savesHint, "nothing %s less than 0 %%, got %q", word, q)
	}
	return q, nil
}

// bound reads the bound of a number or of its change. start is where the
// condition begins.
func (s *scanner) bound(r *Rule, start int) *Error {
	s.atEnd()
	at := s.pos
	q, signed, err := s.quantity()
	if err != nil {
		return err
	}
	r.Of, r.Bound = Value, q
	switch {
	case q.Unit != "%" && signed:
		return s.fail(at, percentHint, "a bound that is no percentage has no sign, got %q", s.text[at:s.pos])
	case q.Unit != "%":
		return nil
	case !signed:
		return s.fail(at, percentHint, "a percentage needs a sign, got %q", q)
	case r.Aggregate != Each:
		return s.fail(start, "leave out "+string(r.Aggregate),
			"a change has no %s: it is the shift between all trials of the two runs", r.Aggregate)
	}
	r.Of = Change
	return nil
}

// longestNumber bounds the digits of a number: a float has 17 that count.
const longestNumber = 20

// quantity reads a number with its unit, and tells whether there is a sign.
func (s *scanner) quantity() (q Quantity, signed bool, err *Error) {
	at := s.pos
	negative := s.skip("-")
	signed = negative || s.skip("+")
	digit := func(r rune) bool { return '0' <= r && r <= '9' }
	number := s.take(digit)
	if rest := s.text[s.pos:]; number != "" && len(rest) > 1 && rest[0] == '.' && digit(rune(rest[1])) {
		s.pos++
		number += "." + s.take(digit)
	}
	v, bad := strconv.ParseFloat(number, 64)
	if bad != nil || len(number) > longestNumber {
		s.pos = at
		return q, signed, s.fail(at, "for example: 60s, 1.5GB, 0, +5%", "expected a number of at most %d digits, got %q", longestNumber, s.word())
	}
	if negative && v != 0 {
		v = -v
	}
	unitAt := s.pos
	unit := "%"
	if !s.skip(unit) {
		unit = s.take(unicode.IsLetter)
		if _, ok := units[unit]; !ok {
			return q, signed, s.fail(unitAt, "one of "+unitNames, "unknown unit %q", unit)
		}
	}
	return Quantity{v, unit}, signed, nil
}
