package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/report"
	"github.com/cibench/cibench/results/store"
	"github.com/cibench/cibench/results/verdict"
)

type compareOptions struct {
	a, b        string
	run         string
	runGiven    bool
	acrossHosts bool
	format      string
}

func newCompareCmd(io *IO, cfg *config) *cobra.Command {
	o := compareOptions{}
	cmd := &cobra.Command{
		Use:   "compare A B",
		Short: "Compare two variants of a run, two runs, or a baseline and a run",
		Long: `Compare B with A: two variants of the latest run, or of that which --run names;
or two runs, by id, the beginning of one, or latest; or the file of a baseline
and a run. What is both a variant and a file is the variant; ./NAME is the file.

Variants of one run are compared in pairs of one block. Trials of two runs are
no pairs: what changed on the machine in between counts as noise, or as effect.
Runs in different environments are refused, with the facts that differ, unless
--across-hosts says that it is meant.`,
		Args: exactArgs(2, "two variants, or two runs or baselines"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.a, o.b, o.runGiven = args[0], args[1], cmd.Flags().Changed("run")
			return o.compare(cmd.Context(), io, cfg)
		},
	}
	cmd.Flags().StringVar(&o.run, "run", store.Latest, "the run whose variants are compared")
	cmd.Flags().BoolVar(&o.acrossHosts, "across-hosts", false, "compare runs of different environments, and say so in every line")
	addFormat(cmd, &o.format, "text", "md", "json")
	return cmd
}

func (o *compareOptions) compare(ctx context.Context, io *IO, cfg *config) error {
	c, err := o.contrasts(ctx, io.Err, cfg)
	if err != nil {
		return err
	}
	switch o.format {
	case "json":
		enc := json.NewEncoder(io.Out)
		enc.SetIndent("", "  ")
		return enc.Encode(c)
	case "md":
		return c.Markdown(io.Out)
	default:
		return c.Text(io.Out)
	}
}

// contrasts finds out what the two names are, and compares it. A run goes before
// a variant, and a variant before a file.
func (o *compareOptions) contrasts(ctx context.Context, log io.Writer, cfg *config) (report.Contrasts, error) {
	var c report.Contrasts
	if o.a == o.b {
		return c, usageHint("name two", "%q is compared with itself", o.a)
	}
	a, err := o.runNamed(ctx, log, cfg, o.a)
	if err != nil {
		return c, err
	}
	b, err := o.runNamed(ctx, log, cfg, o.b)
	if err != nil {
		return c, err
	}
	if a == nil && b == nil {
		r, err := loadRun(ctx, cfg, o.run)
		noFile := !isFile(o.a) && !isFile(o.b)
		switch {
		case err != nil && (noFile || o.runGiven):
			return c, err
		case err == nil && (noFile || r.hasVariant(o.a, o.b)):
			return o.variants(log, r)
		}
	}
	if a == nil && isFile(o.a) {
		a, err = baselineOperand(o.a)
	}
	if b == nil && isFile(o.b) && err == nil {
		b, err = baselineOperand(o.b)
	}
	switch {
	case err != nil:
		return c, err
	case a == nil:
		return c, oneOfTwo(b.name, o.a)
	case b == nil:
		return c, oneOfTwo(a.name, o.b)
	case a.name == b.name:
		return c, usageHint("name two", "%q and %q are both %s", o.a, o.b, a.name)
	case o.runGiven:
		return c, usageHint("leave it out, or name two variants of that run", "--run is for variants: %q and %q are none", o.a, o.b)
	}
	return o.runs(log, a, b)
}

// An operand is what one of two runs measured, and where.
type operand struct {
	name      string
	simulated bool
	digest    string // of the study
	policy    results.Policy
	env       results.Environment
	series    []results.Series // sorted
}

// oneOfTwo refuses a run, or a baseline, beside what is neither.
func oneOfTwo(is, isNot string) error {
	return usageHint("compare two variants, or two runs, or a baseline and a run", "%q is no run and no baseline, to compare with %s", isNot, is)
}

// runNamed returns the run that ref names; nil when there is none.
func (o *compareOptions) runNamed(ctx context.Context, log io.Writer, cfg *config, ref string) (*operand, error) {
	r, err := loadRun(ctx, cfg, ref)
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	warnUnfinished(log, r)
	return runOperand(r), nil
}

// warnUnfinished says in log that the run did not get to its end, if so.
func warnUnfinished(log io.Writer, r *loadedRun) {
	if !r.whole() {
		fmt.Fprintf(log, "warning: run %s is not complete\n", r.run.ID)
	}
}

// simulatedNotes says of the operands that are simulated that they are.
func simulatedNotes(of ...*operand) []string {
	var notes []string
	for _, o := range of {
		if o.simulated {
			notes = append(notes, "SIMULATED: every number of "+o.name+" comes from a cost model. No build ran, no machine was measured.")
		}
	}
	return notes
}

func isFile(name string) bool {
	fi, err := os.Stat(name)
	return err == nil && !fi.IsDir()
}

func runOperand(r *loadedRun) *operand {
	series := results.SeriesOf(r.run.AllTrials(r.trials))
	return &operand{"run " + r.run.ID, r.run.Simulated, r.run.StudyDigest, r.run.Policy, r.run.Environment, series}
}

