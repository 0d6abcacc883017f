package venv

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cibench/cibench/runner/piplog"
	"github.com/cibench/cibench/runner/venv/job"
	"github.com/cibench/cibench/runner/venv/workflow"
)

// TestPip has a step from second 1 to 10 that prints a line a second.
func TestPip(t *testing.T) {
	t.Parallel()
	const pip = "Collecting a\n  Downloading a-1.whl\nInstalling collected packages: a\nSuccessfully installed a-1\n" +
		"Requirement already satisfied: a"
	parts := []string{"pip.resolve 1-3", "pip.install 3-4", "pip.resolve 5-5", "pip.build 10-10"}
	for _, tt := range []struct {
		name, script, output string
		dropped              int
		want                 []string
		installed            int64 // packages; -1 where that is not shown
	}{
		{"installation", "pip install a\npip install a", pip, 0, append([]string{"dependency-install 1-10"}, parts...), 1},
		{"some lines lost", "pip install a", pip, 1, []string{"dependency-install 1-10"}, -1},
		{"uv", "uv pip install a", "Resolved 1 package in 3ms\nInstalled 1 package in 2ms", 0, []string{"dependency-install 1-10"}, -1},
		{"nothing to install", "pip install a", "Requirement already satisfied: a", 0,
			[]string{"dependency-install 1-10", "pip.resolve 1-1", "pip.build 10-10", "pip.install 10-10"}, 0},
		{"no installation", "pytest", pip, 0, []string{"test 1-10"}, 0},
	} {
		begun := time.Unix(0, 0)
		at := func(second int) time.Time { return begun.Add(time.Duration(second) * time.Second) }
		step := job.Step{
			Number: 1, Name: "Step", Kind: workflow.KindRun, Text: tt.script, Outcome: workflow.Success,
			Started: at(1), Stopped: at(10), Dropped: tt.dropped,
		}
		for i, text := range strings.Split(tt.output, "\n") {
			step.Lines = append(step.Lines, piplog.Line{Time: at(i + 1), Text: text})
		}
		var got []string
		report := &job.Report{Started: begun, Steps: []job.Step{step}}
		if n, ok := (&Lane{}).installed(report); ok != (tt.installed >= 0) || ok && n != tt.installed {
			t.Errorf("%s: got %d packages, %t, want %d", tt.name, n, ok, tt.installed)
		}
		for _, s := range (&Lane{}).spans(report) {
			got = append(got, fmt.Sprintf("%s %g-%g", s.Phase, s.Start, s.Stop))
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}
