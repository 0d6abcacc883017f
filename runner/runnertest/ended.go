package runnertest

import (
	"context"
	"testing"
	"time"
)

// What an executor may take to notice that its context ended: the contract's
// second, and more for a busy machine.
const promptly = 6 * time.Second

// underWay is how long a build runs before its context ends.
const underWay = time.Second

// ended returns a context that has ended.
func ended(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

// wantPrompt fails the test when more time than allowed passed since then.
func wantPrompt(t *testing.T, what string, since time.Time) {
	t.Helper()
	if took := time.Since(since); took > promptly {
		t.Errorf("%s came back %s after its context ended, want at most %s", what, took, promptly)
	}
}

// refusesToPrepare also shows that a trial whose Prepare failed is restored.
func (s *suite) refusesToPrepare(t *testing.T) {
	tr := s.trial(s.Variant, s.primedState(t))
	start := time.Now()
	if err := s.Executor.Prepare(ended(t), tr); err == nil {
		t.Error("Prepare: got no error of an ended context")
	}
	wantPrompt(t, "Prepare", start)
	s.restore(t, tr)
}

func (s *suite) refusesToExecute(t *testing.T) {
	tr := s.trial(s.Variant, s.States[0])
	s.prepare(t, tr)
	start := time.Now()
	attempt, err := s.Executor.Execute(ended(t), tr)
	if err == nil && attempt.Failure == "" {
		t.Error("Execute: got a success of an ended context")
	}
	wantPrompt(t, "Execute", start)
	s.restore(t, tr)
}

// stopsExecuting ends the context of a build that is under way. One that was
// done before that is fine too.
func (s *suite) stopsExecuting(t *testing.T) {
	tr := s.trial(s.Variant, s.States[0])
	s.prepare(t, tr)
	end := time.Now().Add(underWay)
	ctx, cancel := context.WithDeadline(t.Context(), end)
	defer cancel()
	_, err := s.Executor.Execute(ctx, tr)
	if err != nil && ctx.Err() == nil {
		t.Errorf("Execute: %v", err)
	}
	wantPrompt(t, "Execute", end)
	s.restore(t, tr)
}

func (s *suite) restoresTwice(t *testing.T) {
	tr := s.trial(s.Variant, s.States[0])
	s.prepare(t, tr)
	s.restore(t, tr)
	s.restore(t, tr)
}
