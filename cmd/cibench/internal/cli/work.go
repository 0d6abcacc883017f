package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/store"
	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/runner/image"
	"github.com/cibench/cibench/scenarios/plan"
)

// work is what `cibench run` has to do: a new run, or the rest of one.
type work struct {
	study   *openedStudy
	builder image.Builder
	plan    plan.Plan
	run     results.Run // without its environment if it is new
	resumed bool
	like    *results.Run // whose environment it must have; nil for any
}

// work returns what the options ask for.
func (o *runOptions) work(ctx context.Context, cfg *config) (*work, error) {
	if o.resume != "" {
		return o.resumedWork(ctx, cfg)
	}
	study, err := openStudy(o.study)
	if err != nil {
		return nil, err
	}
	builder, err := image.ParseBuilder(o.builder)
	if err != nil {
		return nil, usageHint("container or engine", "--builder: %w", err)
	}
	p, err := o.selection.plan(ctx, study, o.seedGiven)
	if err == nil {
		err = checkWork(study, p)
	}
	if err != nil {
		return nil, err
	}
	if err := builder.Check(study.Study, p); err != nil {
		return nil, usage(err)
	}
	w := &work{study: study, builder: builder, plan: p, run: newRun(study, p), like: o.confirms}
	if o.confirms != nil {
		w.run.Confirms = o.confirms.ID
	}
	return w, nil
}

// resumedWork returns the rest of the run that the options name.
func (o *runOptions) resumedWork(ctx context.Context, cfg *config) (_ *work, err error) {
	st, err := openStore(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	w := &work{resumed: true}
	if w.run, err = findUnfinished(ctx, st, o.resume); err != nil {
		return nil, err
	}
	sum, err := st.Summary(ctx, w.run.ID)
	switch {
	case err != nil:
		return nil, err
	case w.run.Simulated:
		return nil, usageHint("`cibench simulate` takes seconds: begin again", "run %s is simulated", w.run.ID)
	case sum.End != nil && sum.End.How == store.Complete:
		return nil, usageHint("`cibench show "+w.run.ID+"` prints it", "run %s is complete", w.run.ID)
	}
	if err := json.Unmarshal(w.run.Plan, &w.plan); err != nil {
		return nil, fmt.Errorf("plan of run %s: %w", w.run.ID, err)
	}
	if err := w.open(o.study); err != nil {
		return nil, err
	}
	w.builder, err = image.ParseBuilder(builderOf(w.run))
	return w, err
}

// findUnfinished returns the run that ref names. The latest is here the latest
// that is to be gone on with, as long as there is one.
func findUnfinished(ctx context.Context, st *store.Store, ref string) (results.Run, error) {
	if ref != store.Latest {
		return findRun(ctx, st, ref)
	}
	runs, err := st.Runs(ctx)
	if err != nil {
		return results.Run{}, err
	}
	for _, r := range runs { // the newest first
		if !r.Simulated && r.Confirms == "" && (r.End == nil || r.End.How != store.Complete) {
			ref = r.ID
			break
		}
	}
	return findRun(ctx, st, ref)
}

// builderOf names what the run's images were built by. A run without image
// builds names nothing.
func builderOf(run results.Run) string {
	return cmp.Or(run.Environment["builder"], string(image.BuilderContainer))
}

// open opens the study of a resumed run, from elsewhere if its user says so.
func (w *work) open(elsewhere string) (err error) {
	source := w.run.Source
	if elsewhere != "" {
		source = elsewhere
	}
	if source == "" {
		return usageHint("name it: cibench run --resume "+w.run.ID+" STUDY", "run %s does not say where its study is", w.run.ID)
	}
	if w.study, err = openStudy(source); err != nil {
		return err
	}
	if w.study.Digest != w.run.StudyDigest {
		return usageHint("a run measures one study: begin a new one", "study %s is not what it was when run %s began", source, w.run.ID)
	}
	if slices.ContainsFunc(w.run.Jobs, func(j results.Job) bool {
		return slices.ContainsFunc(j.Variants, func(v results.Variant) bool { return v.Null })
	}) {
		w.study.Study = w.study.WithNull()
	}
	return nil
}

// setEnvironment notes the environment of a new run, and refuses another one
// than that in which a resumed run began, or the run that this one confirms.
func (w *work) setEnvironment(env results.Environment) error {
	if w.resumed {
		if diff := w.run.Environment.Differences(env); len(diff) > 0 {
			return usageHint("numbers of two environments cannot be one run's: begin a new run",
				"run %s began in another environment: %s", w.run.ID, joined(diff))
		}
		return nil
	}
	w.run.Environment = env
	if w.like != nil {
		if diff := hostDifferences(w.like.Environment, env); len(diff) > 0 {
			return usageHint("check the run where it was measured", "run %s was measured in another environment: %s", w.like.ID, joined(diff))
		}
	}
	return nil
}

// A keeper keeps a run and how it ended, as a store does.
type keeper interface {
	BeginRun(ctx context.Context, run results.Run) (*store.Recorder, error)
	OutOfTimeAt(ctx context.Context, id string) (time.Time, error)
	ResumeRun(ctx context.Context, id string) (*store.Recorder, error)
	EndRun(ctx context.Context, id string, how store.How, reason string) error
}

// walk keeps the run in st, walks its plan, and notes how it ended, which stop, by
// whose choice it was walked, knows. It tells whether st took the run, so that
// there is something to print.
func (w *work) walk(ctx context.Context, st keeper, walker *runner.Walker, stop *stopper) (kept bool, err error) {
	var rec *store.Recorder
	if w.resumed {
		if stop.lateAt, err = st.OutOfTimeAt(ctx, w.run.ID); err == nil {
			rec, err = st.ResumeRun(ctx, w.run.ID)
		}
	} else if w.run.Plan, err = json.Marshal(w.plan); err == nil {
		rec, err = st.BeginRun(ctx, w.run)
	}
	if err != nil {
		return false, err
	}
	walker.Recorder = rec
	err = walker.Walk(ctx, w.plan)
	how, reason := store.Complete, ""
	switch {
	case err != nil && ctx.Err() != nil:
		how, reason = store.Interrupted, "interrupted"
	case err != nil:
		how, reason = store.Broken, strings.TrimSpace(err.Error())
	case stop.outOfTime != "":
		how, reason = store.OutOfTime, stop.outOfTime
	}
	return true, errors.Join(err, st.EndRun(context.WithoutCancel(ctx), w.run.ID, how, reason))
}
