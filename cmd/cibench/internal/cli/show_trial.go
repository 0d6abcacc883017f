package cli

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/cibench/cibench/charts"
	"github.com/cibench/cibench/results"
)

// trial returns the run's trial of that id.
func (r *loadedRun) trial(id string) (*results.Trial, error) {
	i := slices.IndexFunc(r.trials, func(t results.Trial) bool { return t.ID == id })
	if i < 0 {
		return nil, usageHint(r.trialIDs(), "run %s has no trial %q", r.run.ID, id)
	}
	return &r.trials[i], nil
}

// trialIDs is the hint that names trials, those first that are not ok.
func (r *loadedRun) trialIDs() string {
	const most = 5
	var ids []string
	for _, bad := range []bool{true, false} {
		for _, t := range r.trials {
			if (t.Outcome != results.OK) == bad {
				ids = append(ids, t.ID)
			}
		}
	}
	switch {
	case len(ids) == 0:
		return "it has none yet"
	case len(ids) > most:
		return fmt.Sprintf("its trials are %s and %d more", strings.Join(ids[:most], ", "), len(ids)-most)
	}
	return "its trials are " + strings.Join(ids, ", ")
}

// printTrial prints all that is kept of one trial: how it ended, what proves its
// state, what was measured, its steps, what the machine did, and of one that
// failed the end of its output.
func printTrial(w io.Writer, t *results.Trial) error {
	p := trialPrinter{w: w}
	p.table(func(line func(cells ...string)) {
		line("trial", t.ID)
		line("cell", t.Cell.String())
		block := fmt.Sprint(t.Block)
		if t.Warmup {
			block += ", a warm-up"
		}
		line("block", block)
		line("outcome", outcomeOf(t))
		line("started", t.Started.Format(time.RFC3339))
		line("timed", charts.Seconds(t.Duration)+" s")
		if t.Untimed != nil {
			line("around it", charts.Seconds(*t.Untimed)+" s")
		}
		line("machine", machineOf(t.Host))
	})
	p.heading("What proves its state", len(t.Checks))
	p.table(func(line func(cells ...string)) {
		for _, c := range t.Checks {
			if c.OK {
				line("ok", c.Name, c.Got)
			} else {
				line("not so", c.Name, c.Got+", wanted "+c.Want)
			}
		}
	})
	p.heading("What was measured", len(t.Samples))
	p.table(func(line func(cells ...string)) {
		for _, s := range t.Samples {
			line(s.Name, amount(s))
		}
	})
	p.heading("Its steps: from, seconds, phase", len(t.Spans))
	p.table(func(line func(cells ...string)) {
		byStart := slices.SortedStableFunc(slices.Values(t.Spans), func(a, b results.Span) int { return cmp.Compare(a.Start, b.Start) })
		for _, s := range byStart {
			took := charts.Seconds(s.Stop - s.Start)
			switch {
			case s.Open:
				took = "no end"
			case s.Cached:
				took = "cached"
			}
			line(fmt.Sprintf("%6s %7s", charts.Seconds(s.Start), took), s.Phase, s.Name)
		}
	})
	p.heading("The end of its output", len(t.Log))
	for l := range strings.Lines(t.Log) {
		p.print(results.Printable(strings.TrimRight(l, "\n")) + "\n")
	}
	return p.err
}

// amount is a sample with its unit: a time to the millisecond, all else exact.
func amount(s results.Sample) string {
	switch s.Unit {
	case results.Seconds:
		return fmt.Sprintf("%.3f s", s.Value)
	case results.Count:
		return results.Decimal(s.Value).String()
	}
	return results.Decimal(s.Value).String() + " " + string(s.Unit)
}

func outcomeOf(t *results.Trial) string {
	if t.Reason == "" {
		return string(t.Outcome)
	}
	return string(t.Outcome) + ": " + t.Reason
}

// machineOf is what the machine did meanwhile, as far as it tells.
func machineOf(h results.Host) string {
	parts := []string{"load " + charts.Seconds(h.Load1) + " before it"}
	if h.Waited > 0 {
		parts = append(parts, "waited for "+charts.Seconds(h.Waited)+" s")
	}
	for _, part := range []struct {
		name    string
		seconds *float64
	}{
		{"stolen", h.Steal}, {"stalled by processors", h.CPUStall}, {"by disks", h.IOStall}, {"by memory", h.MemStall},
	} {
		if part.seconds != nil {
			parts = append(parts, part.name+" "+charts.Seconds(*part.seconds)+" s")
		}
	}
	if h.Disturbed != "" {
		parts = append(parts, "disturbed: "+h.Disturbed)
	}
	return strings.Join(parts, ", ")
}

// A trialPrinter writes parts of a text until one cannot be written.
type trialPrinter struct {
	w   io.Writer
	err error
}

func (p *trialPrinter) print(text string) {
	if p.err == nil {
		_, p.err = io.WriteString(p.w, text)
	}
}

// heading begins a part of n entries, which is left out where there is none.
func (p *trialPrinter) heading(text string, n int) {
	if n > 0 {
		p.print("\n" + text + "\n")
	}
}

// table writes the lines that fill hands it, in columns.
func (p *trialPrinter) table(fill func(line func(cells ...string))) {
	var b strings.Builder
	tw := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fill(func(cells ...string) { fmt.Fprintln(tw, join(cells, "\t", results.Printable)) })
	if p.err == nil {
		p.err = tw.Flush()
	}
	p.print(b.String())
}
