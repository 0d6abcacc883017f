package job

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/venv/inside"
	"github.com/cibench/cibench/runner/venv/workflow"
)

// run runs a command with the step's environment. Its output is the step's, but
// for the standard output where that is asked for.
func (d *doing) run(ctx context.Context, dir string, stdout io.Writer, extra []string, args ...string) (exitCode int, err error) {
	out, errs := d.out.streams()
	if stdout != nil {
		out = stdout
	}
	path := append([]string{}, d.task.Path...)
	for _, added := range d.result.Path {
		path = append([]string{added}, path...)
	}
	env := d.environment(append(d.task.Env[:len(d.task.Env):len(d.task.Env)], d.result.Env...), path)
	return d.box.Run(ctx, engine.Command{Args: args, Env: append(env, extra...), Dir: dir, Stdout: out, Stderr: errs})
}

// script runs a script from a file, as the runner does (ScriptHandler).
func (d *doing) script(ctx context.Context) error {
	file := fmt.Sprintf("%s/step-%d%s", Temp, d.task.Step.Number, d.task.Shell.Extension)
	if err := d.replace(file, d.task.Script); err != nil {
		return err
	}
	for _, name := range commandFiles {
		if err := d.replace(name, ""); err != nil {
			return err
		}
	}
	args := make([]string, len(d.task.Shell.Args))
	for i, arg := range d.task.Shell.Args {
		args[i] = strings.ReplaceAll(arg, "{0}", file)
	}
	code, err := d.run(ctx, d.task.Dir, nil, nil, args...)
	if err != nil {
		return err
	}
	if d.step.ExitCode = code; code != 0 {
		d.fail("Process completed with exit code %d.", code)
	}
	d.readCommands()
	return nil
}

// replace writes a file of the machine from outside. A step may have left one
// of its own in its place, which only its folder lets the host remove.
func (d *doing) replace(path, content string) error {
	name := d.onHost(path)
	if err := os.Remove(name); err != nil && !os.IsNotExist(err) {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, []byte(content), 0o644)
}

// readCommands reads what a script wrote for the steps behind it. It counts
// even if the script failed; a file with a mistake fails the step, and what
// stands before the mistake counts (FileCommandManager).
func (d *doing) readCommands() {
	read := func(name, command string, parse func([]byte) error) {
		data, err := os.ReadFile(d.onHost(name))
		if os.IsNotExist(err) {
			return // a script may remove it
		}
		if err == nil {
			err = parse(data)
		}
		if err != nil {
			d.fail("Unable to process file command '%s' successfully.", command)
			d.fail("%v", err)
		}
	}
	read(envFile, "env", func(data []byte) error {
		vars, refused, err := workflow.ParseEnv(data)
		d.result.Env = vars
		for _, name := range refused {
			d.out.say("Error: Can't store %s output parameter using '$GITHUB_ENV' command.", name)
		}
		return err
	})
	read(pathFile, "path", func(data []byte) error {
		d.result.Path = workflow.ParsePath(data)
		return nil
	})
	read(outputFile, "output", func(data []byte) (err error) {
		d.result.Outputs, err = workflow.ParseVariables(data)
		return err
	})
	for _, name := range slices.Sorted(maps.Keys(d.out.commands)) {
		d.fail("The command '%s' in the output is not obeyed: write to $%s", name, d.out.commands[name])
	}
}

// checkout puts the project into the workspace.
func (d *doing) checkout(ctx context.Context) error {
	code, err := d.run(ctx, Home, nil, nil, programPath, inside.Command, string(inside.TaskCheckout), projectPath, Workspace)
	if err == nil && code != 0 {
		d.fail("The project could not be checked out: exit code %d.", code)
	}
	return err
}
