// Package markdown drafts a target set from the tables of a Markdown document:
// those that have times in columns, such as before and after, with a phase of a
// job in each row.
//
// What a document does not say, a person has to: which variants and cache states
// its columns speak of. A Draft has guesses for them.
package markdown

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	table "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

	"github.com/cibench/cibench/scenarios/target"
)

// MaxSize is the largest document that Read reads, in bytes.
const MaxSize = 1 << 20

// A Draft is what the tables of a document say.
type Draft struct {
	Title  string // of the document; "" without one
	Tables []Table
	Unread []Unread // figures that are in no table, or in none that could be read, by line
}

// A Table has the times of a job's phases.
type Table struct {
	Line     int    // of its header, from 1
	Heading  string // above it, as the document writes it
	Job      string // a guess
	Baseline string // name of the column that the others are compared with; "" for none
	Columns  []Column
	Rows     []Row
	Savings  []Saving
}

// A Column has the times of one situation.
type Column struct {
	Name    string
	Title   string   // as the document writes it
	Variant string   // a guess
	States  []string // a guess
}

// A Row has the times of one phase, a label for each column.
type Row struct {
	Line   int
	Phase  string
	Labels []string
}

// A Saving is what the document says that a column saves of the baseline.
type Saving struct {
	Line   int
	Phase  string
	Column string
	Label  string
}

// Unread is a figure that is in no target, with the reason.
type Unread struct {
	Line   int
	Text   string // one line
	Reason string
}

// Read drafts a target set from a document. It is an error when that is no
// UTF-8 text, or has no table with times.
func Read(source []byte) (Draft, error) {
	switch {
	case len(source) > MaxSize:
		return Draft{}, fmt.Errorf("the document is larger than %d MiB", MaxSize>>20)
	case !utf8.Valid(source):
		return Draft{}, errors.New("the document is no UTF-8 text")
	}
	r := reader{source: source, jobs: map[string]bool{}}
	doc := goldmark.New(goldmark.WithExtensions(extension.Table)).Parser().Parse(text.NewReader(source))
	r.block(doc)
	slices.SortStableFunc(r.draft.Unread, func(a, b Unread) int { return a.Line - b.Line })
	if len(r.draft.Tables) == 0 {
		return r.draft, errors.New("the document has no table with times")
	}
	return r.draft, nil
}

// A reader walks a document.
type reader struct {
	source  []byte
	draft   Draft
	heading string
	jobs    map[string]bool
}

// block reads what is below a block, in order.
func (r *reader) block(parent ast.Node) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Heading:
			r.heading = r.text(n)
			if r.draft.Title == "" && n.Level == 1 {
				r.draft.Title = r.heading
			}
			r.prose(n)
		case *table.Table:
			r.table(n)
		case *ast.Paragraph, *ast.TextBlock:
			if !r.savings(n) {
				r.prose(n)
			}
		case *ast.CodeBlock, *ast.FencedCodeBlock, *ast.HTMLBlock:
		default:
			r.block(n)
		}
	}
}

// text returns the text of a block without its markup, in one line that every
// terminal and file can hold.
func (r *reader) text(n ast.Node) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // nothing in it fails
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			b.Write(n.Segment.Value(r.source))
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(n.Value)
		}
		return ast.WalkContinue, nil
	})
	return oneLine(b.String())
}

// oneLine cuts a text to what fits into a title.
func oneLine(s string) string {
	const longest = 120
	s = strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) || !unicode.IsPrint(c) {
			return ' '
		}
		return c
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > longest/utf8.UTFMax {
		for len(s) > longest {
			r = r[:len(r)-1]
			s = string(r)
		}
	}
	return strings.TrimSpace(s)
}

// line returns the number of the line that a block begins in.
func (r *reader) line(n ast.Node) int {
	at := 0
	if lines := n.Lines(); lines.Len() > 0 {
		at = lines.At(0).Start
	}
	return r.lineAt(at)
}

func (r *reader) lineAt(offset int) int {
	return 1 + bytes.Count(r.source[:min(offset, len(r.source))], []byte{'\n'})
}

func (r *reader) unread(line int, text, reason string, args ...any) {
	r.draft.Unread = append(r.draft.Unread, Unread{line, text, fmt.Sprintf(reason, args...)})
}

// figure finds what looks like a time, a share, a size or an age in a text.
var figure = regexp.MustCompile(`(?:[~≈] ?)?\d+(?:\.\d+)?\+?(?: ?(?:[-–—]|to) ?\d+(?:\.\d+)?\+?)? ?(?:%(?: (?:faster|quicker|shorter|less|saved|savings?|reduction|improvement)\b)?|(?:ms|s|secs?|seconds?|min|mins|minutes?|h|hrs?|hours?|days?|[kKMG]i?B)\b)`)

// prose notes the figures of a text that is no table.
func (r *reader) prose(n ast.Node) {
	lines := n.Lines()
	for i := range lines.Len() {
		segment := lines.At(i)
		for _, found := range figure.FindAllString(string(segment.Value(r.source)), -1) {
			r.unread(r.lineAt(segment.Start), oneLine(found), "stands in no table")
		}
	}
}

// ofSavings tells that a text speaks of what is saved.
var ofSavings = regexp.MustCompile(`(?i)saving|saves|faster|improve|reduc`)

// savings reads a paragraph below a table that says what is saved; false when
// it is no such paragraph.
func (r *reader) savings(n ast.Node) bool {
	_, below := n.PreviousSibling().(*table.Table)
	said := r.text(n)
	if !below || len(r.draft.Tables) == 0 || !ofSavings.MatchString(said) {
		return false
	}
	t := &r.draft.Tables[len(r.draft.Tables)-1]
	if t.Line != r.tableLine(n.PreviousSibling()) {
		return false // the table above was not read
	}
	phase := t.Rows[len(t.Rows)-1].Phase
	if t.has(total) {
		phase = total
	}
	for _, label := range figure.FindAllString(said, -1) {
		r.saving(t, Saving{Line: r.line(n), Phase: phase, Column: t.after(len(t.Columns)), Label: oneLine(label)})
	}
	return true
}

// saving adds what a document says of a saving to its table, if it can be read.
func (r *reader) saving(t *Table, s Saving) {
	_, _, unit, ok := target.ParseLabel(s.Label)
	same := func(o Saving) bool {
		_, _, of, _ := target.ParseLabel(o.Label)
		return o.Phase == s.Phase && o.Column == s.Column && of == unit
	}
	switch {
	case !ok:
		r.unread(s.Line, s.Label, "no range of times or per cent")
	case s.Column == "":
		r.unread(s.Line, s.Label, "the table has no baseline that it could be saved of")
	case slices.ContainsFunc(t.Savings, same):
		r.unread(s.Line, s.Label, "a second saving of %s", s.Phase)
	case len(t.Savings) == target.MaxEntries:
		r.unread(s.Line, s.Label, "more than %d savings", target.MaxEntries)
	default:
		t.Savings = append(t.Savings, s)
	}
}

// after returns the name of the last column before the one of that index that
// is not the baseline; "" without one, and where there is no baseline.
func (t *Table) after(index int) string {
	for i := min(index, len(t.Columns)) - 1; i >= 0 && t.Baseline != ""; i-- {
		if t.Columns[i].Name != t.Baseline {
			return t.Columns[i].Name
		}
	}
	return ""
}
