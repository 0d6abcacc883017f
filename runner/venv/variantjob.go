package venv

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"

	"github.com/cibench/cibench/runner/venv/job"
	"github.com/cibench/cibench/runner/venv/workflow"
	"github.com/cibench/cibench/runner/venv/workflow/expr"
	"github.com/cibench/cibench/runner/venv/workflow/glob"
	"github.com/cibench/cibench/scenarios"
)

// A variantJob is a variant's job as it stands in one project tree.
type variantJob struct {
	*workflow.Job
	tree   fs.FS
	matrix *expr.Object // the combination that is run; nil for a job without a matrix
}

// read reads the variant's job in a tree. One that does not run for the branch,
// or not on Linux, is an error.
func (l *Lane) read(tree fs.FS, v scenarios.Variant, branch string) (variantJob, error) {
	data, err := fs.ReadFile(tree, v.Workflow)
	if err != nil {
		return variantJob{}, fmt.Errorf("workflow: %w", err)
	}
	f, err := workflow.Parse(v.Workflow, data)
	if err != nil {
		return variantJob{}, err
	}
	j := variantJob{tree: tree}
	if j.Job, err = f.Job(cmp.Or(v.WorkflowJob, l.Job.Name), l.steps); err != nil {
		return variantJob{}, err
	}
	// Of one branch alone, so that all of a variant's runs have one combination.
	if j.matrix, err = j.Choose(j.host(mainBranch), v.Matrix); err != nil {
		return variantJob{}, err
	}
	return j, errors.Join(j.CheckEnabled(j.host(branch)), j.CheckRunner(j.host(branch)))
}

// host is what the job finds when it runs for a branch. The jobs that it needs
// have succeeded, and put out nothing.
func (j variantJob) host(branch string) workflow.Host {
	needs := expr.NewObject()
	for _, id := range j.Needs {
		need := expr.NewObject()
		need.Set("result", string(workflow.Success))
		need.Set("outputs", expr.NewObject())
		needs.Set(id, need)
	}
	return workflow.Host{
		GitHub: gitHub(branch), Needs: needs, Matrix: j.matrix,
		Tree: glob.Tree{FS: j.tree, Dir: job.Workspace, Home: job.Home},
	}
}

// python returns the version that the job sets up. What comes before that step
// is taken to succeed.
func (j variantJob) python() (string, error) {
	p, err := j.Start(j.host(mainBranch))
	if err != nil {
		return "", err
	}
	for _, step := range j.Steps {
		task, err := p.Begin(step)
		if err != nil {
			return "", err
		}
		if task.Runs && step.Kind == workflow.KindSetupPython {
			version, err := task.Python(j.tree)
			if err != nil {
				return "", fmt.Errorf("step %q: %w", step.Name, err)
			}
			if version != "" {
				return version, nil
			}
		}
		if err := p.Finish(task, workflow.Result{Outcome: workflow.Success}); err != nil {
			return "", err
		}
	}
	return defaultPython, nil
}
