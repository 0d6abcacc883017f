package markdown

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	table "github.com/yuin/goldmark/extension/ast"

	"github.com/cibench/cibench/scenarios/target"
)

// total is the phase that is the whole of a job.
const total = "total"

// tableLine returns the line of a table's header.
func (r *reader) tableLine(n ast.Node) int { return r.line(n.FirstChild().FirstChild()) }

// grid is a table as it stands in the document: a header and rows with as many
// cells, without markup.
type grid struct {
	header []string
	lines  []int // of each row
	rows   [][]string
}

func (r *reader) grid(n *table.Table) grid {
	var g grid
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		var cells []string
		line := 0
		for c := row.FirstChild(); c != nil; c = c.NextSibling() {
			if line == 0 && c.Lines().Len() > 0 {
				line = r.line(c)
			}
			cells = append(cells, r.text(c))
		}
		if g.header == nil {
			g.header = cells
			continue
		}
		g.lines, g.rows = append(g.lines, line), append(g.rows, cells)
	}
	return g
}

// units counts the times and the shares of a column.
func (g grid) units(column int) (times, shares int) {
	for _, row := range g.rows {
		switch _, _, unit, ok := target.ParseLabel(row[column]); {
		case !ok:
		case unit == target.Seconds:
			times++
		default:
			shares++
		}
	}
	return times, shares
}

// table reads a table that has times. Of one that has none it notes the
// figures.
func (r *reader) table(n *table.Table) {
	g := r.grid(n)
	t := Table{Line: r.tableLine(n), Heading: r.heading}
	var timed, shared []int // columns of the grid
	before := map[int]int{} // column of shares → how many of the columns of times stand before it
	for c := 1; c < len(g.header); c++ {
		switch times, shares := g.units(c); {
		case times == 0 && shares > 0:
			shared, before[c] = append(shared, c), len(timed)
		case times > 0 && times >= shares && len(timed) < target.MaxEntries:
			timed = append(timed, c)
		}
	}
	r.columns(&t, g, timed)
	for i, row := range g.rows {
		r.row(&t, g.lines[i], row, timed)
	}
	if len(t.Rows) == 0 || len(r.draft.Tables) == target.MaxEntries {
		return
	}
	t.Job = unique(jobOf(t.Heading, len(r.draft.Tables)+1), r.jobs)
	for i, row := range g.rows {
		for _, c := range shared {
			if phase, read := t.phaseAt(g.lines[i]); read && row[c] != "" {
				r.saving(&t, Saving{Line: g.lines[i], Phase: phase, Column: t.after(before[c]), Label: row[c]})
			}
		}
	}
	r.draft.Tables = append(r.draft.Tables, t)
}

func (t *Table) phaseAt(line int) (phase string, read bool) {
	for _, row := range t.Rows {
		if row.Line == line {
			return row.Phase, true
		}
	}
	return "", false
}

// What a column's title says of its situation.
var (
	isBaseline = regexp.MustCompile(`(?i)\b(?:before|baseline|current|without|old|today)\b`)
	isCold     = regexp.MustCompile(`(?i)\b(?:first|cold|miss|empty)\b`)
)

// columns names the columns of times and guesses what they speak of.
func (r *reader) columns(t *Table, g grid, timed []int) {
	names := map[string]bool{}
	for i, c := range timed {
		col := Column{Title: g.header[c], Variant: "after", States: []string{"warm"}}
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

// row reads one row, if all columns of times have one.
func (r *reader) row(t *Table, line int, cells []string, timed []int) {
	row := Row{Line: line, Phase: phaseOf(cells[0], len(t.Rows)+1)}
	wrong, reason := "", "no range of times"
	for i, c := range timed {
		low, _, unit, ok := target.ParseLabel(cells[c])
		row.Labels = append(row.Labels, cells[c])
		switch {
		case wrong != "":
		case !ok || unit != target.Seconds:
			wrong = cells[c]
		case low == 0 && t.Columns[i].Name == t.Baseline:
			wrong, reason = cells[c], "a time of zero cannot be a baseline"
		default:
			continue
		}
		if wrong == "" {
			wrong = "an empty cell"
		}
	}
	switch figures := figuresOf(cells); {
	case len(figures) == 0:
		return
	case len(timed) == 0:
		wrong, reason = strings.Join(figures, ", "), "the table has no column of times"
	case wrong != "":
	case t.has(row.Phase):
		wrong, reason = cells[0], "a second row "+row.Phase
	case len(t.Rows) == target.MaxEntries:
		wrong, reason = cells[0], fmt.Sprintf("more than %d rows", target.MaxEntries)
	default:
		t.Rows = append(t.Rows, row)
		return
	}
	r.unread(line, wrong, "%s", reason)
}

// has tells whether a row has that phase.
func (t *Table) has(phase string) bool {
	return slices.ContainsFunc(t.Rows, func(row Row) bool { return row.Phase == phase })
}

// figuresOf returns the figures of a row, whose first cell names it.
func figuresOf(cells []string) []string {
	var all []string
	for _, c := range cells[1:] {
		all = append(all, figure.FindAllString(c, -1)...)
	}
	return all
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
