package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/cibench/cibench/charts"
	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/ledger"
	"github.com/cibench/cibench/results/report"
	"github.com/cibench/cibench/results/store"
	"github.com/cibench/cibench/results/verdict"
)

// loadedRun is a stored run with what it means.
type loadedRun struct {
	run     results.Run
	trials  []results.Trial
	summary func() verdict.Summary // computed once, when first asked for
	end     *store.End             // nil while it is under way, and after a kill
}

// whole tells whether the run ended by itself, and not in its middle.
func (r *loadedRun) whole() bool { return whole(r.end) }

func whole(end *store.End) bool {
	return end != nil && (end.How == store.Complete || end.How == store.OutOfTime)
}

// loadRun reads the run that ref names: an id, the beginning of one, or
// "latest".
func loadRun(ctx context.Context, cfg *config, ref string) (*loadedRun, error) {
	st, err := openStore(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer st.Close()
	r := &loadedRun{}
	if r.run, err = findRun(ctx, st, ref); err != nil {
		return nil, err
	}
	if r.trials, err = st.Trials(ctx, r.run.ID); err != nil {
		return nil, err
	}
	listed, err := st.Summary(ctx, r.run.ID)
	if err != nil {
		return nil, err
	}
	r.end = listed.End
	r.summary = sync.OnceValue(func() verdict.Summary { return verdict.Summarize(r.run, r.trials) })
	return r, nil
}

// findRun returns the run that ref names; one that there is not is a mistake of
// the caller's.
func findRun(ctx context.Context, st *store.Store, ref string) (results.Run, error) {
	run, err := st.Run(ctx, ref)
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrAmbiguous) {
		err = usage(err)
	}
	return run, err
}

func (r *loadedRun) print(w io.Writer, format string) error {
	form := report.Text
	if format == "md" {
		form = report.Markdown
	}
	entries, err := r.ledger()
	return errors.Join(form(w, r.run, r.summary(), entries), err)
}

// ledger returns what became of the document's claims. Its error is a
// *claimError, beside what can be said of the others.
func (r *loadedRun) ledger() ([]ledger.Entry, error) {
	entries, err := ledger.Of(r.run, r.trials, r.summary())
	if err != nil {
		err = &claimError{err}
	}
	return entries, err
}

// A claimError says which claims of the study's document have rules that fit
// nothing that was measured.
type claimError struct{ err error }

func (e *claimError) Error() string { return e.err.Error() }
func (e *claimError) Unwrap() error { return e.err }

// Hint says where to mend it.
func (e *claimError) Hint() string {
	return "the numbers stand; mend the claim in the study's targets, for the next run"
}

// draw writes each chart of the run into dir, in every format, and says so of
// each file to log.
func (r *loadedRun) draw(log io.Writer, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return placeError("charts", err)
	}
	for _, pic := range charts.Pictures(r.run, r.trials, r.summary()) {
		for _, format := range charts.Formats() {
			file := filepath.Join(dir, pic.Name+"."+string(format))
			if err := drawFile(file, pic.Chart, format); err != nil {
				return err
			}
			fmt.Fprintln(log, "drew", file)
		}
	}
	return nil
}

func drawFile(file string, c charts.Chart, format charts.Format) error {
	f, err := os.Create(file)
	if err != nil {
		return placeError("charts", err)
	}
	if err := errors.Join(charts.Render(f, c, format), f.Close()); err != nil {
		return fmt.Errorf("chart %s: %w", file, err)
	}
	return nil
}

func newShowCmd(io *IO, cfg *config) *cobra.Command {
	var (
		format, dir, trial string
		list               bool
	)
	cmd := &cobra.Command{
		Use:   "show [RUN]",
		Short: "Print a run: medians and ranges, savings beside the documented ones, counters",
		Long: `Print the run with that id, or beginning of an id; without one, the latest: a
simulated run only where there is no other.
With --trial, print all that is kept of one trial: its outcome, what proves its
state, what was measured, its steps, and the end of a failed one's output.
With --list, print the runs that are kept.`,
		Args: maxArgs(1, "at most one run"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if list && len(args) > 0 {
				return usageHint("leave out --list, or "+args[0], "--list prints all runs, and %q is one", args[0])
			}
			for _, name := range []string{"format", "charts", "trial"} {
				switch {
				case !cmd.Flags().Changed(name):
				case list:
					return usageHint("leave it out, or name a run in place of --list", "--%s is for one run, and --list prints all", name)
				case trial != "" && name != "trial":
					return usageHint("leave it out, or --trial", "--%s is for a whole run, and --trial prints one trial", name)
				}
			}
			if list {
				return listRuns(cmd.Context(), io, cfg)
			}
			r, err := loadRun(cmd.Context(), cfg, refOf(args))
			if err != nil {
				return err
			}
			if trial != "" {
				t, err := r.trial(trial)
				if err != nil {
					return err
				}
				return printTrial(io.Out, t)
			}
			if err := r.print(io.Out, format); err != nil || dir == "" {
				return err
			}
			return r.draw(io.Err, dir)
		},
	}
	addFormat(cmd, &format, "text", "md")
	cmd.Flags().StringVar(&dir, "charts", "", "also draw the charts into this directory")
	cmd.Flags().StringVar(&trial, "trial", "", "print all that is kept of this trial, such as b01-build-after-cold")
	cmd.Flags().BoolVar(&list, "list", false, "list the runs that are kept")
	return cmd
}

func refOf(args []string) string {
	if len(args) == 0 {
		return store.Latest
	}
	return args[0]
}

func listRuns(ctx context.Context, io *IO, cfg *config) error {
	st, err := openStore(ctx, cfg)
	if err != nil {
		return err
	}
	defer st.Close()
	runs, err := st.Runs(ctx)
	if err != nil {
		return err
	}
	tw := tabwriter.NewWriter(io.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "RUN\tSTUDY\tSTARTED\tEND\tOK\tFAILED\tINVALID")
	for _, r := range runs {
		end := "none: killed, or under way"
		if r.End != nil {
			end = string(r.End.How)
		}
		study := r.Study
		if r.Simulated {
			study += " (simulated)"
		}
		if r.Confirms != "" {
			study += " (confirms " + r.Confirms + ")"
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%d\t%d\t%d\n", r.ID, study, r.Started.Format(time.DateTime), end,
			r.Trials[results.OK], r.Trials[results.Failed], r.Trials[results.Invalid])
	}
	return tw.Flush()
}
