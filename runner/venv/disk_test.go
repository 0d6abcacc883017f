package venv

import (
	"errors"
	"strings"
	"testing"

	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/host"
	"github.com/cibench/cibench/runner/lane"
	"github.com/cibench/cibench/runner/venv/job"
	"github.com/cibench/cibench/runner/venv/workflow"
	"github.com/cibench/cibench/scenarios/plan"
)

// TestFullDisk has no room for a job's copies or for what it leaves, as there
// never is in /proc: no trial begins, and a job that failed is no outcome.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	broken := errors.New("the container is gone")
	report := &job.Report{Outcome: workflow.Failure, Steps: []job.Step{{Name: "Install", Conclusion: workflow.Failure, ExitCode: 1}}}
	for name, cfg := range map[string]Config{
		"copies": {Config: lane.Config{Dir: "/proc"}, States: t.TempDir()},
		"states": {Config: lane.Config{Dir: t.TempDir()}, States: "/proc/states"},
	} {
		cfg.Engine = &engine.Engine{}
		l := &Lane{Config: cfg}
		for what, tt := range map[string]struct {
			err  error
			says string
		}{
			"prepare":         {l.Prepare(t.Context(), plan.Trial{ID: "t", Variant: "before"}), ""},
			"a failed job":    {l.judge(&session{report: report}, nil), `step "Install" failed with exit code 1`},
			"a broken engine": {l.judge(&session{}, broken), broken.Error()},
		} {
			full, failed := (*host.DiskError)(nil), (*lane.Failure)(nil)
			if !errors.As(tt.err, &full) || errors.As(tt.err, &failed) || !strings.Contains(tt.err.Error(), tt.says) {
				t.Errorf("%s, %s: got %v, want a *host.DiskError beside %q", name, what, tt.err, tt.says)
			}
		}
	}
}
