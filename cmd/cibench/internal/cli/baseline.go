package cli

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/baseline"
	"github.com/cibench/cibench/results/store"
	"github.com/cibench/cibench/scenarios"
)

func newBaselineCmd(io *IO, cfg *config) *cobra.Command {
	cmd := group(&cobra.Command{
		Use:   "baseline",
		Short: "Pin what a run measured as a text file, and hold later runs beside it",
		Long: `Pin what a run measured as a text file that is kept in a repository: facts of
the environment and every phase and counter, a line each, sorted, so that a
review shows which figures changed.`,
	})
	cmd.AddCommand(newBaselineSetCmd(io, cfg), newBaselineShowCmd(io), newBaselineDiffCmd(io, cfg))
	return cmd
}

type baselineSetOptions struct {
	ref   string
	file  string
	only  []string
	force bool
}

func newBaselineSetCmd(io *IO, cfg *config) *cobra.Command {
	var o baselineSetOptions
	cmd := &cobra.Command{
		Use:   "set [RUN]",
		Short: "Write what a run measured as the baseline",
		Long: `Write what the run with that id, or beginning of an id, measured as the
baseline; without one, the latest. The file is replaced whole or not at all. A
run that did not end by itself lacks later blocks, and with them trials that
others are held against; and a simulated run measured nothing. Either takes
--force.`,
		Args: maxArgs(1, "at most one run"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.ref = refOf(args)
			return o.run(cmd.Context(), io, cfg)
		},
	}
	addBaselineFile(cmd, &o.file)
	cmd.Flags().Var(terms{&o.only}, "only", "only cells that match: a job, variant or state, or a pattern job/variant/state (repeatable)")
	cmd.Flags().BoolVar(&o.force, "force", false, "also take a run that did not end by itself, or was simulated")
	return cmd
}

func (o *baselineSetOptions) run(ctx context.Context, io *IO, cfg *config) error {
	r, err := loadPinned(ctx, cfg, o.ref, o.only)
	if err != nil {
		return err
	}
	if r.Simulated && !o.force {
		return usageHint("pin a run that was measured, or take this one as it is with --force", "run %s is simulated: its numbers are those of a cost model", r.Run)
	}
	if why := r.unended(); why != "" && !o.force {
		return usageHint("finish it with `cibench run --resume "+r.Run+"`, or take it as it is with --force", "run %s %s", r.Run, why)
	}
	if err := replaceBaseline(o.file, r.Baseline); err != nil {
		return err
	}
	fmt.Fprintf(io.Err, "wrote %s: %s; cells: %d, series: %d\n", o.file, origin(r.Baseline), len(r.Cells()), len(r.Series))
	if r.leftOut > 0 {
		fmt.Fprintf(io.Err, "left out %d failed or invalid trials\n", r.leftOut)
	}
	if len(r.unproven) > 0 {
		fmt.Fprintf(io.Err, "not in it, for want of an ok trial: %s\n", join(r.unproven, ", ", results.Printable))
	}
	return nil
}

// origin names the run of a baseline.
func origin(b baseline.Baseline) string {
	s := fmt.Sprintf("run %s of %s, %s", b.Run, b.Study, b.Started.Format("2006-01-02 15:04:05 UTC"))
	if b.Simulated {
		s += ", SIMULATED"
	}
	return results.Printable(s)
}

func newBaselineShowCmd(io *IO) *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "show",
		Short: "Print the baseline: its run, its facts, and the middle and the ends of each series",
		Args:  exactArgs(0, "none"),
		RunE: func(*cobra.Command, []string) error {
			b, err := readBaseline(file)
			if err != nil {
				return err
			}
			return showBaseline(io, b)
		},
	}
	addBaselineFile(cmd, &file)
	return cmd
}

func showBaseline(io *IO, b baseline.Baseline) error {
	fmt.Fprintf(io.Out, "%s\n", origin(b))
	if b.Simulated {
		fmt.Fprintln(io.Out, "SIMULATED: every number below comes from a cost model, none from a machine.")
	}
	facts := table{columns: []string{"fact", "value"}}
	facts.rows = append(facts.rows,
		[]string{"study digest", cmp.Or(b.StudyDigest, unknownFact)},
		[]string{"policy", policyText(b.Policy)},
	)
	for _, name := range slices.Sorted(maps.Keys(b.Environment)) {
		facts.rows = append(facts.rows, []string{name, cmp.Or(b.Environment[name], unknownFact)})
	}
	fmt.Fprintln(io.Out)
	if err := facts.text(io.Out); err != nil {
		return err
	}
	series := table{columns: []string{"cell", "name", "n", "median", "smallest", "largest", "unit"}}
	for _, s := range b.Series {
		f := baseline.FigureOf(s)
		series.rows = append(series.rows, []string{
			s.Cell.String(), s.Name, fmt.Sprint(f.N),
			baseline.Number(s.Unit, f.Median), baseline.Number(s.Unit, f.Min), baseline.Number(s.Unit, f.Max), string(s.Unit),
		})
	}
	fmt.Fprintln(io.Out)
	return series.text(io.Out)
}

// unknownFact stands for a fact that is not known.
const unknownFact = "-"

// pinnedRun is a run as a baseline is made of it.
type pinnedRun struct {
	baseline.Baseline
	end      *store.End // nil while the run is under way, and after a kill
	leftOut  int        // measured trials that are failed or invalid
	unproven []string   // cells with such trials alone
}

// unended says how a run ended that did not end by itself.
func (r *pinnedRun) unended() string {
	switch {
	case r.end == nil:
		return "has no end: it was killed, or is under way"
	case !whole(r.end):
		return "did not end by itself: it is " + string(r.end.How)
	}
	return ""
}

// loadPinned makes a baseline of the run that ref names, of those cells that the
// terms select.
func loadPinned(ctx context.Context, cfg *config, ref string, only []string) (*pinnedRun, error) {
	r, err := loadRun(ctx, cfg, ref)
	if err != nil {
		return nil, err
	}
	trials, err := selectTrials(r.trials, only)
	if err != nil {
		return nil, usage(fmt.Errorf("--only: %w", err))
	}
	p := &pinnedRun{end: r.end}
	if p.Baseline, err = baseline.Of(r.run, trials); err != nil {
		return nil, usage(err)
	}
	p.leaveOut(trials)
	return p, nil
}

// selectTrials returns the trials of the cells that the terms select, as
// `cibench run --only` does.
func selectTrials(trials []results.Trial, only []string) ([]results.Trial, error) {
	if len(trials) == 0 {
		return nil, nil
	}
	intent := func(t results.Trial) scenarios.Cell {
		return scenarios.Cell{Job: t.Cell.Job, Variant: t.Cell.Variant, State: scenarios.State(t.Cell.State)}
	}
	var cells []scenarios.Cell
	for _, t := range trials {
		if c := intent(t); !slices.Contains(cells, c) {
			cells = append(cells, c)
		}
	}
	selected, err := scenarios.Select(cells, only)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(trials, func(t results.Trial) bool { return !slices.Contains(selected, intent(t)) }), nil
}

// leaveOut notes which trials are not in the baseline.
func (r *pinnedRun) leaveOut(trials []results.Trial) {
	measured := map[results.Cell]bool{}
	for _, s := range r.Series {
		measured[s.Cell] = true
	}
	for _, t := range trials {
		if t.Warmup || t.Outcome == results.OK {
			continue
		}
		r.leftOut++
		if cell := t.Cell.String(); !measured[t.Cell] && !slices.Contains(r.unproven, cell) {
			r.unproven = append(r.unproven, cell)
		}
	}
}
