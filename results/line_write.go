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
		inert(l.Run), inert(l.Study), inert(l.Job), inert(l.Variant), inert(l.State),
		strconv.Itoa(l.Block), inert(l.Trial), inert(l.Phase), inert(string(l.Unit)),
		value, inert(string(l.Outcome)), inert(l.Reason),
	}
}

// inert keeps a spreadsheet from taking text for a formula. The characters are
// those that OWASP lists under "CSV Injection".
func inert(s string) string {
	if s == "" {
		return s
	}
	switch s[0] {
	case '=', '+', '-', '@', '\t', '\r', '\n':
		return "'" + s
	}
	return s
}
