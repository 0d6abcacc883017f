package job

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/engine/enginetest"
	"github.com/cibench/cibench/runner/runnertest"
	"github.com/cibench/cibench/runner/service/actionscache"
	"github.com/cibench/cibench/runner/service/actionscache/entry"
	"github.com/cibench/cibench/runner/service/pypi"
	"github.com/cibench/cibench/runner/service/servicetest"
	"github.com/cibench/cibench/runner/venv/workflow"
	"github.com/cibench/cibench/runner/venv/workflow/expr"
)

// A rig is an engine with a base image, and the services of a job. It is shared
// by the tests that Test runs one after the other, which have caches of their
// own.
type rig struct {
	engine   *engine.Engine
	image    string
	program  string
	index    *pypi.Index
	indexURL string
	cache    *actionscache.Cache
	cacheURL string
	trials   int
}

func newRig(t *testing.T, e *engine.Engine) *rig {
	t.Helper()
	r := &rig{engine: e, image: enginetest.Base(t, e, "3.11-slim"), program: enginetest.Program(t)}
	r.index, r.indexURL = servicetest.Index(t)
	r.cache, r.cacheURL = servicetest.Cache(t)
	return r
}

// project is a project's files by path.
type project map[string]string

// with returns the project with a file changed.
func (p project) with(name, text string) project {
	other := project{name: text}
	for n, s := range p {
		if n != name {
			other[n] = s
		}
	}
	return other
}

// config returns the config of the job "job" of a workflow whose text begins
// below "steps:".
func (r *rig) config(t *testing.T, p project, steps string) Config {
	t.Helper()
	dir := t.TempDir()
	runnertest.WriteTree(t, dir, p)
	f, err := workflow.Parse("ci.yml", []byte("on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n"+steps))
	if err != nil {
		t.Fatal(err)
	}
	j, err := f.Job("job", nil)
	if err != nil {
		t.Fatal(err)
	}
	token, err := r.cache.Token(entry.Branch("refs/heads/main", "refs/heads/main")...)
	if err != nil {
		t.Fatal(err)
	}
	github := expr.NewObject()
	github.Set("ref", "refs/heads/main")
	github.Set("repository", "example/project")
	github.Set("event", expr.NewObject())
	r.trials++
	return Config{
		Engine: r.engine, Image: r.image, Program: r.program, Job: j, Host: workflow.Host{GitHub: github},
		Project: dir, Dir: filepath.Join(t.TempDir(), "disk"+strconv.Itoa(r.trials)),
		Cache: CacheService{URL: r.cacheURL, Token: token},
		Files: map[string]string{
			"/etc/pip.conf":   "[global]\nindex-url = " + r.indexURL + "\ntrusted-host = 127.0.0.1\ndisable-pip-version-check = true\n",
			"/etc/uv/uv.toml": "offline = false\n",
		},
	}
}

// boot starts a machine that is closed with the test.
func boot(t *testing.T, cfg Config) *Machine {
	t.Helper()
	m, err := Boot(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Errorf("close: %v", err)
		}
		if _, err := os.Stat(cfg.Dir); err == nil {
			t.Errorf("the job's disk is still there")
		}
	})
	return m
}

// ran boots a machine and runs its job.
func ran(t *testing.T, cfg Config) (*Machine, *Report) {
	t.Helper()
	m := boot(t, cfg)
	r, err := m.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	checkTimes(t, r)
	return m, r
}

// checkTimes holds the times of a report against each other.
func checkTimes(t *testing.T, r *Report) {
	t.Helper()
	last := r.Started
	for _, s := range r.Steps {
		if s.Started.Before(last) || s.Stopped.Before(s.Started) || s.Stopped.After(r.Stopped) {
			t.Errorf("%s: from %s to %s, after %s", s.Name, s.Started, s.Stopped, last)
		}
		last = s.Stopped
		for _, l := range s.Lines {
			if l.Time.Before(s.Started) || l.Time.After(s.Stopped) {
				t.Errorf("%s: a line at %s, outside of the step: %s", s.Name, l.Time, l.Text)
			}
		}
		for _, c := range s.Caches {
			for _, p := range c.Times {
				if p.Start.Before(s.Started) || p.Stop.Before(p.Start) || p.Stop.After(s.Stopped) {
					t.Errorf("%s: %s from %s to %s, outside of the step", s.Name, p.Part, p.Start, p.Stop)
				}
			}
		}
	}
}

// summary returns the steps with what they came to.
func summary(r *Report) string {
	var b strings.Builder
	for _, s := range r.Steps {
		b.WriteString(s.Name + ": " + string(s.Outcome))
		if s.Conclusion != s.Outcome {
			b.WriteString(" as " + string(s.Conclusion))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// log returns what a report's steps printed.
func log(r *Report) string {
	var b strings.Builder
	for _, s := range r.Steps {
		b.WriteString("== " + s.Name + "\n" + text(s))
	}
	return b.String()
}

func text(s Step) string {
	var b strings.Builder
	for _, l := range s.Lines {
		b.WriteString(l.Text + "\n")
	}
	return b.String()
}

// named returns the step of that name.
func named(t *testing.T, r *Report, name string) Step {
	t.Helper()
	for _, s := range r.Steps {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no step %q in\n%s", name, summary(r))
	return Step{}
}
