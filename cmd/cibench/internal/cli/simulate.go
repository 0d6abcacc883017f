package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/runner/sim"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

type simulateOptions struct {
	study     string
	selection selection
	seedGiven bool
	charts    string
	quiet     bool
	confirms  *results.Run // nil for a run of its own
}

func newSimulateCmd(io *IO, cfg *config) *cobra.Command {
	var o simulateOptions
	cmd := &cobra.Command{
		Use:   "simulate STUDY",
		Short: "Run the image builds of a study against a cost model: tables and charts without a build",
		Long: `Walk the plan of a study against a seeded cost model of a builder and keep
the result, labelled as simulated. It shows what a run will print and tries a
study out in seconds. It measures nothing.

There is a model of image builds on a builder that stays. Jobs of workflows, and
variants with a new builder each time or a cache outside of it, have none: they
are left out, and the first lines that are printed say so.`,
		Args: exactArgs(1, "one study"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.study, o.seedGiven = args[0], cmd.Flags().Changed("seed")
			_, err := o.execute(cmd.Context(), io, cfg)
			return err
		},
	}
	o.selection.addFlags(cmd)
	cmd.Flags().StringVar(&o.charts, "charts", "", "also draw the charts into this directory")
	cmd.Flags().BoolVarP(&o.quiet, "quiet", "q", false, "no progress")
	return cmd
}

// modelled takes those trials out of the plan that there is no cost model for.
func modelled(study *openedStudy, p plan.Plan) (plan.Plan, error) {
	for _, job := range study.Jobs {
		planned := variantsOf(p, job.Name)
		for _, v := range job.Variants {
			reason := ""
			switch {
			case !slices.Contains(planned, v.Name):
				continue
			case job.Lane != scenarios.LaneImage:
				reason = fmt.Sprintf("there is no model of the %s lane", job.Lane)
			case v.NeedsOwnBuilder():
				reason = "there is no model of caches outside of a builder"
			default:
				continue
			}
			p.Skipped = append(p.Skipped, plan.Skip{Job: job.Name, Variant: v.Name, Reason: reason})
			p.Trials = slices.DeleteFunc(p.Trials, func(t plan.Trial) bool { return t.Job == job.Name && t.Variant == v.Name })
		}
	}
	if len(p.Trials) == 0 {
		return p, usageHint("select image builds on persistent builders with --only", "nothing to simulate: there is no model of the selected jobs")
	}
	return p, nil
}

// execute walks the plan and prints the run. It returns the run's id.
func (o *simulateOptions) execute(ctx context.Context, io *IO, cfg *config) (id string, err error) {
	study, err := openStudy(o.study)
	if err != nil {
		return "", err
	}
	p, err := o.selection.plan(ctx, study, o.seedGiven)
	if err != nil {
		return "", err
	}
	if p, err = modelled(study, p); err != nil {
		return "", err
	}
	if err := checkWork(study, p); err != nil {
		return "", err
	}
	run := newRun(study, p)
	return run.ID, o.run(ctx, io, cfg, study, run, p)
}

func (o *simulateOptions) run(ctx context.Context, io *IO, cfg *config, study *openedStudy, run results.Run, p plan.Plan) (err error) {
	run.Simulated = true
	if o.confirms != nil {
		run.Confirms = o.confirms.ID
	}
	run.Environment = results.Environment{versionFact: programVersion()}
	clock := sim.NewClock(run.Started)
	executors := map[string]runner.Executor{}
	for _, job := range study.Jobs {
		variants := variantsOf(p, job.Name)
		if len(variants) == 0 {
			continue
		}
		executors[job.Name], err = sim.New(sim.Config{Study: study.Study, Files: study.files, Job: job, Variants: variants, Seed: p.Seed, Clock: clock})
		if err != nil {
			return usage(err)
		}
	}
	st, err := createStore(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	progress := newProgress(io, o.quiet)
	defer progress.close()
	progress.skipped(p)
	progress.doubt(doubts(study, p))
	stop := newStopper(st, run, p, hasDecider(study, p), progress.say)
	walker := &runner.Walker{
		Executors: executors, Timeout: max(study.Policy.Timeout, time.Second), Clock: clock, Progress: progress, Chooser: stop,
	}
	kept, err := (&work{study: study, plan: p, run: run}).walk(ctx, st, walker, stop)
	progress.close()
	if kept {
		err = endRun(ctx, io.Out, progress.log(), cfg, run.ID, o.charts, err)
	}
	return err
}
