package report

import "strings"

// A document is what a report says, in order and free of any form. Its texts
// are as they came: a form makes them safe.
type document []element

// An element is a heading, a paragraph, a list or a table.
type element interface {
	render(f form) string
}

type heading struct{ text string }

type paragraph struct{ text string }

// A list holds items with a name each.
type list []item

type item struct{ name, text string }

// A grid is a table. It has rows of equal length. The first keys columns say what
// a row is of, and are set left; numbers are set right, other columns left.
type grid struct {
	title   string
	columns []column
	keys    int
	rows    [][]cell
}

type column struct {
	name   string
	number bool
}

// A cell has a text and, less prominent, a detail. A number has its value, too,
// by which a page sorts.
type cell struct {
	text, detail string
	value        float64
	number       bool
}

// inline returns the cell as in a sentence.
func (c cell) inline() string {
	if c.detail == "" {
		return c.text
	}
	return c.text + " (" + c.detail + ")"
}

// A form writes elements. Every method returns whole lines.
type form interface {
	heading(text string) string
	paragraph(text string) string
	list(l list) string
	table(t grid) string
}

func (h heading) render(f form) string   { return f.heading(h.text) }
func (p paragraph) render(f form) string { return f.paragraph(p.text) }
func (l list) render(f form) string      { return f.list(l) }
func (t grid) render(f form) string      { return f.table(t) }

// render returns the elements with a blank line between any two.
func (d document) render(f form) string {
	parts := make([]string, len(d))
	for i, e := range d {
		parts[i] = strings.TrimRight(e.render(f), "\n") + "\n"
	}
	return strings.Join(parts, "\n")
}

// used returns a copy of the table without columns that have nothing in any row;
// key columns stay.
func (t grid) used() grid {
	out := grid{title: t.title, keys: t.keys, rows: make([][]cell, len(t.rows))}
	for i, c := range t.columns {
		keep := i < t.keys
		for _, r := range t.rows {
			keep = keep || r[i].text+r[i].detail != ""
		}
		if !keep {
			continue
		}
		out.columns = append(out.columns, c)
		for j, r := range t.rows {
			out.rows[j] = append(out.rows[j], r[i])
		}
	}
	return out
}
