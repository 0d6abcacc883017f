package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/host"
)

// status is how a precondition stands.
type status string

const (
	statusOK      status = "ok"
	statusWarning status = "warning"
	statusFailed  status = "failed"
)

// finding is what one check of doctor found.
type finding struct {
	status status
	detail string
	hint   string // what to do; empty when there is nothing to do
}

func fine(format string, args ...any) finding {
	return finding{status: statusOK, detail: fmt.Sprintf(format, args...)}
}

// wrong makes a finding of an error and of the hints it carries.
func wrong(s status, err error) finding {
	f := finding{status: s, detail: err.Error()}
	if hints := hintsOf(err); len(hints) > 0 {
		f.hint = hints[0]
	}
	return f
}

// doctor examines the machine. The engine is nil when none answers; then the
// checks that need it say so.
type doctor struct {
	io        *IO
	cfg       *config
	engine    *engine.Engine
	engineErr error
	lockErr   error // why the machine is not this program's
}

// check is one precondition.
type check struct {
	name string
	run  func(*doctor, context.Context) finding
}

// Checks that others depend on: whether an engine answers, and those that take
// the host from other runs.
const (
	checkOfEngine   = "engine"
	checkOfBuildKit = "buildkit"
	checkOfLock     = "lock"
)

var checks = []check{
	{checkOfEngine, (*doctor).checkEngine},
	{checkOfBuildKit, (*doctor).checkBuildKit},
	{"capabilities", (*doctor).checkCapabilities},
	{"cgroup", (*doctor).checkCgroup},
	{"images", (*doctor).checkImages},
	{"disk", (*doctor).checkDisk},
	{"filesystem", (*doctor).checkFilesystem},
	{"ports", (*doctor).checkPorts},
	{"clock", (*doctor).checkClock},
	{"cpu", (*doctor).checkCPU},
	{"pressure", (*doctor).checkPressure},
	{checkOfLock, (*doctor).checkLock},
}

func checkNames() []string {
	var names []string
	for _, c := range checks {
		names = append(names, c.name)
	}
	return names
}

// unfitError says that a check failed; its lines are printed already.
type unfitError struct{ noEngine bool } // noEngine: the check of the engine found none that answers

func (*unfitError) Error() string { return "this machine is not ready for a run; see the lines above" }

func newDoctorCmd(io *IO, cfg *config) *cobra.Command {
	var only []string
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Examine this machine: can it run the benchmark, and how well?",
		Args:  exactArgs(0, "none"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			for _, name := range only {
				if !slices.Contains(checkNames(), name) {
					return usageHint("one of "+strings.Join(checkNames(), ", "), "--only: there is no check %q", name)
				}
			}
			return examine(cmd.Context(), io, cfg, only)
		},
	}
	cmd.Flags().Var(terms{&only}, "only", "only these checks")
	return cmd
}

func examine(ctx context.Context, io *IO, cfg *config, only []string) (err error) {
	d := &doctor{io: io, cfg: cfg}
	if len(only) == 0 || slices.Contains(only, checkOfBuildKit) || slices.Contains(only, checkOfLock) {
		var release func() error
		if release, d.lockErr = host.Lock(ctx, io.HostLock, "cibench doctor"); d.lockErr == nil {
			defer func() { err = errors.Join(err, release()) }()
		}
	}
	if d.engine, d.engineErr = engine.Open(ctx, "doctor"); d.engineErr == nil {
		defer d.engine.Close()
	}
	tw := tabwriter.NewWriter(io.Out, 0, 0, 2, ' ', 0)
	var failed bool
	unfit := &unfitError{}
	for _, c := range checks {
		if len(only) > 0 && !slices.Contains(only, c.name) {
			continue
		}
		f := c.run(d, ctx)
		failed = failed || f.status == statusFailed
		if c.name == checkOfEngine {
			unfit.noEngine = errors.As(d.engineErr, new(*engine.UnreachableError))
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\n", c.name, f.status, f.detail)
		if f.hint != "" && f.status != statusOK {
			fmt.Fprintf(tw, "\t\thint: %s\n", f.hint)
		}
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	if failed {
		return unfit
	}
	return ctx.Err()
}
