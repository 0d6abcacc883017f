package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/gate"
)

// GateJUnit writes what the rules of a gate come to as JUnit's XML, which CI
// systems show as tests: one test case per result, failed for Fail and Regressed,
// and skipped for all that is neither that nor passed. The suite and the classes of
// a simulated run say that it is one. Whether a skipped test lets a job pass is the
// CI's choice, not what gate.Worst says. Characters that do not print are replaced.
// Its errors are those of w.
func GateJUnit(w io.Writer, run results.Run, all []gate.Result) error {
	mark := ""
	if run.Simulated {
		mark = "SIMULATED "
	}
	suite := junitSuite{Name: results.Printable(mark + "cibench gate of run " + run.ID), Tests: len(all),
		Timestamp: run.Started.UTC().Format("2006-01-02T15:04:05")}
	for i, row := range gateRows(all) {
		c := junitCase{Class: results.Printable(strings.TrimSpace(mark + row.cell)), Name: results.Printable(row.rule), Out: results.Printable(row.measured)}
		switch all[i].Status {
		case gate.Fail, gate.Regressed:
			suite.Failures++
			c.Failure = &junitFailure{Type: row.status, junitNote: note(row)}
		case gate.Pass, gate.Improved:
		default:
			suite.Skipped++
			n := note(row)
			c.Skipped = &n
		}
		suite.Cases = append(suite.Cases, c)
	}
	out, err := xml.MarshalIndent(junitSuites{Suites: []junitSuite{suite}}, "", "  ")
	if err != nil {
		return fmt.Errorf("write gate of run %q: %w", run.ID, err)
	}
	return write(w, fmt.Sprintf("gate of run %q", run.ID), xml.Header+string(out)+"\n")
}

func note(r gateRow) junitNote { return junitNote{results.Printable(r.status + ": " + r.reason)} }

type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name      string      `xml:"name,attr"`
	Tests     int         `xml:"tests,attr"`
	Failures  int         `xml:"failures,attr"`
	Skipped   int         `xml:"skipped,attr"`
	Timestamp string      `xml:"timestamp,attr"` // UTC; the schema has no zone
	Cases     []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"` // the cell
	Name    string        `xml:"name,attr"`      // the rule
	Failure *junitFailure `xml:"failure,omitempty"`
	Skipped *junitNote    `xml:"skipped,omitempty"`
	Out     string        `xml:"system-out,omitempty"` // what was measured
}

type junitFailure struct {
	Type string `xml:"type,attr"`
	junitNote
}

type junitNote struct {
	Message string `xml:"message,attr"`
}
