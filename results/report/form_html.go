package report

import (
	"html"
	"strconv"
	"strings"

	"github.com/cibench/cibench/results"
)

// htmlForm renders elements for the page of HTML.
type htmlForm struct{}

func (htmlForm) heading(s string) string   { return "<h3>" + escapeHTML(s) + "</h3>\n" }
func (htmlForm) paragraph(s string) string { return "<p>" + escapeHTML(s) + "</p>\n" }

func (htmlForm) list(l list) string {
	var b strings.Builder
	b.WriteString("<dl>\n")
	for _, i := range l {
		b.WriteString("<dt>" + escapeHTML(i.name) + "</dt><dd>" + escapeHTML(i.text) + "</dd>\n")
	}
	b.WriteString("</dl>\n")
	return b.String()
}

func (htmlForm) table(t grid) string {
	t = t.used()
	var b strings.Builder
	title := escapeHTML(t.title)
	b.WriteString(`<div class="scroll" role="region" tabindex="0" aria-label="` + title + `"><table><caption>` + title + "</caption>\n<thead><tr>")
	for _, c := range t.columns {
		b.WriteString(`<th scope="col"` + c.class() + ">" + escapeHTML(c.name) + "</th>")
	}
	b.WriteString("</tr></thead>\n<tbody>\n")
	for _, r := range t.rows {
		b.WriteString("<tr>")
		for i, c := range r {
			begin, end := "<td"+t.columns[i].class()+c.data()+">", "</td>"
			if i < t.keys {
				begin, end = `<th scope="row">`, "</th>"
			}
			b.WriteString(begin + escapeHTML(c.text))
			if c.detail != "" {
				b.WriteString("<small>" + escapeHTML(c.detail) + "</small>")
			}
			b.WriteString(end)
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody></table></div>\n")
	return b.String()
}

// data returns the attribute by which the page's script sorts.
func (c cell) data() string {
	if !c.number {
		return ""
	}
	return ` data-value="` + strconv.FormatFloat(c.value, 'g', 9, 64) + `"`
}

func (c column) class() string {
	if c.number {
		return ` class="n"`
	}
	return ""
}

func escapeHTML(s string) string { return html.EscapeString(together(results.Printable(s))) }

// together keeps a number and its per cent sign in one line.
func together(s string) string { return strings.ReplaceAll(s, " %", "\u00a0%") }
