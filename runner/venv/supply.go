package venv

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/lane"
	"github.com/cibench/cibench/runner/provision"
	"github.com/cibench/cibench/runner/venv/workflow"
	"github.com/cibench/cibench/scenarios"
)

// defaultPython is the Python of jobs that set up none.
const defaultPython = "3.11"

// base is the image for a Python version. Like a hosted runner, and unlike the
// slim one, it has compilers.
func base(python string) string { return "docker.io/library/python:" + python }

// A baseImage is an image with the name that the engine has for it.
type baseImage struct {
	provision.Image
	engine string
}

// Supply gets the images that the variants' jobs need, also on the trees of
// trials that set up another Python, and puts them into the engine. It is
// called once, before the first trial.
func (l *Lane) Supply(ctx context.Context, variants []string) error {
	project, err := fs.Sub(l.Files, l.Study.Project)
	if err != nil {
		return err
	}
	for _, name := range variants {
		v, err := l.variant(name)
		if err != nil {
			return err
		}
		jobs, err := l.jobsOf(project, v)
		if err != nil {
			return fmt.Errorf("variant %s: %w", v.Name, err)
		}
		for _, job := range jobs {
			if _, err := l.imageFor(ctx, job); err != nil {
				return fmt.Errorf("variant %s: %w", v.Name, err)
			}
		}
	}
	return nil
}

// jobsOf returns the variant's job as it stands in the project, and where some
// trial edits the workflow, as that leaves it.
func (l *Lane) jobsOf(project fs.FS, v scenarios.Variant) ([]*workflow.Job, error) {
	job, err := l.read(project, v)
	if err != nil {
		return nil, err
	}
	all := []*workflow.Job{job}
	for _, t := range l.Trials {
		if t.Job != l.Job.Name || t.Variant != v.Name || !t.State.NeedsMutation() {
			continue
		}
		changed, err := l.Study.Mutations[t.State].Apply(project, t.ID)
		if err != nil {
			return nil, err
		}
		data, ok := changed[v.Workflow]
		if !ok {
			continue
		}
		if job, err = l.parse(v, data); err != nil {
			return nil, fmt.Errorf("state %s: %w", t.State, err)
		}
		all = append(all, job)
	}
	return all, nil
}

// imageFor returns the image that a job runs in, after putting it into the
// engine.
func (l *Lane) imageFor(ctx context.Context, job *workflow.Job) (baseImage, error) {
	python, err := l.pythonOf(job)
	if err != nil {
		return baseImage{}, err
	}
	if img, ok := l.images[python]; ok {
		return img, nil
	}
	img, err := l.Images.Get(ctx, base(python))
	if err != nil {
		return baseImage{}, err
	}
	b := baseImage{Image: img}
	if b.engine, err = l.Engine.KeepImage(ctx, "python-"+python, img.Digest, img.Image); err != nil {
		return baseImage{}, err
	}
	l.images[python] = b
	return b, nil
}

// pythonOf returns the version that the job sets up. What comes before that
// step is taken to succeed.
func (l *Lane) pythonOf(job *workflow.Job) (string, error) {
	p, err := job.Start(hostOf(mainBranch))
	if err != nil {
		return "", err
	}
	for _, step := range job.Steps {
		task, err := p.Begin(step)
		if err != nil {
			return "", err
		}
		if version := task.Inputs["python-version"]; task.Runs && step.Kind == workflow.KindSetupPython && version != "" {
			return version, nil
		}
		if err := p.Finish(task, workflow.Result{Outcome: workflow.Success}); err != nil {
			return "", err
		}
	}
	return defaultPython, nil
}

// bases returns the images that the lane's jobs run in.
func (l *Lane) bases() lane.Bases {
	var all lane.Bases
	for _, img := range l.images {
		all = append(all, img.Image)
	}
	return all
}

// Facts returns what the lane adds to a run's environment. It is called after
// Supply.
func (l *Lane) Facts(context.Context) (results.Environment, error) {
	env := lane.EngineFacts(l.Engine.Info())
	env["index.url"] = l.IndexURL
	return env, l.bases().Facts(l.Images, env)
}

// ImageDigests returns the digests of all images that the lane's jobs use.
func (l *Lane) ImageDigests() []string { return l.bases().Digests() }

// Upstream returns the index that an image's own pip names.
func (l *Lane) Upstream() (string, error) { return l.bases().Upstream(l.Images) }
