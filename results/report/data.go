package report

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/ledger"
	"github.com/cibench/cibench/results/verdict"
)

// dataVersion is the version of the format that JSON writes. What a new version
// may do is take away or change; what is added keeps the version.
const dataVersion = 1

// JSON writes the report for programs: its version, what was run and where, the
// answer, the summary and the ledger. Its errors are those of w.
func JSON(w io.Writer, run results.Run, sum verdict.Summary, entries []ledger.Entry) error {
	type header struct {
		ID          string              `json:"id"`
		Study       string              `json:"study"`
		Source      string              `json:"source"`
		Digest      string              `json:"digest"`
		Seed        string              `json:"seed"` // decimal: too large for many programs' numbers
		Simulated   bool                `json:"simulated"`
		Started     string              `json:"started"` // RFC 3339
		Policy      results.Policy      `json:"policy"`
		Environment results.Environment `json:"environment"`
	}
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	err := out.Encode(struct {
		Version int             `json:"version"`
		Run     header          `json:"run"`
		Answer  []string        `json:"answer"`
		Summary verdict.Summary `json:"summary"`
		Claims  []ledger.Entry  `json:"claims"`
	}{
		Version: dataVersion,
		Run: header{
			ID: run.ID, Study: run.Study, Source: run.Source, Digest: run.StudyDigest, Seed: strconv.FormatUint(run.Seed, 10),
			Simulated: run.Simulated, Started: run.Started.UTC().Format(time.RFC3339), Policy: run.Policy, Environment: run.Environment,
		},
		Answer: Answer(run, sum, entries), Summary: sum, Claims: entries,
	})
	if err != nil {
		return fmt.Errorf("write report of run %q: %w", run.ID, err)
	}
	return nil
}

// ClaimsCSV writes the ledger as a table for spreadsheets. Its errors are those
// of w.
func ClaimsCSV(w io.Writer, entries []ledger.Entry) error {
	out := csv.NewWriter(w)
	rows := [][]string{{"id", "line", "verdict", "claim", "found", "reason"}}
	for _, e := range entries {
		line := ""
		if e.Line > 0 {
			line = strconv.Itoa(e.Line)
		}
		row := []string{e.ID, line, string(e.Verdict), claim(e), strings.Join(found(e), "; "), e.Reason}
		for i := range row {
			row[i] = results.Inert(results.Printable(row[i]))
		}
		rows = append(rows, row)
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("write claims: %w", err)
	}
	return nil
}
