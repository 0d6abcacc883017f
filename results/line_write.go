package results

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strconv"
)

// columns heads a CSV export. They are the JSON names of Line, in its order.
var columns = []string{
	"run", "study", "job", "variant", "state", "block", "trial", "phase",
	"unit", "value", "outcome", "reason",
}

// WriteJSONLines writes each line as one JSON object on a line of its own. A
// missing value is null. It stops at the first error of lines or w; what came
// before is written.
func WriteJSONLines(w io.Writer, lines iter.Seq2[Line, error]) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false) // a reason reads "&&", not "\u0026\u0026"
	for l, err := range lines {
		if err != nil {
			return err
		}
		if err := enc.Encode(l); err != nil {
			return fmt.Errorf("write line of trial %q: %w", l.Trial, err)
		}
	}
	return nil
}

// WriteCSV writes a header and then each line as a record (RFC 4180). A
// missing value is an empty field. Text that a spreadsheet would run as a
// formula gets a leading apostrophe, because reasons quote the output of
// programs; JSON lines hold it unchanged. It stops at the first error of lines
// or w; what came before is written.
func WriteCSV(w io.Writer, lines iter.Seq2[Line, error]) error {
	cw := csv.NewWriter(w)
	if err := cw.Write(columns); err != nil {
		return fmt.Errorf("write CSV header: %w", err)
	}
	for l, err := range lines {
		if err == nil {
			err = cw.Write(l.record())
		}
		if err != nil {
			cw.Flush()
			return fmt.Errorf("write CSV: %w", err)
		}
	}
	cw.Flush()
	if err := cw.Error(); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}

func (l Line) record() []string {
	value := ""
	if l.Value != nil {
		value = l.Value.String()
	}
	return []string{
		Inert(l.Run), Inert(l.Study), Inert(l.Job), Inert(l.Variant), Inert(l.State),
		strconv.Itoa(l.Block), Inert(l.Trial), Inert(l.Phase), Inert(string(l.Unit)),
		value, Inert(string(l.Outcome)), Inert(l.Reason),
	}
}

// Inert returns s such that no spreadsheet takes it for a formula: with a leading
// apostrophe where it could be one. The characters are those that OWASP lists
// under "CSV Injection".
func Inert(s string) string {
	if s == "" {
		return s
	}
	switch s[0] {
	case '=', '+', '-', '@', '\t', '\r', '\n':
		return "'" + s
	}
	return s
}
