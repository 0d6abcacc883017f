package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/cibench/cibench/results"
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
	resume    string
	confirms  *results.Run // nil for a run of its own
	builder   string
	record    bool
	maxTime   time.Duration
	charts    string
	quiet     bool
}

func newRunCmd(io *IO, cfg *config) *cobra.Command {
	var o runOptions
	cmd := &cobra.Command{
		Use:   "run STUDY | run --resume RUN [STUDY]",
		Short: "Run a study: real builds, timed, with their cache states proven",
		Long: `Run the trials of a built-in study, or of the study in a directory or file,
keep their numbers and print them beside the documented ones. A build that
fails, or whose cache state was not the declared one, does not end the run; it
is an error only when no trial is left to measure by.

Each trial has a BuildKit daemon of its own. With --builder engine the builds
run on the engine's own BuildKit instead, with your build cache, which is never
emptied: a state that needs that is refused, and the layers that are built stay
in it.

With --max-blocks, by flag or by the study's policy, a run goes on after its
first blocks with what is undecided, and ends when nothing is. With --max-time
no block is begun that would not end in time: the least sure comparisons get
what time there is.

A run that was interrupted or killed goes on with --resume, at its next trial,
with the plan that it has. The study and the machine must be as they were.

Packages come from the recorded index, offline. The first time, --record
fetches what is missing from the index that the machine's pip uses.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if o.resume != "" {
				return maxArgs(1, "at most one study")(cmd, args)
			}
			return exactArgs(1, "one study")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.check(cmd); err != nil {
				return err
			}
			if len(args) > 0 {
				o.study = args[0]
			}
			o.seedGiven = cmd.Flags().Changed("seed")
			_, err := o.execute(cmd.Context(), io, cfg)
			return err
		},
	}
	o.selection.addFlags(cmd)
	cmd.Flags().Var(span{&o.maxTime}, "max-time", "begin no block that would end later than this after the start, such as 45m or 8h")
	cmd.Flags().StringVar(&o.resume, "resume", "", "go on with this run: an id, the beginning of one, or latest for the latest that is not complete")
	cmd.Flags().StringVar(&o.builder, "builder", string(image.BuilderContainer), "which BuildKit builds: container (one of ours for each trial) or engine")
	cmd.Flags().BoolVar(&o.record, "record", false, "fetch packages that are not recorded yet from upstream, before the first trial")
	cmd.Flags().StringVar(&o.charts, "charts", "", "also draw the charts into this directory")
	cmd.Flags().BoolVarP(&o.quiet, "quiet", "q", false, "no progress")
	return cmd
}

// check refuses flags that do not go together.
func (o *runOptions) check(cmd *cobra.Command) error {
	if o.resume == "" {
		return nil
	}
	for _, name := range []string{"only", "quick", "null", "blocks", "max-blocks", "seed", "builder"} {
		if cmd.Flags().Changed(name) {
			return usageHint("a run goes on with the plan that it has; leave --"+name+" out", "--resume and --%s do not go together", name)
		}
	}
	return nil
}

// execute does the work and prints the run. It returns the run's id.
func (o *runOptions) execute(ctx context.Context, io *IO, cfg *config) (id string, err error) {
	started := time.Now()
	w, err := o.work(ctx, cfg)
	if err != nil {
		return "", err
	}
	return w.run.ID, o.run(ctx, io, cfg, w, started)
}

func (o *runOptions) run(ctx context.Context, io *IO, cfg *config, w *work, started time.Time) (err error) {
	progress := newProgress(io, o.quiet)
	defer progress.close()
	progress.skipped(w.plan)
	if err := checkOutside(w.study, map[string]string{"store": cfg.Store, "store's log": cfg.Store + "-wal", "cache directory": cfg.CacheDir}); err != nil {
		return err
	}
	// A store that cannot take the run is found before minutes of set-up.
	st, err := createStore(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	before, err := past(ctx, cfg, st, w.plan.Study, w.builder)
	if err != nil {
		return err
	}
	if w.resumed {
		progress.say(fmt.Sprintf("going on with run %s of %s", w.run.ID, results.Printable(w.run.Study)))
	} else {
		progress.doubt(doubts(w.study, w.plan))
		progress.say(expected(w.plan, before.trials()).String())
	}
	s, err := openSession(ctx, io, cfg, w.study, w.builder, w.run.ID, progress.say)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if err := s.serve(ctx, w.plan, o.record); err != nil {
		return err
	}
	if o.record {
		if err := s.record(ctx, w.plan); err != nil {
			return err
		}
	}
	machine := host.New("/")
	env, err := s.environment(ctx, machine)
	if err == nil {
		err = w.setEnvironment(env)
	}
	if err != nil {
		return err
	}
	stop := newStopper(st, w.run, w.plan, hasDecider(w.study, w.plan), progress.say)
	stop.until, stop.earlier = o.deadline(started), before.without(w.run.ID).trials()
	walker := &runner.Walker{
		Executors: s.executors(),
		Timeout:   w.study.Policy.Timeout,
		Host:      machine,
		Ready:     func() error { return roomFor(cfg.Store) },
		Progress:  progress,
		Chooser:   stop,
		Expected:  expectedOf(before.trials()),
	}
	mark := s.index.Mark()
	kept, walkErr := w.walk(ctx, st, walker, stop)
	progress.close()
	if kept {
		walkErr = endRun(ctx, io.Out, progress.log(), cfg, w.run.ID, o.charts, walkErr)
	}
	return errors.Join(walkErr, errors.Join(s.index.ProblemsSince(mark)...))
}

// deadline is when no trial is begun any more; zero for never.
func (o *runOptions) deadline(started time.Time) time.Time {
	if o.maxTime == 0 {
		return time.Time{}
	}
	return started.Add(o.maxTime)
}

// newRun describes a run that is about to start.
func newRun(study *openedStudy, p plan.Plan) results.Run {
	now := time.Now().UTC()
	run := results.Run{
		ID:          now.Format("20060102T150405Z") + "-" + uuid.NewString()[:4],
		Study:       study.Name,
		Source:      study.source,
		StudyDigest: study.Digest,
		Policy:      decisionOf(study.Policy),
		Seed:        p.Seed,
		Started:     now,
		Targets:     study.documented(),
		Claims:      study.claims(),
	}
	for _, job := range study.Jobs {
		rj := results.Job{Name: job.Name}
		for _, v := range job.Variants {
			rj.Variants = append(rj.Variants, results.Variant{Name: v.Name, Title: v.Title, Baseline: job.BaselineOf(v), DocumentedAs: v.DocumentedAs, Departs: v.Departs, Null: v.Null})
		}
		run.Jobs = append(run.Jobs, rj)
	}
	for _, p := range study.Pipelines {
		run.Pipelines = append(run.Pipelines, newPipeline(p))
	}
	return run
}

// decisionOf describes as evidence does when a comparison is decided.
func decisionOf(p scenarios.Policy) results.Policy {
	return results.Policy{Interval: results.Method(p.Decision.Interval), Confidence: p.Decision.Confidence, Same: p.Decision.Same, Effect: p.Decision.Effect, Phase: p.Decision.Phase}
}

// newPipeline describes a pipeline as evidence does.
func newPipeline(p scenarios.Pipeline) results.Pipeline {
	rp := results.Pipeline{Name: p.Name, Jobs: p.Jobs}
	for _, v := range p.Variants {
		rp.Variants = append(rp.Variants, results.Variant{Name: v.Name, Title: v.Title, Baseline: p.BaselineOf(v), DocumentedAs: v.DocumentedAs, Departs: v.Departs})
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
