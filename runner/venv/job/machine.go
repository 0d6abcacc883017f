// Package job runs one job of a workflow in one container, as a GitHub runner
// would, and reports what each step did and when.
//
// It knows nothing of scenarios, cache states or trials. Its one invariant is
// that the job sees nothing of the host but what its Config names: the image,
// the project, the services on loopback.
//
// The container's disk is the image's, but for the home folder, which holds the
// workspace and pip's cache as on a hosted runner. It is one directory of the
// host, for two reasons. Home and workspace have to be one file system and one
// mount, or uv, which links files from its cache into the environment, copies
// them instead; and the harness evaluates hashFiles while the job runs. Below
// it everything but Temp is root's, the user of all steps: pip keeps no cache in
// a home of another user, and git trusts no checkout of one. The harness need
// not be root, but has to be able to read what hashFiles matches.
//
// What is not as on a hosted runner: there is no sudo and no user besides root;
// workflow commands in the output change nothing, and a step that prints one
// which would change its outputs or environment fails; a step beyond
// its timeout is killed at once, and processes that earlier steps left in the
// background with it; and each command is started through the engine, which
// takes some 40 ms where a runner takes one.
package job

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/venv/inside"
	"github.com/cibench/cibench/runner/venv/workflow"
	"github.com/cibench/cibench/runner/venv/workflow/glob"
)

// Where a job finds itself. The workspace has the shape that it has on a hosted
// runner, since the archives of caches name paths seen from it.
const (
	Home      = "/root"
	Workspace = Home + "/work/project/project"
	Temp      = Home + "/work/_temp"
	ToolCache = "/opt/hostedtoolcache"
)

const (
	programPath = "/cibench/cibench"
	projectPath = "/cibench/project"
)

// Config is a job and what it needs.
type Config struct {
	Engine  *engine.Engine
	Image   string // the base, as the engine names it; has sh and tar
	Program string // path of our static program

	Job *workflow.Job
	// What the job finds besides the files. What of GitHub the machine itself
	// knows is filled in, and so is Runner; Tree is the workspace, always.
	Host workflow.Host

	Project string // directory that is checked out; not changed
	Dir     string // directory for the job's disk; made, and removed by Close

	// Stays says that the machine stays from run to run, as a developer's does:
	// Dir is what Leave left, if it is there, and the project is in the workspace
	// already, edited in place.
	Stays bool

	Cache CacheService      // for the cache steps alone
	Files map[string]string // content by path, read-only, such as /etc/pip.conf
}

// CacheService is how an action reaches the cache.
type CacheService struct {
	URL   string // ACTIONS_RESULTS_URL
	Token string // ACTIONS_RUNTIME_TOKEN
}

// A Machine is a container that runs one job, once. It is not safe for
// concurrent use.
type Machine struct {
	cfg    Config
	host   workflow.Host
	box    *engine.Box
	path   string // PATH of the image
	home   string // Home, on the host
	minute time.Duration
	caches map[*workflow.Step]*cacheState
	report Report
}

// Boot starts a machine with an empty workspace, or the one of a machine that
// stays. The caller closes it.
func Boot(ctx context.Context, cfg Config) (_ *Machine, err error) {
	m := &Machine{cfg: cfg, minute: time.Minute, caches: map[*workflow.Step]*cacheState{}}
	defer func() {
		if err != nil {
			err = fmt.Errorf("boot: %w", errors.Join(err, m.Close(context.WithoutCancel(ctx))))
		}
	}()
	if m.path, err = imagePath(ctx, cfg); err != nil {
		return nil, err
	}
	if err := os.Mkdir(cfg.Dir, 0o755); err != nil && !(cfg.Stays && errors.Is(err, fs.ErrExist)) {
		m.cfg.Dir = "" // is not ours to remove
		return nil, err
	}
	m.home = filepath.Join(cfg.Dir, "home")
	if err := os.MkdirAll(m.onHost(Temp), 0o755); err != nil {
		return nil, err
	}
	binds, err := m.binds()
	if err != nil {
		return nil, err
	}
	m.box, err = cfg.Engine.StartBox(ctx, engine.BoxConfig{
		Image: cfg.Image, Command: []string{programPath, inside.Command, string(inside.TaskFirst)}, Binds: binds,
	})
	if err != nil {
		return nil, err
	}
	if err := m.task(ctx, inside.TaskOwn, Home, Home+"/work", Workspace); err != nil {
		return nil, err
	}
	if cfg.Stays {
		if err := m.task(ctx, inside.TaskEdit, projectPath, Workspace); err != nil {
			return nil, err
		}
	}
	m.host = cfg.Host
	m.host.GitHub, m.host.Runner = gitHubContext(cfg), runnerContext()
	m.host.Tree = glob.Tree{FS: os.DirFS(m.onHost(Workspace)), Dir: Workspace, Home: Home}
	return m, nil
}

