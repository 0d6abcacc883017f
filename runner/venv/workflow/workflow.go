// Package workflow reads one job of a GitHub Actions workflow file and says,
// step by step, what a runner would do.
//
// It does nothing itself: no file is written, no process started, no clock
// read. A Job holds its steps with their expressions unevaluated; a Progress,
// which its caller advances with what each step came to, evaluates them
// against contexts that grow as the job runs.
//
// What is read is a subset, and the rest is an error with its file, line and
// step, because a job that leaves out a step measures another job:
//
//   - steps with run, in bash, sh, python or a command with {0}, and steps
//     that use actions/checkout of the workflow's own repository and commit,
//     actions/setup-python with or without pip's cache, actions/cache and its
//     halves restore and save, of any version
//   - of a step: id, name, if, env, with, shell, working-directory,
//     continue-on-error and timeout-minutes
//   - of a job and workflow: env, defaults, needs, if, runs-on and
//     strategy.matrix
//
// Any other step has to be skipped or replaced by a Rule. Containers, services,
// reusable workflows and runners other than Linux are errors. Of a job,
// timeout-minutes, continue-on-error, concurrency, permissions, environment and
// outputs have no effect.
package workflow

import (
	"slices"

	"github.com/rhysd/actionlint"
)

// File is a workflow file. It is safe for concurrent use.
type File struct {
	source *source
	tree   *actionlint.Workflow
}

// Parse reads a workflow file; name stands in errors. A file with mistakes
// gives them all, joined, each an *Error.
func Parse(name string, data []byte) (*File, error) {
	src, err := newSource(name, data)
	if err != nil {
		return nil, err
	}
	tree, problems := actionlint.Parse(data)
	if len(problems) > 0 || tree == nil {
		return nil, src.refused(problems)
	}
	return &File{src, tree}, nil
}

// Jobs returns the ids of the jobs, in the order of the file.
func (f *File) Jobs() []string {
	var jobs []*actionlint.Job
	for _, job := range f.tree.Jobs {
		jobs = append(jobs, job)
	}
	slices.SortFunc(jobs, func(a, b *actionlint.Job) int { return comparePos(a.ID.Pos, b.ID.Pos) })
	ids := make([]string, len(jobs))
	for i, job := range jobs {
		ids[i] = job.ID.Value
	}
	return ids
}