func baselineOperand(file string) (*operand, error) {
	b, err := readBaseline(file)
	if err != nil {
		return nil, err
	}
	return &operand{"baseline " + file, b.Simulated, b.StudyDigest, b.Policy, b.Environment, b.Series}, nil
}

// checkComparable refuses operands of two environments unless that is meant, and then
// returns what to mark each verdict with, and why. Other differences are warned
// of in log.
func checkComparable(log io.Writer, a, b *operand, acrossHosts bool) (mark, why string, err error) {
	if v, w := a.env[versionFact], b.env[versionFact]; v != w {
		fmt.Fprintf(log, "warning: measured by cibench %s and %s\n", v, w)
	}
	if a.digest != b.digest {
		fmt.Fprintf(log, "warning: the study is not the same: %s and %s\n", a.digest, b.digest)
	}
	was, is := a.policy, b.policy
	was.Interval, is.Interval = "", "" // of pairs, and these are none
	was.Phase, is.Phase = was.Decider(), is.Decider()
	if was != is {
		fmt.Fprintf(log, "warning: the policies differ, and that of %s decides: %s has %s, %s has %s\n", b.name, a.name, policyText(was), b.name, policyText(is))
	}
	diff := hostDifferences(a.env, b.env)
	switch {
	case len(diff) == 0:
		return "", "", nil
	case !acrossHosts:
		return "", "", usageHint("compare what was measured in one environment, or say --across-hosts",
			"the environments of %s and %s differ: %s", a.name, b.name, joined(diff))
	}
	return "across hosts", "The environments differ: " + joined(diff) + ".", nil
}

// policyText says in a line when a policy decides a comparison.
func policyText(p results.Policy) string {
	text := fmt.Sprintf("confidence %.4g %%, same %.3g %%, effect %.3g %%", 100*p.Confidence, 100*p.Same, 100*p.Effect)
	if phase := p.Decider(); phase != results.PhaseTotal {
		text += ", decided by " + phase
	}
	return text
}

// runs compares two runs.
func (o *compareOptions) runs(log io.Writer, a, b *operand) (report.Contrasts, error) {
	c := report.Contrasts{
		Title: fmt.Sprintf("%s (a) and %s (b)", a.name, b.name),
		Notes: append(simulatedNotes(a, b), "Trials of two runs are no pairs: what changed on the machine in between counts as noise, or as effect."),
	}
	mark, why, err := checkComparable(log, a, b, o.acrossHosts)
	if err != nil {
		return c, err
	}
	if mark != "" {
		c.Mark, c.Notes = mark, append(c.Notes, why)
	}
	for _, only := range []string{onlyIn("a", a, b), onlyIn("b", b, a)} {
		if only != "" {
			c.Notes = append(c.Notes, only)
		}
	}
	c.Contrasts = verdict.Runs(b.policy, a.series, b.series)
	if len(c.Contrasts) == 0 {
		return c, usage(fmt.Errorf("%s and %s have no ok trial of one job, variant and state in common", a.name, b.name))
	}
	return c, nil
}

// onlyIn names the cells that only one of two operands has; "" for none.
func onlyIn(name string, one, other *operand) string {
	both := results.CellsOf(other.series)
	var only []string
	for _, c := range results.CellsOf(one.series) {
		if !slices.Contains(both, c) {
			only = append(only, c.String())
		}
	}
	if len(only) == 0 {
		return ""
	}
	return "Only in " + name + ": " + strings.Join(only, ", ") + "."
}

// variants compares two variants of one run.
func (o *compareOptions) variants(log io.Writer, r *loadedRun) (report.Contrasts, error) {
	c := report.Contrasts{}
	if o.acrossHosts {
		return c, usageHint("leave it out", "--across-hosts is for two runs: %s and %s are variants of one", o.a, o.b)
	}
	known := r.variants()
	for _, name := range []string{o.a, o.b} {
		if !slices.Contains(known, name) {
			return c, usageHint("its variants are "+strings.Join(known, ", "), "%q is no run, and no variant of run %s", name, r.run.ID)
		}
	}
	warnUnfinished(log, r)
	c.Title = fmt.Sprintf("%s (a) and %s (b) in run %s", o.a, o.b, r.run.ID)
	c.Notes = simulatedNotes(&operand{name: "run " + r.run.ID, simulated: r.run.Simulated})
	c.Contrasts = verdict.Variants(r.run, r.trials, o.a, o.b)
	if len(c.Contrasts) == 0 {
		return c, usage(fmt.Errorf("run %s has no job and state with ok trials of both %s and %s", r.run.ID, o.a, o.b))
	}
	return c, nil
}

// hasVariant tells whether the run has trials of one of the variants.
func (r *loadedRun) hasVariant(names ...string) bool {
	known := r.variants()
	return slices.ContainsFunc(names, func(name string) bool { return slices.Contains(known, name) })
}

// variants names the variants that the run has trials of.
func (r *loadedRun) variants() []string {
	var names []string
	for _, t := range r.trials {
		if !slices.Contains(names, t.Cell.Variant) {
			names = append(names, t.Cell.Variant)
		}
	}
	slices.Sort(names)
	return names
}
