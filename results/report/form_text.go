package report

import (
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/cibench/cibench/results"
)

// textWidth is the number of columns of a terminal that text keeps to.
const textWidth = 100

// detailWidth is where details are broken.
const detailWidth = 24

// columnGap is the space between two columns of a table.
const columnGap = 2

// textForm renders for a terminal, without colours.
type textForm struct{}

func (textForm) heading(s string) string {
	s = results.Printable(s)
	return s + "\n" + strings.Repeat("=", text.StringWidth(s)) + "\n"
}

func (textForm) paragraph(s string) string {
	return trimLines(text.WrapSoft(results.Printable(s), textWidth)) + "\n"
}

// list aligns the texts, and indents what does not fit on a line.
func (textForm) list(l list) string {
	width := 0
	for _, i := range l {
		width = max(width, text.StringWidth(results.Printable(i.name))+columnGap)
	}
	var b strings.Builder
	for _, i := range l {
		lines := strings.Split(text.WrapSoft(results.Printable(i.text), max(textWidth-width, textWidth/3)), "\n")
		for n, line := range lines {
			name := ""
			if n == 0 {
				name = results.Printable(i.name)
			}
			b.WriteString(strings.TrimRight(text.Pad(name, width, ' ')+strings.TrimSpace(line), " ") + "\n")
		}
	}
	return b.String()
}

func (f textForm) table(t grid) string {
	out := results.Printable(t.title) + "\n"
	for _, part := range fold(f.printable(t)) {
		out += "\n" + trimLines(layout(part).Render()) + "\n"
	}
	return out
}

// printable returns the table as a terminal may see it, without keys that
// repeat those of the row above.
func (textForm) printable(t grid) grid {
	t = t.used()
	for i := range t.columns {
		t.columns[i].name = results.Printable(t.columns[i].name)
	}
	above := make([]cell, t.keys)
	for _, row := range t.rows {
		for j, c := range row {
			row[j] = cell{text: results.Printable(c.text), detail: text.WrapSoft(results.Printable(c.detail), detailWidth)}
		}
		keys := slices.Clone(row[:t.keys])
		for j := 0; j < t.keys && keys[j] == above[j]; j++ {
			row[j] = cell{}
		}
		above = keys
	}
	return t
}

// fold breaks a table that is too wide into several with the same keys.
func fold(t grid) []grid {
	width := func(column int) int {
		w := text.StringWidth(t.columns[column].name)
		for _, r := range t.rows {
			w = max(w, text.StringWidth(r[column].text), text.LongestLineLen(r[column].detail))
		}
		return w + columnGap
	}
	keys := 0
	for i := range t.keys {
		keys += width(i)
	}
	var parts []grid
	room := 0
	for i := t.keys; i < len(t.columns); i++ {
		if room -= width(i); room < 0 || len(parts) == 0 {
			parts = append(parts, t.slice(0, t.keys))
			room = textWidth + columnGap - keys - width(i)
		}
		parts[len(parts)-1].join(t.slice(i, i+1))
	}
	return parts
}

// slice returns the columns from one to before another.
func (t grid) slice(from, to int) grid {
	out := grid{title: t.title, keys: t.keys, columns: slices.Clone(t.columns[from:to])}
	for _, r := range t.rows {
		out.rows = append(out.rows, slices.Clone(r[from:to]))
	}
	return out
}

// join appends the columns of u, which has as many rows.
func (t *grid) join(u grid) {
	t.columns = append(t.columns, u.columns...)
	for i := range t.rows {
		t.rows[i] = append(t.rows[i], u.rows[i]...)
	}
}

// layout fills a table writer: a line of text, and one of detail beneath.
func layout(t grid) table.Writer {
	w := table.NewWriter()
	style := table.StyleDefault
	style.Options = table.OptionsNoBordersAndSeparators
	style.Box.PaddingLeft, style.Box.PaddingRight = "", strings.Repeat(" ", columnGap)
	style.Format = table.FormatOptions{}
	w.SetStyle(style)
	head := make(table.Row, len(t.columns))
	var configs []table.ColumnConfig
	for i, c := range t.columns {
		head[i] = c.name
		configs = append(configs, table.ColumnConfig{Number: i + 1, Align: c.align(), AlignHeader: c.align()})
	}
	w.AppendHeader(head)
	w.SetColumnConfigs(configs)
	for _, r := range t.rows {
		row := make(table.Row, len(r))
		for i, c := range r {
			row[i] = strings.TrimRight(c.text+"\n"+c.detail, "\n")
		}
		w.AppendRow(row)
	}
	return w
}

func (c column) align() text.Align {
	if c.number {
		return text.AlignRight
	}
	return text.AlignLeft
}

func trimLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(lines, "\n")
}
