package catalog_test

import (
	"bytes"
	"cmp"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/catalog"
	"github.com/cibench/cibench/scenarios/plan"
	"github.com/cibench/cibench/scenarios/target"
)

func open(t *testing.T, name string) fs.FS {
	t.Helper()
	fsys, err := catalog.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	return fsys
}

// documented are the studies that test what a document says.
var documented = []string{"starter", "tradeengine"}

func parse(t *testing.T, name string) *scenarios.Study {
	t.Helper()
	study, err := scenarios.Parse(open(t, name), catalog.StudyFile)
	if err != nil {
		t.Fatal(err)
	}
	return study
}

func TestStudies(t *testing.T) {
	t.Parallel()
	cutoff := time.Date(2025, time.October, 16, 0, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		name     string
		states   []scenarios.State
		variants []string
	}{
		{
			"starter",
			[]scenarios.State{scenarios.Cold, scenarios.Warm, scenarios.CodeChange, scenarios.DepsBump},
			[]string{"before", "after"},
		},
		{
			"tradeengine",
			scenarios.LaneImage.States(),
			[]string{"before", "after", "after-no-cache-dir", "after-fixed", "hosted-before", "hosted-after", "hosted-after-fixed", "hosted-after-carried",
				"hosted-none", "hosted-gha-min", "hosted-registry", "hosted-inline", "hosted-local", "before-compiled", "after-compiled", "before-alpine", "after-alpine"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			study := parse(t, tc.name)
			if study.Name != tc.name {
				t.Errorf("name is %q, want %q", study.Name, tc.name)
			}
			if !study.Index.Cutoff.Equal(cutoff) {
				t.Errorf("cut-off is %v, want %v", study.Index.Cutoff, cutoff)
			}
			if study.Targets != target.BuildTimeDocument {
				t.Errorf("targets are %q, want %q", study.Targets, target.BuildTimeDocument)
			}
			job := study.Jobs[0]
			if job.Name != "build-and-push" || job.Baseline != "before" {
				t.Errorf("job %q with baseline %q, want build-and-push with before", job.Name, job.Baseline)
			}
			if !slices.Equal(job.States, tc.states) {
				t.Errorf("states are %v, want %v", job.States, tc.states)
			}
			var variants []string
			for _, v := range job.Variants {
				variants = append(variants, v.Name)
			}
			if !slices.Equal(variants, tc.variants) {
				t.Errorf("variants are %v, want %v", variants, tc.variants)
			}
		})
	}
}

// A quick selection has what the document speaks of in every job of its
// pipeline: before, the first run after, and a cached one. It needs nothing
// that is not on every machine.
func TestQuick(t *testing.T) {
	t.Parallel()
	for _, name := range documented {
		study := parse(t, name)
		if study.Quick == nil {
			t.Errorf("%s has no quick selection", name)
			continue
		}
		p, err := plan.New(study, plan.Options{Quick: true, Unavailable: map[scenarios.Need]string{scenarios.NeedImagePull: "test"}})
		if err != nil || len(p.Skipped) > 0 {
			t.Errorf("%s: got %v skipped, %v", name, p.Skipped, err)
		}
		if n := len(p.Trials); n > 24 {
			t.Errorf("%s: %d trials are not quick", name, n)
		}
		held := map[string]bool{}
		for _, trial := range p.Trials {
			state := "cached"
			if trial.State == scenarios.Cold {
				state = "cold"
			}
			v, _ := study.Variant(trial.Job, trial.Variant)
			held[trial.Job+"/"+cmp.Or(v.DocumentedAs, v.Name)+"/"+state] = true
		}
		for _, job := range study.Pipelines[0].Jobs {
			for _, cell := range []string{"/before/cached", "/after/cold", "/after/cached"} {
				if !held[job+cell] {
					t.Errorf("%s: the quick selection lacks %s%s", name, job, cell)
				}
			}
		}
	}
}

