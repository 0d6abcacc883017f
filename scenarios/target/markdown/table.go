package markdown

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
	table "github.com/yuin/goldmark/extension/ast"

	"github.com/cibench/cibench/scenarios/target"
)

// total is the phase that is the whole of a job.
const total = "total"

// tableLine returns the line of a table's header.
func (r *reader) tableLine(n *table.Table) int { return r.lineAt(n.FirstChild().Pos()) }

// grid is a table as it stands in the document: a header and rows with as many
// cells, without markup.
type grid struct {
	header gridRow
	rows   []gridRow
	below  []gridRow // lines of prose directly below the table: Markdown takes them for rows
}

type gridRow struct {
	line  int
	cells []string
}

func (row gridRow) String() string { return strings.TrimRight(strings.Join(row.cells, " | "), " |") }

func (r *reader) grid(n *table.Table) grid {
	var g grid
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		row := gridRow{line: r.lineAt(child.Pos())}
		for c := child.FirstChild(); c != nil; c = c.NextSibling() {
			row.cells = append(row.cells, r.passage(c).String())
		}
		switch {
		case child == n.FirstChild():
			g.header = row
		case bytes.ContainsRune(r.restOfLine(child.Pos()), '|'):
			g.rows = append(g.rows, row)
			r.excess(row.line, child)
		default:
			g.below = append(g.below, row)
		}
	}
	return g
}

func (r *reader) restOfLine(offset int) []byte {
	rest, _, _ := bytes.Cut(r.source[offset:], []byte{'\n'})
	return rest
}

// excess notes what stands behind the last cell of a row: Markdown drops the
// cells that have no header.
func (r *reader) excess(line int, row ast.Node) {
	last := row.LastChild().Lines()
	if last.Len() == 0 {
		return // the row has too few
	}
	var p passage
	p.write(string(r.restOfLine(last.At(0).Stop)), line)
	r.number(line, strings.Trim(p.String(), " |"), "its column has no header")
}

// number notes a text that is read for nothing, if it holds a number.
func (r *reader) number(line int, text, reason string) {
	if hasNumber(text) {
		r.unread(line, text, reason)
	}
}

// hasNumber tells whether a text has a digit or anything else that is a number.
func hasNumber(s string) bool { return strings.ContainsFunc(s, unicode.IsNumber) }

// units counts the times and the shares of a column.
func (g grid) units(column int) (times, shares int) {
	for _, row := range g.rows {
		switch _, _, unit, ok := target.ParseLabel(row.cells[column]); {
		case !ok:
		case unit == target.Seconds:
			times++
		default:
			shares++
		}
	}
	return times, shares
}

// table reads a table that has times. It notes each cell that holds a number and
// is in no target and names none.
func (r *reader) table(n *table.Table) {
	g := r.grid(n)
	t := Table{Line: g.header.line, Heading: r.heading}
	var timed []int         // columns of the grid
	before := map[int]int{} // column of shares → how many of the columns of times stand before it
	for c := 1; c < len(g.header.cells); c++ {
		switch times, shares := g.units(c); {
		case times == 0 && shares > 0:
			before[c] = len(timed)
		case times > 0 && times >= shares && len(timed) < target.MaxEntries:
			timed = append(timed, c)
		}
	}
	switch {
	case len(timed) == 0:
		r.rows(g.rows, "the table has no column of times")
	case len(r.draft.Tables) == target.MaxEntries:
		r.rows(g.rows, fmt.Sprintf("more than %d tables", target.MaxEntries))
	default:
		t.columns(g, timed)
		for _, row := range g.rows {
			if why := t.row(row, timed); why != "" {
				r.number(row.line, row.String(), why)
			} else {
				r.others(&t, row, timed, before)
			}
		}
	}
	if len(t.Rows) == 0 {
		r.rows(append([]gridRow{g.header}, g.below...), "the table has no row that was read")
		return
	}
	for c, title := range g.header.cells {
		if slices.Contains(timed, c) {
			r.name(g.header.line, title)
		} else {
			r.number(g.header.line, title, "its column is not of times")
		}
	}
	for _, row := range g.below {
		r.below(&t, row.line, row.cells[0])
	}
	t.Job = unique(jobOf(t.Heading, len(r.draft.Tables)+1), r.jobs)
	r.draft.Tables = append(r.draft.Tables, t)
}

// rows notes rows that are not read.
func (r *reader) rows(rows []gridRow, why string) {
	for _, row := range rows {
		r.number(row.line, row.String(), why)
	}
}

// name notes the figures in a text that names a row or column: as a name they
// are read, as figures not.
func (r *reader) name(line int, text string) {
	for _, at := range figures(text) {
		r.unread(line, text[at[0]:at[1]], "stands in a name")
	}
}

// others reads the cells of a row that are no times. The row was the last to be
// read.
func (r *reader) others(t *Table, row gridRow, timed []int, before map[int]int) {
	r.name(row.line, row.cells[0])
	for c := 1; c < len(row.cells); c++ {
		text := row.cells[c]
		_, _, _, ok := target.ParseLabel(text)
		position, shares := before[c]
		switch {
		case slices.Contains(timed, c):
		case shares && ok:
			r.saving(t, Saving{Line: row.line, Phase: t.Rows[len(t.Rows)-1].Phase, Column: t.after(position), Label: text})
		case ok:
			r.unread(row.line, text, "its column is neither of times nor of shares")
		default:
			r.number(row.line, text, "no time and no share that is saved")
		}
	}
}

