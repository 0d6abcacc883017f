package cli

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/report"
)

// A table is what a command prints for people, or for a spreadsheet. Its texts
// are as they came: each form makes them safe.
type table struct {
	columns []string
	rows    [][]string
}

// text writes the table with aligned columns.
func (t table) text(w io.Writer) error {
	var b strings.Builder
	tw := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, strings.ToUpper(strings.Join(t.columns, "\t")))
	for _, row := range t.rows {
		fmt.Fprintln(tw, join(row, "\t", results.Printable))
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	for line := range strings.Lines(b.String()) {
		if _, err := fmt.Fprintln(w, strings.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}

// markdown writes the table as GitHub's flavour has it.
func (t table) markdown(w io.Writer) error {
	lines := []string{"| " + strings.Join(t.columns, " | ") + " |", "|" + strings.Repeat(" --- |", len(t.columns))}
	for _, row := range t.rows {
		lines = append(lines, "| "+join(row, " | ", report.EscapeMarkdown)+" |")
	}
	_, err := fmt.Fprintln(w, strings.Join(lines, "\n"))
	return err
}

// csv writes the table as RFC 4180 has it.
func (t table) csv(w io.Writer) error {
	cw := csv.NewWriter(w)
	if err := cw.Write(t.columns); err != nil {
		return err
	}
	for _, row := range t.rows {
		inert := make([]string, len(row))
		for i, s := range row {
			inert[i] = results.Inert(s)
		}
		if err := cw.Write(inert); err != nil {
			return err
		}
	}
	cw.Flush()
	return cw.Error()
}

func join(row []string, sep string, safe func(string) string) string {
	all := make([]string, len(row))
	for i, s := range row {
		all[i] = safe(s)
	}
	return strings.Join(all, sep)
}
