// Package report writes what a run shows, for a terminal or as Markdown, and
// what the rules of a gate come to, as JUnit's XML, too.
//
// Both forms hold the same rows in the same order: they are two renderings of
// one document, so neither can say more than the other. Names, reasons and
// facts come from outside; no line break, control character or markup of
// theirs reaches the output. What the numbers mean is decided in package
// verdict, pictures are drawn in package charts.
package report

import (
	"fmt"
	"io"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/ledger"
	"github.com/cibench/cibench/results/verdict"
)

// Text writes the report as plain text, in at most 100 columns as far as names
// allow. sum is the summary of the run and entries its ledger. Its errors are
// those of w.
func Text(w io.Writer, run results.Run, sum verdict.Summary, entries []ledger.Entry) error {
	return write(w, textForm{}, run, sum, entries)
}

// Markdown writes the report as Markdown with tables (GitHub's flavour). sum
// is the summary of the run and entries its ledger. Its errors are those of w.
func Markdown(w io.Writer, run results.Run, sum verdict.Summary, entries []ledger.Entry) error {
	return write(w, markdownForm{}, run, sum, entries)
}

func write(w io.Writer, f form, run results.Run, sum verdict.Summary, entries []ledger.Entry) error {
	d := newDocument(run, sum, entries)
	if _, err := io.WriteString(w, d.render(f)); err != nil {
		return fmt.Errorf("write report of run %q: %w", run.ID, err)
	}
	return nil
}

func newDocument(run results.Run, sum verdict.Summary, entries []ledger.Entry) document {
	d := header(run, sum)
	for _, j := range jobs(sum) {
		d = append(d, j.answer()...)
		d = append(d, j.drift()...)
	}
	d = append(d, claims(entries)...)
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