// The documented pipeline is that of the project: its jobs run one after the
// other, in that order, by the workflow of each of its variants. Both documented
// studies declare it.
func TestPipelines(t *testing.T) {
	t.Parallel()
	const pipeline = "pipeline"
	for _, name := range documented {
		study := parse(t, name)
		project, err := fs.Sub(open(t, name), study.Project)
		if err != nil {
			t.Fatal(err)
		}
		if len(study.Pipelines) != 1 || study.Pipelines[0].Name != pipeline {
			t.Fatalf("%s: got pipelines %+v, want one, named %s", name, study.Pipelines, pipeline)
		}
		p := study.Pipelines[0]
		for _, variant := range p.Variants {
			for _, cell := range variant.Runs[0].Cells {
				v, _ := study.Variant(cell.Job, cell.Variant)
				if v.Workflow == "" {
					continue
				}
				needs := needsOf(t, project, v.Workflow)
				for i, before := range p.Jobs[:len(p.Jobs)-1] {
					if next := p.Jobs[i+1]; needs[next] != before {
						t.Errorf("%s: %s runs %s after %s, in %s it needs %q", name, p.Name, next, before, v.Workflow, needs[next])
					}
				}
				if first := p.Jobs[0]; needs[first] != "" {
					t.Errorf("%s: %s begins with %s, in %s it needs %q", name, p.Name, first, v.Workflow, needs[first])
				}
			}
		}
	}
}

// needsOf returns the job that each job of a workflow waits for.
func needsOf(t *testing.T, project fs.FS, file string) map[string]string {
	t.Helper()
	data, err := fs.ReadFile(project, file)
	if err != nil {
		t.Fatal(err)
	}
	var workflow struct {
		Jobs map[string]struct{ Needs string }
	}
	if err := yaml.Unmarshal(data, &workflow); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	needs := map[string]string{}
	for job, w := range workflow.Jobs {
		needs[job] = w.Needs
	}
	return needs
}

// A variant that fetches system packages cannot run where only the package
// index answers, and says so.
func TestOnlyAlpineFetchesMoreThanPackages(t *testing.T) {
	t.Parallel()
	for _, name := range catalog.Studies() {
		study := parse(t, name)
		project, err := fs.Sub(open(t, name), study.Project)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range study.Jobs[0].Variants {
			data, err := fs.ReadFile(project, v.Dockerfile)
			if err != nil {
				t.Fatal(err)
			}
			fetches := bytes.Contains(data, []byte("apk add")) || bytes.Contains(data, []byte("apt-get"))
			needs := slices.Contains(v.Needs, scenarios.NeedImagePull)
			if fetches != needs {
				t.Errorf("%s/%s: installs system packages: %t, needs image-pull: %t", name, v.Name, fetches, needs)
			}
		}
	}
}

// A build context must hold the files whose names go:embed leaves out by
// default, and nothing that a test run in the tree left behind.
func TestTreesAreWholeAndClean(t *testing.T) {
	t.Parallel()
	for _, name := range catalog.Studies() {
		fsys := open(t, name)
		files := []string{".dockerignore", ".github/workflows/ci-cd.before.yml", ".github/workflows/ci-cd.after.yml", "tests/__init__.py"}
		if !slices.Contains(documented, name) {
			files = nil
		}
		for _, file := range files {
			if _, err := fs.Stat(fsys, path.Join("project", file)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		err := fs.WalkDir(fsys, ".", func(file string, _ fs.DirEntry, err error) error {
			base := path.Base(file)
			for _, left := range []string{"__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".venv", ".coverage"} {
				if base == left {
					t.Errorf("%s: %s does not belong into the tree", name, file)
				}
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func TestDigestIsStable(t *testing.T) {
	t.Parallel()
	digests := map[string]bool{}
	for _, name := range catalog.Studies() {
		first, second := parse(t, name).Digest, parse(t, name).Digest
		if first != second || first == "" {
			t.Errorf("%s: digests %q and %q of the same tree", name, first, second)
		}
		digests[first] = true
	}
	if len(digests) != len(catalog.Studies()) {
		t.Errorf("%d digests of %d studies", len(digests), len(catalog.Studies()))
	}
}

func TestOpenUnknown(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "..", "starter/project", "petstore"} {
		_, err := catalog.Open(name)
		var hinted interface{ Hint() string }
		if !errors.As(err, &hinted) {
			t.Errorf("Open(%q): error %v, want one with a hint", name, err)
			continue
		}
		for _, known := range catalog.Studies() {
			if name == "petstore" && !strings.Contains(hinted.Hint(), known) {
				t.Errorf("Open(%q): hint %q does not name %s", name, hinted.Hint(), known)
			}
		}
	}
}
