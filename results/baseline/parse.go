package baseline

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cibench/cibench/results"
)

const (
	hintForeign  = "`cibench baseline set` writes a baseline"
	hintNewer    = "use a newer cibench"
	hintConflict = "two branches changed the file: take one of them whole, since a baseline is one run, or write it again"
	hintLine     = "a line is one of study, study-digest, run, started, simulated, policy.…, fact, series or a # comment"
	hintSeries   = "series JOB/VARIANT/STATE NAME KIND UNIT VALUE...; quote a name that has more than plain ASCII"
	hintFact     = "fact NAME \"VALUE\""
)

// Parse reads a baseline as WriteTo writes it, with lines in any order after the
// first, empty lines and comments. The name is that of the file, for messages.
// The error joins all problems, each an *Error; of many, the first 20.
func Parse(name string, data []byte) (Baseline, error) {
	p := &parser{file: name, seen: map[string]int{}, b: Baseline{Environment: results.Environment{}}}
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	p.line = 1
	if !p.version(strings.TrimRight(lines[0], "\r")) {
		return Baseline{}, p.err()
	}
	for i, text := range lines[1:] {
		p.line = i + 2
		p.parse(strings.TrimSpace(text))
	}
	for _, key := range []string{keyStudy, keyDigest, keyRun, keyStarted, keyConfidence, keySame, keyEffect, keySeries} {
		if p.seen[key] == 0 {
			p.report(hintForeign, "the file ends without a line %q", key)
		}
	}
	if err := p.err(); err != nil {
		return Baseline{}, err
	}
	slices.SortFunc(p.b.Series, results.Series.Compare)
	return p.b, nil
}

// CheckVersion returns the *Error with which Parse would refuse the first line:
// the data is no baseline, or one of a newer version.
func CheckVersion(name string, data []byte) error {
	p := &parser{file: name, line: 1}
	first, _, _ := strings.Cut(string(data), "\n")
	p.version(strings.TrimRight(first, "\r"))
	return p.err()
}

// A parser reads one baseline. Its methods report problems and go on.
type parser struct {
	file     string
	line     int
	b        Baseline
	seen     map[string]int // what may stand there once → its line
	problems []error
	dropped  int
}

// version reads the first line. Without a version that is known, the rest could
// mean anything.
func (p *parser) version(text string) bool {
	number, ok := strings.CutPrefix(text, magic+" ")
	if !ok {
		p.report(hintForeign, "not a baseline: the first line is not %q", fmt.Sprintf("%s %d", magic, version))
		return false
	}
	n, err := strconv.ParseUint(number, 10, 31)
	switch {
	case err != nil || n == 0 || strconv.FormatUint(n, 10) != number:
		p.report(hintForeign, "%s is no version of a baseline", quote(number))
	case n > version:
		p.report(hintNewer, "the baseline has version %d, and this cibench knows %d", n, version)
	default:
		return true
	}
	return false
}

// parse reads one line without the spaces around it.
func (p *parser) parse(text string) {
	if text == "" || text[0] == '#' {
		return
	}
	for _, marker := range []string{"<<<<<<<", "=======", ">>>>>>>", "|||||||"} {
		if strings.HasPrefix(text, marker) {
			p.report(hintConflict, "a mark of a merge conflict")
			return
		}
	}
	key, rest, _ := strings.Cut(text, " ")
	rest = strings.TrimSpace(rest)
	switch key {
	case keyStudy:
		p.name(key, rest, &p.b.Study)
	case keyDigest:
		p.name(key, rest, &p.b.StudyDigest)
	case keyRun:
		p.name(key, rest, &p.b.Run)
	case keyStarted:
		p.started(rest)
	case keySimulated:
		p.simulated(rest)
	case keyConfidence:
		p.share(key, rest, &p.b.Policy.Confidence)
	case keySame:
		p.share(key, rest, &p.b.Policy.Same)
	case keyEffect:
		p.share(key, rest, &p.b.Policy.Effect)
	case keyDecide:
		p.name(key, rest, &p.b.Policy.Phase)
	case keyFact:
		p.fact(rest)
	case keySeries:
		p.series(rest)
	default:
		p.report(hintLine, "unknown line %s", quote(text))
	}
}

// once notes what this line is about, and refuses a second line about it.
func (p *parser) once(id, what string) bool {
	if before := p.seen[id]; before > 0 {
		p.report("keep one of the two lines", "%s stands in line %d, too", what, before)
		return false
	}
	p.seen[id] = p.line
	return true
}

func (p *parser) name(key, text string, to *string) {
	if !p.once(key, key) {
		return
	}
	s := scanner{text}
	name, err := s.word()
	if err == nil {
		err = s.end()
	}
	if err != nil {
		p.report(key+" NAME", "%s: %w", key, err)
		return
	}
	*to = name
}

func (p *parser) started(text string) {
	if !p.once(keyStarted, keyStarted) {
		return
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || t.UTC().Format(time.RFC3339) != text {
		p.report("as in 2026-11-24T03:15:00Z", "started: %s is no time in UTC", quote(text))
		return
	}
	p.b.Started = t.UTC()
}

func (p *parser) simulated(text string) {
	if !p.once(keySimulated, keySimulated) {
		return
	}
	if text != "true" {
		p.report("a run that was measured has no such line", "simulated: got %s, want true", quote(text))
	}
	p.b.Simulated = true
}

func (p *parser) share(key, text string, to *float64) {
	if !p.once(key, key) {
		return
	}
	v, err := number(text)
	if err == nil && (v < 0 || v > 1) {
		err = fmt.Errorf("%s is not between 0 and 1", quote(text))
	}
	if err != nil {
		p.report(key+" SHARE, as in 0.03", "%s: %w", key, err)
		return
	}
	*to = v
}

func (p *parser) fact(text string) {
	s := scanner{text}
	name, err := s.word()
	var value string
	if err == nil {
		err = s.boundary()
	}
	if err == nil {
		value, err = s.quoted()
	}
	if err == nil {
		err = s.end()
	}
	if err != nil {
		p.report(hintFact, "fact: %w", err)
		return
	}
	if p.once(keyFact+" "+name, "fact "+word(name)) {
		p.b.Environment[name] = value
	}
}

func (p *parser) series(text string) {
	p.seen[keySeries] = p.line
	sc := scanner{text}
	s, err := sc.series()
	if err != nil {
		p.report(hintSeries, "series: %w", err)
		return
	}
	// Quoted words cannot run into each other.
	id := cell(s.Cell) + " " + word(s.Name)
	if p.once(keySeries+" "+id, id) {
		p.b.Series = append(p.b.Series, s)
	}
}

// number reads a finite number in decimal notation.
func number(text string) (float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) || strings.Trim(text, "0123456789.-+eE") != "" {
		return 0, fmt.Errorf("%s is not a finite decimal number", quote(text))
	}
	return v, nil
}

// err joins the problems; nil when there are none.
func (p *parser) err() error {
	if p.dropped > 0 {
		return errors.Join(append(p.problems, fmt.Errorf("%s: %d more problems", p.file, p.dropped))...)
	}
	return errors.Join(p.problems...)
}
