package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/report"
	"github.com/cibench/cibench/scenarios/plan"
)

// printSkipped says what of the study the run left out, and why: nothing else of
// what is printed shows that it was there.
func (r *loadedRun) printSkipped(w io.Writer, format string) error {
	var of struct{ Skipped []plan.Skip }
	if err := json.Unmarshal(r.run.Plan, &of); err != nil {
		return fmt.Errorf("plan of run %s: %w", r.run.ID, err)
	}
	safe := results.Printable
	if format == "md" {
		safe = report.EscapeMarkdown
	}
	var jobs []plan.Skip // one for each job and reason, with all variants
	for _, s := range of.Skipped {
		i := slices.IndexFunc(jobs, func(j plan.Skip) bool { return j.Job == s.Job && j.Reason == s.Reason })
		if i < 0 {
			jobs = append(jobs, s)
		} else {
			jobs[i].Variant += ", " + s.Variant
		}
	}
	var lines []string
	for _, s := range jobs {
		lines = append(lines, safe(fmt.Sprintf("Left out: %s of %s: %s", s.Variant, s.Job, s.Reason)))
	}
	if len(lines) == 0 {
		return nil
	}
	gap := "\n"
	if format == "md" {
		gap = "\n\n" // each a paragraph
	}
	_, err := fmt.Fprint(w, strings.Join(lines, gap), "\n\n")
	return err
}
