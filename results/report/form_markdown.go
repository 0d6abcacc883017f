package report

import (
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/cibench/cibench/results"
)

// markdownForm renders GitHub's flavour of Markdown.
type markdownForm struct{}

func (markdownForm) heading(s string) string   { return "## " + EscapeMarkdown(s) + "\n" }
func (markdownForm) paragraph(s string) string { return EscapeMarkdown(s) + "\n" }

func (markdownForm) list(l list) string {
	var b strings.Builder
	for _, i := range l {
		b.WriteString("- **" + EscapeMarkdown(i.name) + "** " + EscapeMarkdown(i.text) + "\n")
	}
	return b.String()
}

func (markdownForm) table(t grid) string {
	t = t.used()
	w := table.NewWriter()
	head := make(table.Row, len(t.columns))
	var configs []table.ColumnConfig
	for i, c := range t.columns {
		head[i] = EscapeMarkdown(c.name)
		configs = append(configs, table.ColumnConfig{Number: i + 1, Align: c.align()})
	}
	w.AppendHeader(head)
	w.SetColumnConfigs(configs)
	for _, r := range t.rows {
		row := make(table.Row, len(r))
		for i, c := range r {
			row[i] = EscapeMarkdown(c.inline())
		}
		w.AppendRow(row)
	}
	return "### " + EscapeMarkdown(t.title) + "\n\n" + w.RenderMarkdown() + "\n"
}

// EscapeMarkdown returns s as Markdown that shows s and does nothing else: no markup,
// no HTML, no link, no cell of a table. A vertical bar is an entity because
// the table writer sets a backslash before every bar of its own accord.
func EscapeMarkdown(s string) string { return markdown.Replace(results.Printable(s)) }

var markdown = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "~", `\~`, "$", `\$`, "!", `\!`, "#", `\#`,
	"|", "&#124;", "&", "&amp;", "<", "&lt;", ">", "&gt;", "@", "&#64;", "://", "&#58;//", "www.", "www&#46;",
)
