// Package report writes what a run shows: for a terminal, as Markdown, as a page
// of HTML, as JSON, and its claims as CSV; what a comparison shows; and what the
// rules of a gate come to, as JUnit's XML, too.
//
// Text and Markdown have the same rows in the same order: they are two
// renderings of one document, but that a terminal is told the number of claims of
// which there is nothing to say, where Markdown has their ids. The page has these
// rows, the charts, and the evidence of each trial. Names, reasons and facts come
// from outside; no line break, control character or markup of theirs reaches the
// output. What the numbers mean is decided in package verdict, pictures are drawn
// in package charts.
package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/ledger"
	"github.com/cibench/cibench/results/verdict"
)

// Text writes the report as plain text, in at most 100 columns as far as names
// allow. sum is the summary of the run and entries its ledger. Its errors are
// those of w.
func Text(w io.Writer, run results.Run, sum verdict.Summary, entries []ledger.Entry) error {
	d := append(findings(run, sum, entries, byNumber), details(run, sum)...)
	return write(w, fmt.Sprintf("report of run %q", run.ID), d.render(textForm{}))
}

// mostMarkdown is how many bytes GitHub takes as the summary of a step, of which
// it shows nothing where there are more.
const mostMarkdown = 1 << 20

// Markdown writes the report as Markdown with tables (GitHub's flavour), of at
// most 1 MiB: the tables, and at last some of the findings, are left out where
// there are too many, and the text says so. sum is the summary of the run and
// entries its ledger. Its errors are those of w.
func Markdown(w io.Writer, run results.Run, sum verdict.Summary, entries []ledger.Entry) error {
	found := findings(run, sum, entries, byID)
	text := append(found, details(run, sum)...).render(markdownForm{})
	if len(text) > mostMarkdown {
		left := paragraph{"The rest is left out: GitHub shows no summary of more than 1 MiB."}.render(markdownForm{})
		text = found.render(markdownForm{})
		if most := mostMarkdown - len(left) - 1; len(text) > most {
			text = text[:1+strings.LastIndexByte(text[:most], '\n')]
		}
		text += "\n" + left
	}
	return write(w, fmt.Sprintf("report of run %q", run.ID), text)
}

// write writes a text, which an error calls by what it is.
func write(w io.Writer, what, text string) error {
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("write %s: %w", what, err)
	}
	return nil
}

// findings has what the run shows, with claims named so of which it says nothing.
func findings(run results.Run, sum verdict.Summary, entries []ledger.Entry, named func(ids []string) string) document {
	d := header(run, sum)
	for _, line := range Answer(run, sum, entries) {
		d = append(d, paragraph{line})
	}
	for _, j := range jobs(sum) {
		d = append(d, j.answer()...)
		d = append(d, j.drift()...)
	}
	return append(d, claims(entries, named)...)
}

// details has the numbers behind that.
func details(run results.Run, sum verdict.Summary) document {
	var d document
	for _, j := range jobs(sum) {
		d = append(d, j.numbers(run)...)
	}
	if len(sum.Cells) == 0 {
		d = append(d, paragraph{"No trials."})
	}
	return append(append(d, disturbed(sum)...), excluded(sum)...)
}

// numbers has all tables of the job.
func (j job) numbers(run results.Run) document {
	d := append(document{heading{j.title()}}, j.derived()...)
	d = append(d, j.phases()...)
	d = append(d, j.savings(run)...)
	return append(d, j.counters()...)
}
