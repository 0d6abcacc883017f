package venv

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/lane"
	"github.com/cibench/cibench/runner/project"
	"github.com/cibench/cibench/runner/provision"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
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

// Images reads the workflows of the job's variants of these names, as Supply
// does, without an engine, and returns the references of the images that their
// jobs need. Trials are those that will be run.
func Images(study *scenarios.Study, files fs.FS, job scenarios.Job, trials []plan.Trial, variants []string) ([]string, error) {
	l, err := New(Config{Config: lane.Config{Study: study, Files: files, Job: job}, Trials: trials})
	if err != nil {
		return nil, err
	}
	pythons, err := l.pythons(variants)
	var refs []string
	for _, python := range pythons {
		refs = append(refs, base(python))
	}
	return refs, err
}

// Supply gets the images that the variants' jobs need, also on the trees of
// trials that set up another Python, and puts them into the engine. It is
// called once, before the first trial.
func (l *Lane) Supply(ctx context.Context, variants []string) error {
	pythons, err := l.pythons(variants)
	if err != nil {
		return err
	}
	for _, python := range pythons {
		if _, err := l.imageOf(ctx, python); err != nil {
			return fmt.Errorf("job %s: %w", l.Job.Name, err)
		}
	}
	return nil
}

// pythons returns the Python versions that the variants' jobs set up, each read
// as jobsOf does. Its error joins those of all variants.
func (l *Lane) pythons(variants []string) ([]string, error) {
	if err := l.checkRules(); err != nil {
		return nil, err
	}
	var all []string
	var errs []error
	for _, name := range variants {
		v, err := l.Job.Variant(name)
		if err != nil {
			return nil, err
		}
		jobs, err := l.jobsOf(v)
		for _, j := range jobs {
			if v.Persistence == scenarios.Persistent {
				err = errors.Join(err, inPlace(v.Workflow, j.Job))
			}
			python, noPython := j.python()
			err = errors.Join(err, noPython)
			all = append(all, python)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("variant %s: %w", v.Name, err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return all, nil
}

// jobsOf returns the variant's job as it stands in the project, and on the
// trees of its trials that set up another Python or run for another branch.
func (l *Lane) jobsOf(v scenarios.Variant) ([]variantJob, error) {
	own, err := l.jobOf(v, plan.Trial{State: scenarios.Cold})
	if err != nil {
		return nil, err
	}
	all := []variantJob{own}
	for _, t := range l.Trials {
		if t.Job != l.Job.Name || t.Variant != v.Name || t.State != scenarios.PythonBump && t.State != scenarios.OtherBranch {
			continue
		}
		changed, err := l.jobOf(v, t)
		if err != nil {
			return nil, fmt.Errorf("state %s: %w", t.State, err)
		}
		all = append(all, changed)
	}
	return all, nil
}

// jobOf returns the variant's job as it stands in a trial's tree.
func (l *Lane) jobOf(v scenarios.Variant, t plan.Trial) (variantJob, error) {
	tree, err := project.Tree(l.Study, l.Files, t)
	if err != nil {
		return variantJob{}, err
	}
	return l.read(tree, v, branchOf(t.State))
}

// imageFor returns the image that a job runs in, as imageOf does.
func (l *Lane) imageFor(ctx context.Context, j variantJob) (baseImage, error) {
	python, err := j.python()
	if err != nil {
		return baseImage{}, err
	}
	return l.imageOf(ctx, python)
}

// imageOf returns the image of a Python version, after putting it into the
// engine.
func (l *Lane) imageOf(ctx context.Context, python string) (baseImage, error) {
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

// bases returns the images that the lane's jobs run in.
func (l *Lane) bases() lane.Bases {
	var all lane.Bases
	for _, python := range slices.Sorted(maps.Keys(l.images)) {
		all = append(all, l.images[python].Image)
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
