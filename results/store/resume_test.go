package store_test

import (
	"testing"
	"time"

	"github.com/cibench/cibench/results/store"
)

// TestResume goes on with a run that was killed, then interrupted, then killed
// again, and ends it.
func TestResume(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	rng := newRand()
	record(t, begin(t, s, newRun("r")), newTrial(0, 1, rng)) // and killed

	resume := func() *store.Recorder {
		t.Helper()
		r, err := s.ResumeRun(t.Context(), "r")
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	end := func(how store.How, reason string) {
		t.Helper()
		if err := s.EndRun(t.Context(), "r", how, reason); err != nil {
			t.Fatal(err)
		}
	}
	ended := func(want store.How) {
		t.Helper()
		sum, err := s.Summary(t.Context(), "r")
		if err != nil {
			t.Fatal(err)
		}
		if got := sum.End; got == nil && want != "" || got != nil && got.How != want {
			t.Errorf("got end %+v, want %q", got, want)
		}
	}
	ended("")
	r := resume()
	record(t, r, newTrial(1, 1, rng))
	ended("")
	end(store.Interrupted, "SIGINT")
	ended(store.Interrupted)
	if err := r.Record(t.Context(), newTrial(2, 1, rng)); err == nil {
		t.Error("a trial was recorded after the run's end")
	}
	if err := s.EndRun(t.Context(), "r", store.Complete, ""); err == nil {
		t.Error("the run ended twice")
	}
	late := func(want bool) {
		t.Helper()
		at, err := s.OutOfTimeAt(t.Context(), "r")
		if err != nil || at.IsZero() == want || want && time.Since(at).Abs() > time.Minute {
			t.Errorf("got out of time at %v, %v, want %t", at, err, want)
		}
	}
	late(false)
	resume()
	end(store.OutOfTime, "the time is up")
	ended(store.OutOfTime)
	late(true)
	resume() // and killed
	ended("")
	late(true)
	record(t, resume(), newTrial(2, 1, rng))
	end(store.Complete, "")
	ended(store.Complete)
	if _, err := s.ResumeRun(t.Context(), "r"); err == nil {
		t.Error("a complete run was resumed")
	}
	if _, err := s.ResumeRun(t.Context(), "none"); err == nil {
		t.Error("a run was resumed that there is not")
	}
	if trials, err := s.Trials(t.Context(), "r"); err != nil || len(trials) != 3 {
		t.Errorf("got %d trials, %v, want 3", len(trials), err)
	}
}

// TestConfirms keeps a run that confirms another out of the way of who asks for
// the latest.
func TestConfirms(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	begin(t, s, newRun("own"))
	fresh := newRun("fresh")
	fresh.Started, fresh.Confirms = epoch.Add(time.Hour), "own"
	begin(t, s, fresh)
	if run, err := s.Run(t.Context(), store.Latest); err != nil || run.ID != "own" || run.Confirms != "" {
		t.Errorf("got latest run %+v, %v, want the one of its own", run, err)
	}
	if run, err := s.Run(t.Context(), "fresh"); err != nil || run.Confirms != "own" {
		t.Errorf("got %+v, %v, want what it confirms", run, err)
	}
	if runs, err := s.Runs(t.Context()); err != nil || len(runs) != 2 || runs[0].Confirms != "own" {
		t.Errorf("got %+v, %v, want both, and what the newer one confirms", runs, err)
	}
}