// below reads a line of prose directly below a table.
func (r *reader) below(t *Table, line int, text string) {
	rest, at := "", 0
	if ofSavings.MatchString(text) {
		for _, f := range figures(text) {
			r.saving(t, Saving{Line: line, Phase: t.whole(), Column: t.after(len(t.Columns)), Label: text[f[0]:f[1]]})
			rest, at = rest+text[at:f[0]], f[1]
		}
	}
	if rest += text[at:]; hasNumber(rest) {
		r.unread(line, text, "not all of it says what is saved")
	}
}

// What a column's title says of its situation.
var (
	isBaseline = regexp.MustCompile(`(?i)\b(?:before|baseline|current|without|old|today)\b`)
	isCold     = regexp.MustCompile(`(?i)\b(?:first|cold|miss|empty)\b`)
)

// columns names the columns of times and guesses what they speak of.
func (t *Table) columns(g grid, timed []int) {
	names := map[string]bool{"line": true} // which is what a row says of itself
	for i, c := range timed {
		col := Column{Title: g.header.cells[c], Variant: "after", States: []string{"warm"}}
		col.Name = unique(slug(col.Title, fmt.Sprint("column-", i+1)), names)
		if isCold.MatchString(col.Title) {
			col.States = []string{"cold"}
		}
		if t.Baseline == "" && len(timed) > 1 && isBaseline.MatchString(col.Title) {
			t.Baseline = col.Name
		}
		t.Columns = append(t.Columns, col)
	}
	if t.Baseline == "" && len(timed) > 1 {
		t.Baseline = t.Columns[0].Name
	}
	for i := range t.Columns {
		if c := &t.Columns[i]; c.Name == t.Baseline {
			c.Variant, c.States = "before", []string{"cold", "warm"}
		}
	}
}

// clock matches what may be minutes and seconds, or hours and minutes.
var clock = regexp.MustCompile(`^\d+:\d\d$`)

// row reads one row, if all columns of times have one; otherwise it returns why
// it is not read.
func (t *Table) row(from gridRow, timed []int) (why string) {
	row := Row{Line: from.line, Phase: phaseOf(from.cells[0], len(t.Rows)+1)}
	for i, c := range timed {
		label := from.cells[c]
		low, _, unit, ok := target.ParseLabel(label)
		switch {
		case clock.MatchString(label):
			return label + " may be of hours or of minutes"
		case !ok || unit != target.Seconds:
			return "no range of times in column " + t.Columns[i].Name
		case low == 0 && t.Columns[i].Name == t.Baseline:
			return "a time of zero cannot be a baseline"
		}
		row.Labels = append(row.Labels, label)
	}
	switch {
	case t.has(row.Phase):
		return "a second row " + row.Phase
	case len(t.Rows) == target.MaxEntries:
		return fmt.Sprintf("more than %d rows", target.MaxEntries)
	}
	t.Rows = append(t.Rows, row)
	return ""
}

// has tells whether a row has that phase.
func (t *Table) has(phase string) bool {
	return slices.ContainsFunc(t.Rows, func(row Row) bool { return row.Phase == phase })
}

// jobInHeading is a job as headings name it: "Docker Build (build-and-push job)".
var jobInHeading = regexp.MustCompile(`(?i)([a-z0-9][a-z0-9_.-]*) job\b`)

func jobOf(heading string, number int) string {
	if m := jobInHeading.FindStringSubmatch(heading); m != nil {
		heading = m[1]
	} else if strings.Contains(strings.ToLower(heading), "pipeline") {
		return "pipeline"
	}
	return slug(heading, fmt.Sprint("table-", number))
}

// known are phases of the lanes by how documents call them.
var known = []struct {
	title *regexp.Regexp
	phase string
}{
	{regexp.MustCompile(`(?i)\btotal\b|^overall\b`), total},
	{regexp.MustCompile(`(?i)^lint(?:ing|er)?$`), "lint"},
	{regexp.MustCompile(`(?i)^(?:unit )?test(?:s|ing)?$`), "test"},
}

func phaseOf(title string, number int) string {
	for _, k := range known {
		if k.title.MatchString(title) {
			return k.phase
		}
	}
	return slug(title, fmt.Sprint("row-", number))
}

var notInName = regexp.MustCompile(`[^a-z0-9]+`)

// slug returns a title as a name of a target set; other when nothing is left.
func slug(title, other string) string {
	const longest = 50 // leaves room for what makes it unique
	s := strings.Trim(notInName.ReplaceAllString(strings.ToLower(title), "-"), "-")
	if len(s) > longest {
		s = strings.TrimRight(s[:longest], "-")
	}
	if s == "" {
		return other
	}
	return s
}

// unique returns the name, with a number behind it if it is taken.
func unique(name string, taken map[string]bool) string {
	for n, base := 2, name; taken[name]; n++ {
		name = fmt.Sprintf("%s-%d", base, n)
	}
	taken[name] = true
	return name
}
