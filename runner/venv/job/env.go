package job

import (
	"context"
	"runtime"
	"strings"

	"github.com/cibench/cibench/runner/venv/workflow"
	"github.com/cibench/cibench/runner/venv/workflow/expr"
)

// defaultPath is for images that set none.
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// imagePath returns the PATH of the image: the base decides which Python is
// the first.
func imagePath(ctx context.Context, cfg Config) (string, error) {
	env, err := cfg.Engine.ImageEnv(ctx, cfg.Image)
	if err != nil {
		return "", err
	}
	for _, v := range env {
		if path, ok := strings.CutPrefix(v, "PATH="); ok && path != "" {
			return path, nil
		}
	}
	return defaultPath, nil
}

// Where the command files of a step are (runner, FileCommandManager). They are
// emptied before each step.
const (
	envFile     = Temp + "/_runner_file_commands/set_env"
	pathFile    = Temp + "/_runner_file_commands/add_path"
	outputFile  = Temp + "/_runner_file_commands/set_output"
	summaryFile = Temp + "/_runner_file_commands/step_summary"
)

var commandFiles = []string{envFile, pathFile, outputFile, summaryFile}

// gitHubContext returns the github context with what the machine knows.
func gitHubContext(cfg Config) *expr.Object {
	return extend(cfg.Host.GitHub, []workflow.Variable{
		{Name: "job", Value: cfg.Job.ID}, {Name: "workspace", Value: Workspace},
		{Name: "env", Value: envFile}, {Name: "path", Value: pathFile},
		{Name: "output", Value: outputFile}, {Name: "step_summary", Value: summaryFile},
	})
}

// runnerContext returns the runner context.
func runnerContext() *expr.Object {
	arch := map[string]string{"amd64": "X64", "arm64": "ARM64", "386": "X86", "arm": "ARM"}[runtime.GOARCH]
	return extend(nil, []workflow.Variable{
		{Name: "os", Value: "Linux"}, {Name: "arch", Value: arch}, {Name: "name", Value: "cibench"},
		{Name: "environment", Value: "self-hosted"}, {Name: "tool_cache", Value: ToolCache}, {Name: "temp", Value: Temp},
	})
}

// extend returns a copy of a context with more in it.
func extend(o *expr.Object, vars []workflow.Variable) *expr.Object {
	if o == nil {
		o = expr.NewObject()
	}
	o = o.Clone()
	for _, v := range vars {
		o.Set(v.Name, v.Value)
	}
	return o
}

// exposed are those parts of the github context that steps find in their
// environment (runner, GitHubContext, _contextEnvAllowlist), without the ones
// that a job in a container does not have.
var exposed = map[string]bool{
	"action": true, "actor": true, "actor_id": true, "api_url": true, "base_ref": true, "env": true,
	"event_name": true, "graphql_url": true, "head_ref": true, "job": true, "output": true, "path": true,
	"ref": true, "ref_name": true, "ref_protected": true, "ref_type": true, "repository": true,
	"repository_id": true, "repository_owner": true, "repository_owner_id": true, "retention_days": true,
	"run_attempt": true, "run_id": true, "run_number": true, "server_url": true, "sha": true,
	"step_summary": true, "triggering_actor": true, "workflow": true, "workflow_ref": true,
	"workflow_sha": true, "workspace": true,
}

// environment returns the environment of a step: made of nothing, over what
// the image sets. As in the runner, the step's own variables go over the
// machine's, and what GitHub says over those.
func (m *Machine) environment(step []workflow.Variable, path []string) []string {
	set := expr.NewExactObject()
	for _, v := range []workflow.Variable{
		{Name: "PATH", Value: m.path}, {Name: "HOME", Value: Home}, {Name: "LANG", Value: "C.UTF-8"}, {Name: "CI", Value: "true"},
	} {
		set.Set(v.Name, v.Value)
	}
	for _, v := range step {
		set.Set(v.Name, v.Value)
	}
	if len(path) > 0 {
		before, _ := set.Get("PATH")
		set.Set("PATH", strings.Join(append(path, expr.Text(before)), ":"))
	}
	set.Set("GITHUB_ACTIONS", "true")
	for name, v := range m.host.GitHub.All() {
		if exposed[name] {
			set.Set("GITHUB_"+strings.ToUpper(name), expr.Text(v))
		}
	}
	for name, v := range m.host.Runner.All() {
		set.Set("RUNNER_"+strings.ToUpper(name), expr.Text(v))
	}
	set.Set("RUNNER_WORKSPACE", Workspace[:strings.LastIndexByte(Workspace, '/')])
	env := make([]string, 0, set.Len())
	for name, v := range set.All() {
		env = append(env, name+"="+expr.Text(v))
	}
	return env
}