// onHost returns where a path below Home lies on the host.
func (m *Machine) onHost(path string) string { return m.home + path[len(Home):] }

func (m *Machine) binds() ([]engine.Bind, error) {
	binds := []engine.Bind{
		{Source: m.home, Target: Home},
		{Source: m.cfg.Program, Target: programPath, ReadOnly: true},
		{Source: m.cfg.Project, Target: projectPath, ReadOnly: true},
	}
	for target, content := range m.cfg.Files {
		source := filepath.Join(m.cfg.Dir, "file-"+strconv.Itoa(len(binds)))
		if err := os.WriteFile(source, []byte(content), 0o644); err != nil {
			return nil, err
		}
		binds = append(binds, engine.Bind{Source: source, Target: target, ReadOnly: true})
	}
	return binds, nil
}

// killTime is how long the processes of a step may take to go.
const killTime = 5 * time.Second

// kill ends all that runs in the machine.
func (m *Machine) kill(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), killTime)
	defer cancel()
	return m.task(ctx, inside.TaskKill)
}

// task has a task done inside.
func (m *Machine) task(ctx context.Context, task inside.Task, paths ...string) error {
	var out bytes.Buffer
	code, err := m.box.Run(ctx, engine.Command{
		Args: append([]string{programPath, inside.Command, string(task)}, paths...), Stdout: &out, Stderr: &out,
	})
	if err == nil && code != 0 {
		err = fmt.Errorf("exit code %d: %s", code, bytes.TrimSpace(out.Bytes()))
	}
	if err != nil {
		return fmt.Errorf("job task %s: %w", task, err)
	}
	return nil
}

// Evidence runs a shell command in the workspace, with the environment that
// steps begin with, and returns what it prints on its standard output. It is
// for questions when the job is over: what an environment holds, how large a
// folder is.
func (m *Machine) Evidence(ctx context.Context, script string) (string, error) {
	var out, errs bytes.Buffer
	code, err := m.box.Run(ctx, engine.Command{
		Args: []string{"sh", "-c", script}, Env: m.environment(nil, nil), Dir: Workspace, Stdout: &out, Stderr: &errs,
	})
	if err == nil && code != 0 {
		err = fmt.Errorf("exit code %d: %s", code, bytes.TrimSpace(errs.Bytes()))
	}
	if err != nil {
		return "", fmt.Errorf("evidence %q: %w", script, err)
	}
	return out.String(), nil
}

// Leave ends what still runs and removes the container, but leaves the disk to
// the next machine of that Dir. Where it succeeds, Close is no longer needed.
func (m *Machine) Leave(ctx context.Context) error {
	if err := errors.Join(m.kill(ctx), m.box.Close(ctx)); err != nil {
		return err
	}
	m.box, m.cfg.Dir = nil, ""
	return nil
}

// Close ends what still runs, and removes the container and the disk.
func (m *Machine) Close(ctx context.Context) error {
	var errs []error
	if m.box != nil {
		// What root wrote, another user cannot remove from outside.
		if os.Geteuid() != 0 {
			errs = append(errs, m.kill(ctx), m.task(ctx, inside.TaskEmpty, Home))
		}
		err := m.box.Close(ctx)
		if err == nil {
			m.box = nil
		}
		errs = append(errs, err)
	}
	if m.cfg.Dir != "" {
		errs = append(errs, os.RemoveAll(m.cfg.Dir))
	}
	return errors.Join(errs...)
}

// Empty removes all that is in a directory, in a container of that image: what
// root wrote in the machines of a process that is gone, only root removes.
func Empty(ctx context.Context, e *engine.Engine, image, program, dir string) error {
	return e.RunTask(ctx, engine.Task{
		Image:   image,
		Command: []string{programPath, inside.Command, string(inside.TaskEmpty), "/disk"},
		Binds:   map[string]string{dir: "/disk", program: programPath},
	})
}
