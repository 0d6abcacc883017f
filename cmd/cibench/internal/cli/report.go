package cli

import (
	"bytes"
	"errors"
	"fmt"
	stdio "io"
	"os"

	"github.com/spf13/cobra"

	"github.com/cibench/cibench/charts"
	"github.com/cibench/cibench/results/ledger"
	"github.com/cibench/cibench/results/report"
)

// toStdout is the name of standard output among files.
const toStdout = "-"

func newReportCmd(io *IO, cfg *config) *cobra.Command {
	var format, output string
	cmd := &cobra.Command{
		Use:   "report [RUN]",
		Short: "Write a run as a page to pass on: answer, claims, charts, numbers, evidence",
		Long: `Write the run with that id, or beginning of an id, or else the latest, as one
page of HTML that needs no network and no other file: the answer first, then
what became of the document's claims, the charts, all numbers, every trial with
its evidence, and how to run the same again.

The other formats have the same figures: Markdown for the summary of a job, JSON
(version 1: run, answer, summary and claims) and CSV (the claims) for programs.`,
		Args: maxArgs(1, "at most one run"),
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := loadRun(cmd.Context(), cfg, refOf(args))
			if err != nil {
				return err
			}
			if output == "" {
				output = toStdout
				if format == "html" {
					output = "report-" + r.run.ID + ".html"
				}
			}
			return r.report(io, format, output)
		},
	}
	addFormat(cmd, &format, "html", "md", "json", "csv")
	cmd.Flags().StringVarP(&output, "output", "o", "", "file to write, or - for standard output (default: report-RUN.html for html, else -)")
	return cmd
}

// report writes the report in that format to the file of that name. What the run
// shows, in a few lines, and the file's name go to standard output then.
func (r *loadedRun) report(io *IO, format, output string) error {
	entries, bad := r.ledger()
	if output == toStdout {
		return errors.Join(r.write(io.Out, format, entries), bad)
	}
	var b bytes.Buffer // so that what cannot be written harms no file that is there
	if err := r.write(&b, format, entries); err != nil {
		return err
	}
	if err := os.WriteFile(output, b.Bytes(), 0o644); err != nil {
		return placeError("report", err)
	}
	for _, line := range report.Answer(r.run, r.summary(), entries) {
		fmt.Fprintln(io.Out, line)
	}
	fmt.Fprintln(io.Out, "Report:", output)
	return bad
}

// write writes the report in that format.
func (r *loadedRun) write(w stdio.Writer, format string, entries []ledger.Entry) error {
	switch format {
	case "md":
		return report.Markdown(w, r.run, r.summary(), entries)
	case "json":
		return report.JSON(w, r.run, r.summary(), entries)
	case "csv":
		return report.ClaimsCSV(w, entries)
	default:
		return report.HTML(w, r.run, r.trials, r.summary(), entries, charts.Pictures(r.run, r.trials, r.summary()))
	}
}
