package report

import (
	"io"
	"math"

	"github.com/cibench/cibench/charts"
	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
)

// Contrasts is what a comparison of two variants, or of two runs, shows.
type Contrasts struct {
	Title     string             `json:"title"`
	Notes     []string           `json:"notes,omitempty"` // what a reader has to know first
	Mark      string             `json:"mark,omitempty"`  // stands in every line; "" for nothing
	Contrasts []verdict.Contrast `json:"contrasts"`
}

// Text writes the comparison as plain text. Its errors are those of w.
func (c Contrasts) Text(w io.Writer) error {
	return write(w, "comparison", c.document().render(textForm{}))
}

// Markdown writes the comparison as Markdown with tables (GitHub's flavour). Its
// errors are those of w.
func (c Contrasts) Markdown(w io.Writer) error {
	return write(w, "comparison", c.document().render(markdownForm{}))
}

func (c Contrasts) document() document {
	d := document{heading{c.Title}}
	for _, n := range c.Notes {
		d = append(d, paragraph{n})
	}
	for len(c.Contrasts) > 0 {
		n := 1
		for n < len(c.Contrasts) && c.Contrasts[n].Job == c.Contrasts[0].Job {
			n++
		}
		job := c.Contrasts[:n]
		d = append(d, heading{job[0].Job})
		if g := c.phases(job); len(g.rows) > 0 {
			d = append(d, g)
		}
		d = append(d, c.counters(job)...)
		c.Contrasts = c.Contrasts[n:]
	}
	return d
}

// phases has a row for each phase that took time on either side.
func (c Contrasts) phases(job []verdict.Contrast) grid {
	g := grid{
		title: "Seconds: median, and range. Saving: estimate, and interval, or of too few the range; below zero is slower.",
		columns: append(contrastKeys(job), column{name: "phase"}, column{"a", true}, column{"b", true},
			column{"saving", true}, column{name: "verdict"}),
	}
	g.keys = len(contrastKeys(job)) + 1
	for _, x := range job {
		if x.Kind != results.Phase || results.IsPart(x.Name) || max(x.A.Max, x.B.Max) < results.Resolution {
			continue
		}
		saving := cell{text: "no data"}
		if x.Effect.N > 0 {
			saving = shares(x.Effect.Saving())
		}
		v := cell{text: string(x.Effect.Verdict), detail: x.Effect.Reason}
		if c.Mark != "" {
			v.text += ", " + c.Mark
		}
		g.rows = append(g.rows, append(contrastOf(x), cell{text: x.Name},
			side(x.A, charts.Seconds), side(x.B, charts.Seconds), saving, v))
	}
	return g
}

// side returns what a number was there; "none" where it was not.
func side(s verdict.Side, number func(float64) string) cell {
	if s.N == 0 {
		return cell{text: "none"}
	}
	return spread(s.Spread, number)
}

// contrastKeys and contrastOf say what a row is of: two variants are in the
// title, one is in its row.
func contrastKeys(job []verdict.Contrast) []column {
	if job[0].A.Variant != job[0].B.Variant {
		return []column{{name: "state"}}
	}
	return []column{{name: "state"}, {name: "variant"}}
}

func contrastOf(x verdict.Contrast) []cell {
	if x.A.Variant != x.B.Variant {
		return []cell{{text: x.State}}
	}
	return []cell{{text: x.State}, {text: x.A.Variant}}
}

// counters has a row for each counter that is not the same throughout.
func (c Contrasts) counters(job []verdict.Contrast) document {
	g := grid{
		title:   "Counters that differ, per trial: median, and range",
		columns: append(contrastKeys(job), column{name: "counter"}, column{"a", true}, column{"b", true}),
		keys:    len(contrastKeys(job)) + 1,
	}
	equal := 0
	for _, x := range job {
		switch {
		case x.Kind != results.Counter:
		case x.Equal:
			equal++
		default:
			number := func(v float64) string { return quantity(v, x.Unit) }
			g.rows = append(g.rows, append(contrastOf(x), cell{text: x.Name, detail: c.Mark}, side(x.A, number), side(x.B, number)))
		}
	}
	var d document
	if len(g.rows) > 0 {
		d = append(d, g)
	}
	if equal > 0 {
		d = append(d, paragraph{"The same in every trial of both: " + charts.Count(equal, "counter") + "."})
	}
	return d
}

// shares returns a saving with its interval.
func shares(s verdict.Spread) cell {
	c := cell{text: charts.Percent(s.Median), value: s.Median, number: true}
	if r := charts.Percents(charts.Range{Low: s.Min, High: s.Max}); r != c.text && !math.IsNaN(s.Min) {
		c.detail = r
	}
	return c
}
