package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/store"
	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/runner/host"
	"github.com/cibench/cibench/runner/image"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

type runOptions struct {
	study     string
	selection selection
	seedGiven bool
	builder   string
	record    bool
	charts    string
	quiet     bool
}

func newRunCmd(io *IO) *cobra.Command {
	var o runOptions
	cmd := &cobra.Command{
		Use:   "run STUDY",
		Short: "Run a study: real builds, timed, with their cache states proven",
		Long: `Run the trials of a built-in study, or of the study in a directory or file,
keep their numbers and print them beside the documented ones. A build that
fails, or whose cache state was not the declared one, does not end the run; it
is an error only when no trial is left to measure by.

Each trial has a BuildKit daemon of its own. With --builder engine the builds
run on the engine's own BuildKit instead, with your build cache, which is never
emptied: a state that needs that is refused, and the layers that are built stay
in it.

Packages come from the recorded index, offline. The first time, --record
fetches what is missing from the index that the machine's pip uses.`,
		Args: exactArgs(1, "one study"),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := loadConfig(io, cmd)
			if err != nil {
				return err
			}
			o.study, o.seedGiven = args[0], cmd.Flags().Changed("seed")
			return o.run(cmd.Context(), io, cfg)
		},
	}
	o.selection.addFlags(cmd)
	cmd.Flags().StringVar(&o.builder, "builder", string(image.BuilderContainer), "which BuildKit builds: container (one of ours for each trial) or engine")
	cmd.Flags().BoolVar(&o.record, "record", false, "fetch packages that are not recorded yet from upstream, before the first trial")
	cmd.Flags().StringVar(&o.charts, "charts", "", "also draw the charts into this directory")
	cmd.Flags().BoolVarP(&o.quiet, "quiet", "q", false, "no progress")
	return cmd
}

func (o *runOptions) run(ctx context.Context, io *IO, cfg *config) (err error) {
	study, err := openStudy(o.study)
	if err != nil {
		return err
	}
	builder, err := image.ParseBuilder(o.builder)
	if err != nil {
		return usageHint("container or engine", "--builder: %w", err)
	}
	p, err := o.selection.plan(ctx, study, o.seedGiven)
	if err != nil {
		return err
	}
	if err := builder.Check(study.Study, p); err != nil {
		return usage(err)
	}
	progress := newProgress(io, o.quiet, len(p.Trials))
	defer progress.close()
	progress.skipped(p)
	// A store that cannot take the run is found before minutes of set-up.
	st, err := store.Open(ctx, cfg.Store)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	expected, err := forecast(ctx, cfg, st, p, builder)
	if err != nil {
		return err
	}
	progress.say(expected.String())
	run := newRun(study, p)
	s, err := openSession(ctx, io, cfg, study, builder, run.ID, progress.say)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if err := s.serve(ctx, p, o.record); err != nil {
		return err
	}
	if o.record {
		if err := s.record(ctx, p); err != nil {
			return err
		}
	}
	machine := host.New("/")
	if run.Environment, err = s.environment(ctx, machine); err != nil {
		return err
	}
	walker := &runner.Walker{
		Executors: s.executors(),
		Timeout:   study.Policy.Timeout,
		Host:      machine,
		Progress:  progress,
	}
	mark := s.index.Mark()
	kept, walkErr := walk(ctx, st, run, walker, p)
	progress.close()
	if kept {
		walkErr = endRun(ctx, io.Out, progress.log(), cfg, run.ID, o.charts, walkErr)
	}
	return errors.Join(walkErr, errors.Join(s.index.ProblemsSince(mark)...))
}

// newRun describes a run that is about to start.
func newRun(study *openedStudy, p plan.Plan) results.Run {
	now := time.Now().UTC()
	run := results.Run{
		ID:          now.Format("20060102T150405Z") + "-" + uuid.NewString()[:4],
		Study:       study.Name,
		StudyDigest: study.Digest,
		Seed:        p.Seed,
		Started:     now,
		Targets:     study.documented(),
	}
	for _, job := range study.Jobs {
		rj := results.Job{Name: job.Name}
		for _, v := range job.Variants {
			rj.Variants = append(rj.Variants, results.Variant{Name: v.Name, Title: v.Title, Baseline: job.BaselineOf(v), DocumentedAs: v.DocumentedAs})
		}
		run.Jobs = append(run.Jobs, rj)
	}
	for _, p := range study.Pipelines {
		run.Pipelines = append(run.Pipelines, newPipeline(p))
	}
	return run
}

// newPipeline describes a pipeline as evidence does.
func newPipeline(p scenarios.Pipeline) results.Pipeline {
	rp := results.Pipeline{Name: p.Name, Jobs: p.Jobs}
	for _, v := range p.Variants {
		rp.Variants = append(rp.Variants, results.Variant{Name: v.Name, Title: v.Title, Baseline: p.BaselineOf(v), DocumentedAs: v.DocumentedAs})
		for _, r := range v.Runs {
			cell := results.PipelineCell{Variant: v.Name, State: string(r.State)}
			for _, c := range r.Cells {
				cell.Parts = append(cell.Parts, results.Cell{Job: c.Job, Variant: c.Variant, State: string(c.State)})
			}
			rp.Cells = append(rp.Cells, cell)
		}
	}
	return rp
}

// walk keeps the run in st, walks its plan and notes how it ended. It tells
// whether the store took the run, so that there is something to print.
func walk(ctx context.Context, st *store.Store, run results.Run, w *runner.Walker, p plan.Plan) (kept bool, err error) {
	if run.Plan, err = json.Marshal(p); err != nil {
		return false, fmt.Errorf("plan: %w", err)
	}
	rec, err := st.BeginRun(ctx, run)
	if err != nil {
		return false, err
	}
	w.Recorder = rec
	_, err = w.Walk(ctx, p)
	how, reason := store.Complete, ""
	switch {
	case err != nil && ctx.Err() != nil:
		how, reason = store.Interrupted, "interrupted"
	case err != nil:
		how, reason = store.Broken, strings.TrimSpace(err.Error())
	}
	return true, errors.Join(err, st.EndRun(context.WithoutCancel(ctx), run.ID, how, reason))
}
