package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/gate"
	"github.com/cibench/cibench/results/report"
	"github.com/cibench/cibench/results/store"
	"github.com/cibench/cibench/scenarios/plan"
)

type checkOptions struct {
	run         string
	rules       string
	baseline    string
	rolling     int
	confirm     bool
	maxTime     time.Duration
	force       bool
	acrossHosts bool
	format      string
	quiet       bool
}

func newCheckCmd(io *IO, cfg *config) *cobra.Command {
	o := checkOptions{}
	cmd := &cobra.Command{
		Use:   "check [RUN]",
		Short: "Hold a run to rules: a gate for CI",
		Long: `Hold a run, by default the latest, to the rules of its study or of --rules, and
exit with 0 when it keeps them, 3 when it breaks one, and 4 when a rule could
not be decided. A line of rules reads like one of these:

  pip-install[state=hit] p50 < 60s
  total[after vs before, state=hit] saves 55%..65%
  index.bytes[state=code-change] == 0
  total[state=warm] <= +5%

The last is relative to an earlier run: the baseline in the file of --baseline,
or the runs of the study before, of which --rolling says how many: those that
ended by themselves, complete or out of time, in this environment.

A simulated run is checked only when its id is given.

A rule is broken when the whole interval says so. Before that counts, the
trials that it is about are run again; a rule that the fresh run keeps is
unconfirmed, and so is one that --max-time leaves no time to confirm, or that
cannot be run again: as when the study or the machine is another by now, or
another run is under way. What the first run says stands on stderr before that.
--confirm=false takes its word.`,
		Args: maxArgs(1, "at most one run"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.valid(); err != nil {
				return err
			}
			o.run = refOf(args)
			return o.check(cmd.Context(), io, cfg)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.rules, "rules", "", "the file of rules (default: the one that the study names)")
	f.StringVar(&o.baseline, "baseline", "", "the baseline for rules that are relative to an earlier run")
	f.IntVar(&o.rolling, "rolling", 0, "take so many runs of the study before this one as the baseline")
	f.BoolVar(&o.confirm, "confirm", true, "run the trials of a broken rule again before it counts")
	f.Var(span{&o.maxTime}, "max-time", "of the fresh run, begin no block that would end later than this after its start, such as 45m; what is left is unconfirmed")
	f.BoolVar(&o.force, "force", false, "also check a run that was interrupted, or is under way")
	f.BoolVar(&o.acrossHosts, "across-hosts", false, "take a baseline of another environment")
	addFormat(cmd, &o.format, "text", "md", "junit")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "no progress of a fresh run")
	return cmd
}

// valid refuses flags that do not go together.
func (o *checkOptions) valid() error {
	if o.baseline != "" && o.rolling != 0 {
		return usageHint("name one of them", "--baseline and --rolling do not go together")
	}
	if o.acrossHosts && o.baseline == "" {
		return usageHint("earlier runs are only taken of one environment", "--across-hosts goes with --baseline")
	}
	if o.maxTime != 0 && !o.confirm {
		return usageHint("nothing is run again with --confirm=false", "--max-time goes with --confirm")
	}
	if o.rolling < 0 {
		return usage(fmt.Errorf("--rolling: %d is negative", o.rolling))
	}
	return nil
}

// A gateError says that a run did not pass a gate.
type gateError struct {
	status gate.Status // Fail or Inconclusive
	n, of  int         // results
}

func (e *gateError) Error() string {
	if e.status == gate.Fail {
		return fmt.Sprintf("the gate failed: %d of %d results break their rule", e.n, e.of)
	}
	return fmt.Sprintf("the gate is inconclusive: %d of %d results are not decided", e.n, e.of)
}

// newGateError returns nil for results that pass.
func newGateError(all []gate.Result) error {
	e := &gateError{status: gate.Worst(all), of: len(all)}
	for _, r := range all {
		switch r.Status {
		case gate.Fail, gate.Regressed:
			if e.status == gate.Fail {
				e.n++
			}
		case gate.Pass, gate.Improved:
		default:
			if e.status == gate.Inconclusive {
				e.n++
			}
		}
	}
	if e.status == gate.Pass {
		return nil
	}
	return e
}

func (o *checkOptions) check(ctx context.Context, io *IO, cfg *config) error {
	r, err := loadRun(ctx, cfg, o.run)
	if err != nil {
		return err
	}
	if r.run.Simulated && o.run == store.Latest {
		return usageHint("to try rules out on it all the same, name it: cibench check "+r.run.ID, "run %s is simulated: a gate is for what was measured", r.run.ID)
	}
	if !r.whole() && !o.force {
		return usageHint("go on with it by `cibench run --resume "+r.run.ID+"`, or say --force",
			"run %s was interrupted, or is under way: what it did not reach cannot be judged", r.run.ID)
	}
	h := &held{loadedRun: r, study: sync.OnceValues(func() (*openedStudy, error) { return studyOf(r.run) })}
	if h.rules, err = o.read(h.study); err != nil {
		return err
	}
	if h.against, err = o.against(ctx, io.Err, cfg, r); err != nil {
		return err
	}
	judge, err := judgeOf(r, h.against)
	if err != nil {
		return err
	}
	all, err := judge.Evaluate(h.rules)
	if err = errors.Join(judge.Mistakes(h.rules, cellsOfStudy(r.run, h.study)), err); err != nil {
		return usage(err)
	}
	var unsure error // why there is no fresh run to go by
	if suspects := suspectsOf(all); o.confirm && len(suspects) > 0 {
		second, name, err := o.again(ctx, io, cfg, h, all, suspects)
		if err == nil {
			all = gate.Confirm(all, second, name)
		} else {
			all, unsure = unconfirmed(r.run, all, err)
		}
	}
	return errors.Join(o.print(io.Out, r.run, all), newGateError(all), unsure)
}

// held is a run with all that it is held to.
type held struct {
	*loadedRun
	study   func() (*openedStudy, error) // as it is now
	rules   []gate.Rule
	against []results.Series // of earlier runs; nil for nothing
}

// judgeOf returns who judges the run, against earlier ones if there are any.
func judgeOf(r *loadedRun, against []results.Series) (*gate.Judge, error) {
	var p plan.Plan
	if err := json.Unmarshal(r.run.Plan, &p); err != nil {
		return nil, fmt.Errorf("plan of run %s: %w", r.run.ID, err)
	}
	e := gate.Evidence{Run: r.run, Trials: r.trials, Baseline: against, Planned: cellsOf(p.Trials), Blocks: p.Blocks}
	return gate.NewJudge(e, r.summary()), nil
}

func (o *checkOptions) print(w io.Writer, run results.Run, all []gate.Result) error {
	switch o.format {
	case "md":
		return report.GateMarkdown(w, run, all)
	case "junit":
		return report.GateJUnit(w, run, all)
	default:
		return report.GateText(w, run, all)
	}
}
