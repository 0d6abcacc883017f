package cli

import (
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/store"
	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/runner/sim"
	"github.com/cibench/cibench/scenarios/plan"
)

// errKilled is what a faulty panics with in place of a SIGKILL: nothing that was
// under way is ended or undone.
var errKilled = errors.New("killed")

// A faulty is all in one that a run is walked with: executor, chooser, progress,
// host, store and recorder. It breaks at one of its calls: it fails there, or is as
// good as killed.
type faulty struct {
	runner.Executor
	runner.Chooser
	*store.Store
	walker    *runner.Walker
	recorder  runner.Recorder // the store's, once a trial was begun
	calls, at int
	kill      bool
	running   int // trials that were prepared and not restored
}

func (f *faulty) call() error {
	f.calls++
	if f.calls != f.at {
		return nil
	}
	if f.kill {
		panic(errKilled)
	}
	return errors.New("broken")
}

func (f *faulty) Prepare(ctx context.Context, t plan.Trial) error {
	f.running++
	return errors.Join(f.call(), f.Executor.Prepare(ctx, t))
}

func (f *faulty) Execute(ctx context.Context, t plan.Trial) (runner.Attempt, error) {
	a, err := f.Executor.Execute(ctx, t)
	return a, errors.Join(f.call(), err)
}

func (f *faulty) Verify(ctx context.Context, t plan.Trial, a runner.Attempt) (runner.Evidence, error) {
	e, err := f.Executor.Verify(ctx, t, a)
	return e, errors.Join(f.call(), err)
}

func (f *faulty) Restore(ctx context.Context, t plan.Trial) error {
	f.running--
	return errors.Join(f.call(), f.Executor.Restore(ctx, t))
}

func (f *faulty) Choose(ctx context.Context, block []plan.Trial) ([]plan.Trial, error) {
	if err := f.call(); err != nil {
		return nil, err
	}
	return f.Chooser.Choose(ctx, block)
}

// Settle and Observe are those of a host.
func (f *faulty) Settle(context.Context) error { return f.call() }

func (f *faulty) Observe() func() results.Host {
	f.killed()
	return func() results.Host {
		f.killed()
		return results.Host{}
	}
}

// What is kept can break before it is on disk, and after.

func (f *faulty) BeginRun(ctx context.Context, run results.Run) (*store.Recorder, error) {
	return twice(f, func() (*store.Recorder, error) { return f.Store.BeginRun(ctx, run) })
}

func (f *faulty) ResumeRun(ctx context.Context, id string) (*store.Recorder, error) {
	return twice(f, func() (*store.Recorder, error) { return f.Store.ResumeRun(ctx, id) })
}

func (f *faulty) OutOfTimeAt(ctx context.Context, id string) (time.Time, error) {
	return twice(f, func() (time.Time, error) { return f.Store.OutOfTimeAt(ctx, id) })
}

func (f *faulty) EndRun(ctx context.Context, id string, how store.How, reason string) error {
	_, err := twice(f, func() (any, error) { return nil, f.Store.EndRun(ctx, id, how, reason) })
	return err
}

func (f *faulty) Record(ctx context.Context, t results.Trial) error {
	_, err := twice(f, func() (any, error) { return nil, f.recorder.Record(ctx, t) })
	return err
}

// twice can break before it does something, and after.
func twice[T any](f *faulty, do func() (T, error)) (done T, err error) {
	if err := f.call(); err != nil {
		return done, err
	}
	if done, err = do(); err != nil {
		return done, err
	}
	return done, f.call()
}

// Started and Finished are called right before and after a trial: there it can
// only be killed. The store's recorder is behind this one from the first trial on.
func (f *faulty) Started(plan.Trial, runner.Remaining) {
	if f.walker.Recorder != f {
		f.recorder, f.walker.Recorder = f.walker.Recorder, f
	}
	f.killed()
}

func (f *faulty) Finished(results.Trial, runner.Remaining) { f.killed() }

func (f *faulty) killed() {
	if err := f.call(); err != nil {
		panic(errKilled)
	}
}

