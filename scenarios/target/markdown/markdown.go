// Package markdown drafts a target set from the tables of a Markdown document:
// those that have times in columns, such as before and after, with a phase of a
// job in each row.
//
// No figure is lost: each cell of a table that holds a number, and each number
// with a unit in the text elsewhere, is in the tables of a Draft or named as unread.
//
// What a document does not say, a person has to: which variants and cache states
// its columns speak of. A Draft has guesses for them.
package markdown

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sort"
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
	Unread []Unread // what has figures that are in no target, by line
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

// Unread is what holds figures that are in no target, with the reason: the
// figure where it stands in prose, code or HTML, the cell or the whole row of a
// table.
type Unread struct {
	Line   int
	Text   string // one line, uncut
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
	for i, c := range source {
		if c == '\n' {
			r.newlines = append(r.newlines, i)
		}
	}
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
	source   []byte
	newlines []int // where they stand in it
	draft    Draft
	heading  string
	jobs     map[string]bool
}

// block reads what is below a block, in order.
func (r *reader) block(parent ast.Node) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Heading:
			p := r.passage(n)
			r.heading = oneLine(p.String())
			if r.draft.Title == "" && n.Level == 1 {
				r.draft.Title = r.heading
			}
			r.figures(p, inNoTable)
		case *table.Table:
			r.table(n)
		case *ast.Paragraph, *ast.TextBlock:
			if p := r.passage(n); !r.savings(n, p) {
				r.figures(p, inNoTable)
			}
		case *ast.CodeBlock, *ast.FencedCodeBlock:
			r.figures(r.code(n), "stands in a block of code")
		case *ast.HTMLBlock:
			r.figures(r.html(n), "stands in HTML")
		default:
			r.block(n)
		}
	}
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

// lineAt returns the number of the line that an offset of the source is in.
func (r *reader) lineAt(offset int) int { return 1 + sort.SearchInts(r.newlines, offset) }

// unread notes a text that is in no target, and shows the breaks in it as those
// of verses are.
func (r *reader) unread(line int, text, reason string) {
	r.draft.Unread = append(r.draft.Unread, Unread{line, strings.ReplaceAll(text, "\n", " / "), reason})
}

const inNoTable = "stands in no table"

// figures notes the figures of a text that is read for nothing else.
func (r *reader) figures(p *passage, reason string) {
	for _, at := range figures(string(p.text)) {
		r.unread(p.line(at[0]), string(p.text[at[0]:at[1]]), reason)
	}
}

// ofSavings tells that a text speaks of what is saved.
var ofSavings = regexp.MustCompile(`(?i)saving|saves|faster|improve|reduc`)

// savings reads a paragraph below a table that says what is saved; false when
// it is no such paragraph.
func (r *reader) savings(n ast.Node, p *passage) bool {
	above, below := n.PreviousSibling().(*table.Table)
	if !below || len(r.draft.Tables) == 0 || !ofSavings.Match(p.text) {
		return false
	}
	t := &r.draft.Tables[len(r.draft.Tables)-1]
	if t.Line != r.tableLine(above) {
		return false // the table above was not read
	}
	for _, at := range figures(string(p.text)) {
		r.saving(t, Saving{Line: p.line(at[0]), Phase: t.whole(), Column: t.after(len(t.Columns)), Label: string(p.text[at[0]:at[1]])})
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
		r.unread(s.Line, s.Label, "a second saving of "+s.Phase)
	case len(t.Savings) == target.MaxEntries:
		r.unread(s.Line, s.Label, fmt.Sprintf("more than %d savings", target.MaxEntries))
	default:
		t.Savings = append(t.Savings, s)
	}
}

// whole returns the phase that a saving below a table is of.
func (t *Table) whole() string {
	if t.has(total) {
		return total
	}
	return t.Rows[len(t.Rows)-1].Phase
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
