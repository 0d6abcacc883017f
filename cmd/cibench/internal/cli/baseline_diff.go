package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/baseline"
	"github.com/cibench/cibench/results/report"
)

type baselineDiffOptions struct {
	ref    string
	file   string
	format string
}

func newBaselineDiffCmd(io *IO, cfg *config) *cobra.Command {
	var o baselineDiffOptions
	cmd := &cobra.Command{
		Use:   "diff [RUN]",
		Short: "Print what differs between the baseline and a run: facts, medians, counters",
		Long: `Print what differs between the baseline and the run with that id, or beginning
of an id; without one, the latest. It describes and decides nothing: the two
were not measured in pairs, so a machine that is slower today looks like a
slower build. Text and Markdown leave out the times that make no difference
under the baseline's policy; JSON and CSV have all.`,
		Args: maxArgs(1, "at most one run"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.ref = refOf(args)
			return o.run(cmd.Context(), io, cfg)
		},
	}
	addBaselineFile(cmd, &o.file)
	addFormat(cmd, &o.format, "text", "md", "json", "csv")
	return cmd
}

func (o *baselineDiffOptions) run(ctx context.Context, io *IO, cfg *config) error {
	b, err := readBaseline(o.file)
	if err != nil {
		return err
	}
	r, err := loadPinned(ctx, cfg, o.ref, nil)
	if err != nil {
		return err
	}
	if r.Study != b.Study {
		return usageHint("name a run of "+results.Printable(b.Study)+": `cibench show --list` has them",
			"baseline %s is of study %q, and run %s of %q", o.file, b.Study, r.Run, r.Study)
	}
	if why := r.unended(); why != "" {
		fmt.Fprintf(io.Err, "run %s %s\n", r.Run, why)
	}
	d := baselineDiff{file: o.file, Baseline: side(b), Run: side(r.Baseline), Changes: append([]baseline.Change{}, baseline.Diff(b, r.Baseline)...), policy: b.Policy}
	switch o.format {
	case "json":
		enc := json.NewEncoder(io.Out)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(d)
	case "csv":
		return d.exact().csv(io.Out)
	}
	return d.print(io.Out, o.format)
}

// A baselineDiff is what differs between the baseline and a run. Its JSON is the
// command's.
type baselineDiff struct {
	file     string
	policy   results.Policy
	Baseline diffSide          `json:"baseline"`
	Run      diffSide          `json:"run"`
	Changes  []baseline.Change `json:"changes"`
}

// A diffSide names one of the two runs.
type diffSide struct {
	Run       string    `json:"run"`
	Study     string    `json:"study"`
	Started   time.Time `json:"started"`
	Simulated bool      `json:"simulated,omitempty"`
	origin    string
}

func side(b baseline.Baseline) diffSide {
	return diffSide{Run: b.Run, Study: b.Study, Started: b.Started, Simulated: b.Simulated, origin: origin(b)}
}

// exact returns every change with its numbers as they are.
func (d baselineDiff) exact() table {
	t := table{columns: []string{"what", "job", "variant", "state", "name", "unit", "old", "new", "oldMin", "oldMax", "newMin", "newMax", "ratio"}}
	for _, c := range d.Changes {
		row := []string{string(c.What), c.Cell.Job, c.Cell.Variant, c.Cell.State, c.Name, string(c.Unit), c.Before, c.Now, "", "", "", "", ""}
		if f := c.Old; f != nil {
			row[6], row[8], row[9] = baseline.Number(c.Unit, f.Median), baseline.Number(c.Unit, f.Min), baseline.Number(c.Unit, f.Max)
		}
		if f := c.New; f != nil {
			row[7], row[10], row[11] = baseline.Number(c.Unit, f.Median), baseline.Number(c.Unit, f.Min), baseline.Number(c.Unit, f.Max)
		}
		if c.Ratio != nil {
			row[12] = strconv.FormatFloat(*c.Ratio, 'f', 4, 64)
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// print prints the difference for people.
func (d baselineDiff) print(w io.Writer, format string) error {
	write, safe, gap := table.text, results.Printable, "\n"
	if format == "md" {
		write, safe, gap = table.markdown, report.EscapeMarkdown, "\n\n"
		fmt.Fprint(w, "## Baseline and run", gap)
	}
	fmt.Fprintf(w, "%s: %s%s", safe(d.file), safe(d.Baseline.origin), gap)
	fmt.Fprintf(w, "beside it: %s\n", safe(d.Run.origin))
	facts, figures, minor := d.tables()
	for _, t := range []table{facts, figures} {
		if len(t.rows) == 0 {
			continue
		}
		fmt.Fprintln(w)
		if err := write(t, w); err != nil {
			return err
		}
	}
	fmt.Fprintln(w)
	if len(d.Changes) == 0 {
		_, err := fmt.Fprintln(w, "Nothing differs.")
		return err
	}
	if minor > 0 {
		fmt.Fprintf(w, "Left out, as times that make no difference (within ±%.3g %%, or under %.0f ms): %d; --format csv has them.%s",
			100*d.policy.Same, 1000*results.Resolution, minor, gap)
	}
	_, err := fmt.Fprintln(w, "Medians of two runs, not measured in pairs: they tell what differs, not why, and are no verdict.")
	return err
}

// tables returns the facts and the figures that differ, and how many times make
// no difference.
func (d baselineDiff) tables() (facts, figures table, minor int) {
	facts.columns = []string{"fact", "baseline", "run"}
	figures.columns = []string{"cell", "name", "baseline", "run", "ratio"}
	for _, c := range d.Changes {
		switch {
		case c.What == baseline.Fact:
			facts.rows = append(facts.rows, []string{c.Name, cmp.Or(c.Before, unknownFact), cmp.Or(c.Now, unknownFact)})
		case d.minor(c):
			minor++
		default:
			figures.rows = append(figures.rows, []string{c.Cell.String(), cmp.Or(c.Name, "(everything)"), shown(c, c.Old, baseline.Added), shown(c, c.New, baseline.Gone), shownRatio(c)})
		}
	}
	return facts, figures, minor
}

// minor tells whether a change is one of a time that makes no difference.
func (d baselineDiff) minor(c baseline.Change) bool {
	if c.What != baseline.Phase {
		return false
	}
	if c.Ratio == nil {
		return c.New.Median < results.Resolution // and so is the old one
	}
	return math.Abs(math.Log(*c.Ratio)) <= math.Log1p(d.policy.Same)
}

// shown writes one side of a change; absent is the kind that lacks this side.
func shown(c baseline.Change, f *baseline.Figure, absent baseline.What) string {
	switch {
	case c.What == absent:
		return "-"
	case f == nil: // of a whole cell
		return "measured"
	}
	text := baseline.Number(c.Unit, f.Median)
	switch c.Unit {
	case results.Seconds:
		text += " s"
	case results.Bytes:
		text += " B"
	}
	if c.What == baseline.Counter && f.Min != f.Max {
		text += fmt.Sprintf(" (%s to %s)", baseline.Number(c.Unit, f.Min), baseline.Number(c.Unit, f.Max))
	}
	return text
}

func shownRatio(c baseline.Change) string {
	if c.Ratio == nil {
		return ""
	}
	return fmt.Sprintf("%.3f", *c.Ratio)
}