// simulated walks a run of the study in a store of its own, in as many attempts
// as it takes. The first one breaks at the call of the first number, and so on. It
// returns the trials that are stored, and the calls of the last attempt.
func simulated(t *testing.T, kill bool, breaks ...int) (trials []results.Trial, calls int) {
	t.Helper()
	study, err := openStudy("starter")
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.New(study.Study, plan.Options{Seed: 4, MaxBlocks: 9, Only: []string{"build-and-push/*/cold"}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "runs.db")
	w := &work{study: study, plan: p, run: newRun(study, p)}
	for attempt := 0; ; attempt++ {
		at := append(breaks, 0)[min(attempt, len(breaks))]
		st, err := store.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		job := study.Jobs[0]
		clock := sim.NewClock(w.run.Started)
		ex, err := sim.New(sim.Config{Study: study.Study, Files: study.files, Job: job, Variants: variantsOf(p, job.Name), Seed: p.Seed, Clock: clock})
		if err != nil {
			t.Fatal(err)
		}
		stop := newStopper(st, w.run, p, false, func(string) {})
		f := &faulty{Executor: ex, Chooser: stop, Store: st, at: at, kill: kill}
		f.walker = &runner.Walker{Executors: map[string]runner.Executor{job.Name: f}, Timeout: time.Hour, Clock: clock, Host: f, Progress: f, Chooser: f}
		err = walkOrDie(t, w, f, stop)
		if err != nil && !errors.Is(err, errKilled) && f.running != 0 {
			t.Errorf("calls %v: %d trials were left unrestored", breaks, f.running)
		}
		if err != nil && attempt >= len(breaks) {
			t.Fatalf("calls %v: the resumed run ends with %v", breaks, err)
		}
		kept, err := ended(t, st, w.run.ID)
		if kept == store.Complete {
			trials, err = st.Trials(t.Context(), w.run.ID)
		}
		if err := errors.Join(err, st.Close()); err != nil {
			t.Fatal(err)
		}
		if kept == store.Complete {
			return trials, f.calls
		}
		w.resumed = kept != notKept
	}
}

// notKept is the end of a run that the store does not have.
const notKept store.How = "not kept"

// ended returns how the run ended by what is on disk, "" for one that was killed.
func ended(t *testing.T, st *store.Store, id string) (store.How, error) {
	sum, err := st.Summary(t.Context(), id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return notKept, nil
	case err != nil || sum.End == nil:
		return "", err
	}
	return sum.End.How, nil
}

// walkOrDie walks and returns errKilled when it was killed.
func walkOrDie(t *testing.T, w *work, f *faulty, stop *stopper) (err error) {
	defer func() {
		if r := recover(); r == errKilled {
			err = errKilled
		} else if r != nil {
			panic(r)
		}
	}()
	_, err = w.walk(t.Context(), f, f.walker, stop)
	return err
}

// TestResumeAnywhere breaks a run at each of its steps, and one that goes on at each
// of its first ones, goes on with it, and wants the trials of a run that nothing
// broke.
func TestResumeAnywhere(t *testing.T) {
	t.Parallel()
	const perTrial = 11 // calls
	want, calls := simulated(t, false)
	if len(want) < 11 || calls < perTrial*len(want) {
		t.Fatalf("got %d trials in %d calls, want some after block 5 in which to break", len(want), calls)
	}
	var all [][]int
	for at := 1; at <= calls; at++ {
		all = append(all, []int{at})
	}
	for at := 1; at <= 5+perTrial; at++ { // the store's calls, a block's, and those of a trial
		all = append(all, []int{calls / 2, at})
	}
	for _, breaks := range all {
		for _, kill := range []bool{false, true} {
			got, _ := simulated(t, kill, breaks...)
			if why := differ(got, want); why != "" {
				t.Errorf("calls %v of %d, killed %v: %s", breaks, calls, kill, why)
			}
		}
	}
}

// differ says in what two lists of trials differ, but for their wall clock.
func differ(got, want []results.Trial) string {
	var a, b []string
	for _, t := range got {
		a = append(a, t.ID)
	}
	for _, t := range want {
		b = append(b, t.ID)
	}
	if !reflect.DeepEqual(a, b) {
		return "got " + strings.Join(a, " ") + ", want " + strings.Join(b, " ")
	}
	for i := range got {
		got[i].Started, got[i].Host = want[i].Started, want[i].Host
		if !reflect.DeepEqual(got[i], want[i]) {
			return "trial " + got[i].ID + " differs"
		}
	}
	return ""
}
