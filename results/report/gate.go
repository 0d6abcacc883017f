package report

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/cibench/cibench/charts"
	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/gate"
	"github.com/cibench/cibench/results/verdict"
)

// GateText writes what the rules of a gate come to as plain text, in at most 100
// columns as far as names allow. Its errors are those of w.
func GateText(w io.Writer, run results.Run, all []gate.Result) error {
	d := gateHeader(run, all)
	var l list
	for _, r := range gateRows(all) {
		text := r.rule
		if r.cell != "" {
			text += " in " + r.cell
		}
		for _, more := range []string{r.measured, r.reason} {
			if more != "" {
				text += ": " + more
			}
		}
		l = append(l, item{r.status, text})
	}
	if len(l) > 0 {
		d = append(d, l)
	}
	return write(w, fmt.Sprintf("gate of run %q", run.ID), d.render(textForm{}))
}

// GateMarkdown writes the same as a table of GitHub's Markdown, which a job's
// summary shows. Its errors are those of w.
func GateMarkdown(w io.Writer, run results.Run, all []gate.Result) error {
	d := gateHeader(run, all)
	g := grid{title: "Rules", keys: 2,
		columns: []column{{name: "rule"}, {name: "cell"}, {name: "measured"}, {name: "status"}, {name: "reason"}}}
	for _, r := range gateRows(all) {
		g.rows = append(g.rows, []cell{{text: r.rule}, {text: r.cell}, {text: r.measured}, {text: r.status}, {text: r.reason}})
	}
	if len(g.rows) > 0 {
		d = append(d, g)
	}
	return write(w, fmt.Sprintf("gate of run %q", run.ID), d.render(markdownForm{}))
}

// statuses are those of a gate, from bad to good.
var statuses = []gate.Status{gate.Regressed, gate.Fail, gate.Unconfirmed, gate.Inconclusive, gate.Invalid, gate.Pass, gate.Improved}

// gateHeader says what the gate comes to.
func gateHeader(run results.Run, all []gate.Result) document {
	counts := map[gate.Status]int{}
	for _, r := range all {
		counts[r.Status]++
	}
	var parts []string
	for _, s := range statuses {
		if counts[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[s], s))
		}
	}
	d := document{heading{fmt.Sprintf("Gate of run %s: %s", run.ID, gate.Worst(all))}}
	if run.Simulated {
		d = append(d, simulated)
	}
	if len(parts) == 0 {
		return append(d, paragraph{"No rules."})
	}
	return append(d, paragraph{strings.Join(parts, ", ") + "."})
}

// A gateRow is a result in words.
type gateRow struct{ rule, cell, measured, status, reason string }

func gateRows(all []gate.Result) []gateRow {
	rows := make([]gateRow, len(all))
	for i, r := range all {
		row := gateRow{rule: r.Rule.String(), measured: measuredOf(r), status: string(r.Status), reason: r.Reason}
		if r.Hint != "" {
			row.reason += " (" + r.Hint + ")"
		}
		if r.Cell != (results.Cell{}) {
			row.cell = r.Cell.String()
		}
		if r.Baseline != "" {
			row.cell += " vs " + r.Baseline
		}
		rows[i] = row
	}
	return rows
}

// measuredOf returns "72.0 s (70.1 s to 73.0 s, 5 trials)", and where that is no
// interval "72.0 s (ranging from 70.1 s to 73.0 s in 4 trials)"; "" without a
// number.
func measuredOf(r gate.Result) string {
	m := r.Measured
	if m.N == 0 {
		return ""
	}
	text := amount(r.Rule.Of, m.Unit, m.Value)
	detail := charts.Count(m.N, "trial")
	if r.Rule.Of == gate.Saving {
		detail = charts.Count(m.N, "pair")
	}
	switch low, high := amount(r.Rule.Of, m.Unit, m.Low), amount(r.Rule.Of, m.Unit, m.High); {
	case low == high:
	case m.Interval:
		detail = low + " to " + high + ", " + detail
	default:
		detail = "ranging from " + low + " to " + high + " in " + detail
	}
	if m.Against != nil {
		detail += ", against " + against(*m.Against, m.Unit)
	}
	return text + " (" + detail + ")"
}

// against says what the number was in the baseline run, which of a change of
// time is in seconds.
func against(s verdict.Spread, unit results.Unit) string {
	if unit == results.Ratio {
		unit = results.Seconds
	}
	text := amount(gate.Value, unit, s.Median)
	if low, high := amount(gate.Value, unit, s.Min), amount(gate.Value, unit, s.Max); low != high {
		text += ", ranging from " + low + " to " + high
	}
	return text + " in " + charts.Count(s.N, "trial")
}

// amount writes a number with its unit. A change has a sign.
func amount(of gate.Measure, unit results.Unit, v float64) string {
	perCent := math.Round(1000*v)/10 + 0 // not a negative zero
	switch {
	case unit == results.Seconds:
		return charts.Seconds(v) + " s"
	case unit != results.Ratio:
		return quantity(v, unit)
	case of == gate.Change:
		return strings.Replace(fmt.Sprintf("%+.1f %%", perCent), "-", "−", 1)
	}
	return strings.Replace(fmt.Sprintf("%.1f %%", perCent), "-", "−", 1)
}
