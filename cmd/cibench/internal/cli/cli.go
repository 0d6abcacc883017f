// Package cli turns flags, environment and config file into values, and
// errors into exit codes.
//
// It is the only home of cobra, viper, the environment and the standard
// streams. Each command is one file: a constructor, its options, and a run
// function that does the work.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"

	"github.com/containerd/log"

	"github.com/spf13/cobra"

	"github.com/cibench/cibench/results/gate"
	"github.com/cibench/cibench/runner/host"
)

// The exit codes of the program.
const (
	exitOK          = 0
	exitHarness     = 1
	exitUsage       = 2
	exitGate        = 3 // a gate failed, also that of a strict lint
	exitUndecided   = 4 // a gate could not be decided
	exitNoEngine    = 5 // of doctor; runner/engine/start.sh starts an engine on this alone
	exitInterrupted = 130
)

// IO is what a command may touch of the world: its streams, the environment
// and the places for files. Tests make their own.
type IO struct {
	Out, Err io.Writer
	Terminal bool // Err is a terminal
	Getenv   func(string) string
	Environ  []string // all variables, as NAME=value
	Home     string   // the user's home directory
	Program  string   // path of this program, for the containers that run it
	HostLock string   // name of the lock that a run takes; one for the host
}

// System returns the process's own IO.
func System() *IO {
	out := &IO{Out: os.Stdout, Err: os.Stderr, Getenv: os.Getenv, Environ: os.Environ(), HostLock: host.RunLock}
	if fi, err := os.Stderr.Stat(); err == nil {
		out.Terminal = fi.Mode()&os.ModeCharDevice != 0
	}
	if home, err := os.UserHomeDir(); err == nil {
		out.Home = home
	} else if u, err := user.Current(); err == nil {
		out.Home = u.HomeDir
	}
	if program, err := os.Executable(); err == nil {
		out.Program = program
	}
	return out
}

// Run runs the program and returns its exit code.
func Run(ctx context.Context, io *IO, args []string) int {
	// What BuildKit's client library warns of on its own is not for our users.
	if err := log.SetLevel("error"); err != nil {
		panic(err) // the level is known
	}
	root := newRootCmd(io)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err != nil {
		printError(io.Err, err)
	}
	return exitCode(ctx, err)
}

func exitCode(ctx context.Context, err error) int {
	var (
		bad   *usageError
		odd   *contradictionError
		unfit *unfitError
		stop  *gateError
	)
	switch {
	case err == nil:
		return exitOK
	case ctx.Err() != nil:
		return exitInterrupted
	case errors.As(err, &stop) && stop.status == gate.Fail, errors.As(err, &odd):
		return exitGate
	case errors.As(err, &stop): // whatever else went wrong
		return exitUndecided
	case errors.As(err, &bad):
		return exitUsage
	case errors.As(err, &unfit) && unfit.noEngine:
		return exitNoEngine
	default:
		return exitHarness
	}
}

// printError writes the error, or each of those that it joins, with its hints
// below it. Several in a row with the same hints have them once, below the last.
func printError(w io.Writer, err error) {
	all := problems(err)
	for i, problem := range all {
		fmt.Fprintln(w, "cibench:", strings.TrimSpace(problem.Error()))
		hints := hintsOf(problem)
		if i+1 < len(all) && slices.Equal(hints, hintsOf(all[i+1])) {
			continue
		}
		for _, hint := range hints {
			fmt.Fprintln(w, "hint:", hint)
		}
	}
}

// problems returns the errors that err joins, or err itself when it joins none
// or says more than they do.
func problems(err error) []error {
	switch e := err.(type) {
	case interface{ Unwrap() []error }:
		joined := e.Unwrap()
		if err.Error() != errors.Join(joined...).Error() {
			break
		}
		var all []error
		for _, err := range joined {
			all = append(all, problems(err)...)
		}
		return all
	case interface{ Unwrap() error }:
		if inner := e.Unwrap(); inner != nil && inner.Error() == err.Error() && ownHint(err) == "" {
			return problems(inner)
		}
	}
	return []error{err}
}

// hintsOf returns the hints of err and of all that it wraps, each once.
func hintsOf(err error) []string {
	var all []string
	eachError(err, func(e error) {
		if hint := ownHint(e); hint != "" && !slices.Contains(all, hint) {
			all = append(all, hint)
		}
	})
	return all
}

// ownHint returns the hint of err without those that it wraps; "" for none.
func ownHint(err error) string {
	if h, ok := err.(interface{ Hint() string }); ok {
		return h.Hint()
	}
	return ""
}

// eachError visits err and all that it wraps, outermost first.
func eachError(err error, visit func(error)) {
	if err == nil {
		return
	}
	visit(err)
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		eachError(e.Unwrap(), visit)
	case interface{ Unwrap() []error }:
		for _, err := range e.Unwrap() {
			eachError(err, visit)
		}
	}
}

func newRootCmd(io *IO) *cobra.Command {
	root := group(&cobra.Command{
		Use:           "cibench",
		Short:         "Measure what build caches do for CI",
		Version:       programVersion(),
		SilenceErrors: true,
		SilenceUsage:  true,
	})
	root.SetOut(io.Out)
	root.SetErr(io.Err)
	root.SetFlagErrorFunc(flagError)
	root.CompletionOptions.HiddenDefaultCmd = true
	addConfigFlags(root)
	cfg := &config{} // each command's own, once its flags are read
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error { return readConfig(io, cmd, cfg) }
	root.AddCommand(
		newListCmd(io), newPlanCmd(io, cfg), newRunCmd(io, cfg), newSimulateCmd(io, cfg),
		newShowCmd(io, cfg), newReportCmd(io, cfg), newCompareCmd(io, cfg), newCheckCmd(io, cfg), newExportCmd(io, cfg),
		newBaselineCmd(io, cfg), newTargetsCmd(io), newCacheCmd(io, cfg), newDoctorCmd(io, cfg), newCleanCmd(io), newConfigCmd(io, cfg),
		newSnapshotTaskCmd(io), newJobTaskCmd(io), newCacheStepCmd(io), newCacheZstdCmd(io),
	)
	checkHelp(root)
	return root
}

// cacheDir is where everything that outlives a run is kept unless the
// configuration says otherwise.
func (io *IO) cacheDir() string {
	if dir := io.Getenv("XDG_CACHE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "cibench")
	}
	return filepath.Join(io.Home, ".cache", "cibench")
}
