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

// A faulty is an executor, chooser and progress in one that breaks at one of its
// calls: it fails there, or is as good as killed.
type faulty struct {
	runner.Executor
	runner.Chooser
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

// Started and Finished are called right before and after a trial: there it can
// only be killed.
func (f *faulty) Started(plan.Trial, runner.Remaining) { f.killed() }

func (f *faulty) Finished(results.Trial, runner.Remaining) { f.killed() }

func (f *faulty) killed() {
	if err := f.call(); err != nil {
		panic(errKilled)
	}
}

// simulated walks a run of the study in a store of its own, in as many attempts
// as it takes, and breaks at the call of that number.
func simulated(t *testing.T, at int, kill bool) (trials []results.Trial, calls int) {
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
	for attempt := 1; ; attempt++ {
		st, err := store.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		job := study.Jobs[0]
		clock := sim.NewClock(w.run.Started)
		ex, err := sim.New(sim.Config{Study: study.Study, Files: study.files, Job: job, Seed: p.Seed, Clock: clock})
		if err != nil {
			t.Fatal(err)
		}
		stop := newStopper(st, w.run, p, func(string) {})
		f := &faulty{Executor: ex, Chooser: stop, at: at, kill: kill}
		walker := &runner.Walker{Executors: map[string]runner.Executor{job.Name: f}, Timeout: time.Hour, Clock: clock, Progress: f, Chooser: f}
		if err = walkOrDie(t, w, st, walker, stop); err != nil && !errors.Is(err, errKilled) && f.running != 0 {
			t.Errorf("call %d: %d trials were left unrestored", at, f.running)
		}
		if err == nil {
			trials, err = st.Trials(t.Context(), w.run.ID)
			if err != nil {
				t.Fatal(err)
			}
			return trials, f.calls
		}
		if attempt > 1 {
			t.Fatalf("call %d: the resumed run ends with %v", at, err)
		}
		if err := st.Close(); err != nil {
			t.Fatal(err)
		}
		at, w.resumed = 0, true
	}
}

// walkOrDie walks and returns errKilled when it was killed.
func walkOrDie(t *testing.T, w *work, st *store.Store, walker *runner.Walker, stop *stopper) (err error) {
	defer func() {
		if r := recover(); r == errKilled {
			err = errKilled
		} else if r != nil {
			panic(r)
		}
	}()
	_, err = w.walk(t.Context(), st, walker, stop)
	return err
}

// TestResumeAnywhere breaks a run at each of its steps, goes on with it, and
// wants the trials of a run that nothing broke.
func TestResumeAnywhere(t *testing.T) {
	t.Parallel()
	want, calls := simulated(t, 0, false)
	if len(want) < 11 || calls < 6*len(want) {
		t.Fatalf("got %d trials in %d calls, want some after block 5 in which to break", len(want), calls)
	}
	for at := 1; at <= calls; at++ {
		for _, kill := range []bool{false, true} {
			got, _ := simulated(t, at, kill)
			if why := differ(got, want); why != "" {
				t.Errorf("call %d of %d, killed %v: %s", at, calls, kill, why)
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
