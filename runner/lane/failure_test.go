package lane_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/runner/lane"
)

func TestWithin(t *testing.T) {
	t.Parallel()
	broken, stopped := errors.New("broken"), errors.New("stopped")
	own := &lane.Failure{Err: errors.New("exit code 1"), Log: "its own"}
	for _, tt := range []struct {
		name  string
		takes time.Duration
		ends  error         // what the work ends with; nil for the cause of its context
		done  bool          // it ends without an error
		stop  time.Duration // after which the run is stopped; 0 for never
		fails bool          // with the timeout, and the log until then
		want  error
	}{
		{name: "in time", takes: time.Second, done: true},
		{name: "done as time is up", takes: time.Hour, done: true},
		{name: "fails in time", takes: time.Second, ends: own, want: own},
		{name: "breaks in time", takes: time.Second, ends: broken, want: broken},
		{name: "hangs", takes: time.Hour, fails: true},
		{name: "is killed and says so", takes: time.Hour, ends: broken, fails: true},
		{name: "run is stopped", takes: time.Hour, stop: time.Second, want: stopped},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, stop := context.WithCancelCause(t.Context())
				defer stop(nil)
				if tt.stop > 0 {
					time.AfterFunc(tt.stop, func() { stop(stopped) })
				}
				began := time.Now()
				err := lane.Within(ctx, time.Minute, func(ctx context.Context) error {
					select {
					case <-time.After(tt.takes):
					case <-ctx.Done():
					}
					switch {
					case tt.done:
						return nil
					case tt.ends != nil:
						return tt.ends
					}
					return context.Cause(ctx)
				}, func(late error) *lane.Failure { return &lane.Failure{Err: late, Log: "so far"} })
				if took := time.Since(began); took > time.Minute {
					t.Errorf("took %s", took)
				}
				if !tt.fails {
					if err != tt.want {
						t.Errorf("got %v, want %v", err, tt.want)
					}
					return
				}
				var failed *lane.Failure
				if !errors.As(err, &failed) || failed.Error() != "timeout after 1m0s" || failed.Log != "so far" || !errors.As(err, new(*runner.TimeoutError)) {
					t.Errorf("got %+v, want a failure for the timeout", err)
				}
			})
		})
	}
}

// TestClosed keeps what could not be removed from passing for a job that failed.
func TestClosed(t *testing.T) {
	t.Parallel()
	broken, stuck := errors.New("broken"), errors.New("cannot be removed")
	failed := &lane.Failure{Err: errors.New("exit code 1")}
	for _, tt := range []struct {
		err, closing error
		want         string // "" for none
		failure      bool
	}{
		{nil, nil, "", false},
		{failed, nil, "exit code 1", true},
		{broken, nil, "broken", false},
		{nil, stuck, "cannot be removed", false},
		{broken, stuck, "broken\ncannot be removed", false},
		{failed, stuck, "cannot be removed, after exit code 1", false},
	} {
		got := lane.Closed(tt.err, tt.closing)
		text := ""
		if got != nil {
			text = got.Error()
		}
		failure := (*lane.Failure)(nil)
		if text != tt.want || errors.As(got, &failure) != tt.failure || tt.closing != nil && !errors.Is(got, stuck) {
			t.Errorf("%v and %v: got %q", tt.err, tt.closing, text)
		}
	}
}
