package venv

import (
	"fmt"
	"strings"

	"github.com/cibench/cibench/runner/lane"
	"github.com/cibench/cibench/runner/venv/job"
	"github.com/cibench/cibench/runner/venv/workflow"
)

// failureOf names the step that failed the job.
func failureOf(r *job.Report) error {
	for _, s := range r.Steps {
		if s.Conclusion != workflow.Failure {
			continue
		}
		if s.Error != "" {
			return fmt.Errorf("step %q failed: %s", s.Name, s.Error)
		}
		return fmt.Errorf("step %q failed with exit code %d", s.Name, s.ExitCode)
	}
	return fmt.Errorf("the job ended as %s", r.Outcome)
}

// logOf returns the end of what the job printed: of the steps that failed, or
// of all when none did.
func logOf(r *job.Report) string {
	if r == nil {
		return ""
	}
	var failed, all []string
	for _, s := range r.Steps {
		for _, l := range s.Lines {
			all = append(all, l.Text)
			if s.Conclusion == workflow.Failure {
				failed = append(failed, l.Text)
			}
		}
	}
	if len(failed) == 0 {
		failed = all
	}
	return strings.Join(failed[max(0, len(failed)-lane.LogLines):], "\n")
}
