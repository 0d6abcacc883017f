package markdown

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// Encode writes the draft as a target set of that name in YAML, which
// target.Parse reads, with the lines that its figures come from.
func (d Draft) Encode(w io.Writer, name, source string) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, `# The figures of %s.
#
# A draft: the names of jobs and phases, and which variant and cache states each
# column speaks of, are guesses. Make them those of your study.
version: 1
name: %s
`, oneLine(source), scalar(slug(name, "document")))
	if d.Title != "" {
		fmt.Fprintf(&b, "title: %s\n", quoted(d.Title))
	}
	b.WriteString("\ntables:\n")
	for _, t := range d.Tables {
		t.encode(&b)
	}
	_, err := w.Write(b.Bytes())
	return err
}

func (t Table) encode(b *bytes.Buffer) {
	fmt.Fprintf(b, "  # line %d: %s\n  - job: %s\n", t.Line, t.Heading, scalar(t.Job))
	if t.Baseline != "" {
		fmt.Fprintf(b, "    baseline: %s\n", scalar(t.Baseline))
	}
	b.WriteString("    columns:\n")
	for _, c := range t.Columns {
		fmt.Fprintf(b, "      %s: {variant: %s, states: [%s]}\n", scalar(c.Name), scalar(c.Variant), strings.Join(c.States, ", "))
	}
	b.WriteString("    rows:\n")
	for _, row := range t.Rows {
		cells := []string{fmt.Sprintf("line: %d", row.Line)}
		for i, label := range row.Labels {
			cells = append(cells, scalar(t.Columns[i].Name)+": "+scalar(label))
		}
		fmt.Fprintf(b, "      %s: {%s}\n", scalar(row.Phase), strings.Join(cells, ", "))
	}
	if len(t.Savings) > 0 {
		b.WriteString("    savings:\n")
	}
	for _, s := range t.Savings {
		fmt.Fprintf(b, "      - {line: %d, phase: %s, column: %s, label: %s}\n", s.Line, scalar(s.Phase), scalar(s.Column), scalar(s.Label))
	}
}

// plain matches what YAML takes for a text without quotes.
var plain = regexp.MustCompile(`^(?:[a-z][a-z0-9.-]*|~?[0-9][0-9A-Za-z .%–-]*[a-z%])$`)

func scalar(s string) string {
	if !plain.MatchString(s) || slices.Contains([]string{"null", "true", "false", "yes", "no", "on", "off", "y", "n"}, s) {
		return quoted(s)
	}
	return s
}

// quoted returns a text in double quotes. YAML's are those of JSON, and more.
func quoted(s string) string {
	text, _ := json.Marshal(s) // a string has no error
	return string(text)
}
