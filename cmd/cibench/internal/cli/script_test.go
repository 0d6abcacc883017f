package cli_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"image/png"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/cibench/cibench/cmd/cibench/internal/cli"
	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/store"
	"github.com/cibench/cibench/runner/host"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"cibench": func() {
			io := cli.System()
			io.HostLock = os.Getenv(hostLock)
			os.Exit(cli.Run(context.Background(), io, os.Args[1:]))
		},
	})
}

// hostLock is the variable that names a script's own lock of the host: a
// script is not to wait for a run on this machine, nor to keep one off it.
const hostLock = "TEST_CIBENCH_HOST_LOCK"

// TestScript runs the program as a user would, each time in a process of its
// own. No script reaches an engine or the network: the variables name an
// engine and a proxy that do not answer.
func TestScript(t *testing.T) {
	t.Parallel()
	const dir = "testdata/script"
	scripts, err := filepath.Glob(dir + "/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts in %s: %v", dir, err)
	}
	testscript.Run(t, testscript.Params{
		Dir: dir,
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", env.WorkDir)
			env.Setenv(hostLock, fmt.Sprintf("cibench-test-%d-%s", os.Getpid(), filepath.Base(env.WorkDir)))
			env.Setenv("DOCKER_HOST", "unix:///nonexistent.sock")
			env.Setenv("HTTPS_PROXY", "http://127.0.0.1:1")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":    exits,
			"refuses":  refuses,
			"busyport": busyPort,
			"holdhost": holdHost,
			"ispng":    isPNG,
			"bomb":     bomb,

			"newerstore": newerStore,
			"ranhere":    ranHere,
			"killedrun":  killedRun,
			"runid":      runID,
			"asmeasured": asMeasured,
			"fakeengine": fakeEngine,
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

// exits CODE ARG...: run cibench and demand its exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: exits CODE ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec("cibench", args[1:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("got exit code %d, want %d", got, want)
	}
}

// refuses ARG...: run cibench and demand exit code 2, nothing on stdout, and on
// stderr one error with one hint.
func refuses(ts *testscript.TestScript, neg bool, args []string) {
	exits(ts, neg, append([]string{"2"}, args...))
	if out := ts.ReadFile("stdout"); out != "" {
		ts.Fatalf("got %q on stdout, want nothing", out)
	}
	log := "\n" + ts.ReadFile("stderr")
	if n := strings.Count(log, "\ncibench: "); n != 1 {
		ts.Fatalf("got %d errors, want 1", n)
	}
	if n := strings.Count(log, "\nhint: "); n != 1 {
		ts.Fatalf("got %d hints, want 1", n)
	}
}

// busyport VAR: listen on a port of 127.0.0.1 until the script ends.
func busyPort(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { l.Close() })
	_, port, err := net.SplitHostPort(l.Addr().String())
	ts.Check(err)
	ts.Setenv(args[0], port)
}

// holdhost VAR: hold the host's lock, as the process VAR, until the script ends.
func holdHost(ts *testscript.TestScript, _ bool, args []string) {
	release, err := host.Lock(context.Background(), ts.Getenv(hostLock), "cibench run other")
	ts.Check(err)
	ts.Defer(func() { ts.Check(release()) })
	ts.Setenv(args[0], strconv.Itoa(os.Getpid()))
}

// ispng FILE...: demand pictures that a reader of PNG can decode.
func isPNG(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		img, err := png.Decode(bytes.NewReader([]byte(ts.ReadFile(name))))
		if err != nil {
			ts.Fatalf("%s: %v", name, err)
		}
		if b := img.Bounds(); b.Dx() < 800 || b.Dy() < 200 {
			ts.Fatalf("%s: got %v, want a picture of at least 800 by 200", name, b)
		}
	}
}

// newerstore FILE: make a store of a schema that this program does not know.
func newerStore(ts *testscript.TestScript, _ bool, args []string) {
	file := ts.MkAbs(args[0])
	st, err := store.Open(context.Background(), file)
	ts.Check(err)
	ts.Check(st.Close())
	db, err := sql.Open("sqlite", file)
	ts.Check(err)
	_, err = db.Exec("INSERT INTO migrations (version, name) VALUES (999, 'later')")
	ts.Check(errors.Join(err, db.Close()))
}

// ranhere FILE CPU: make a store with a run of the starter study, measured on a
// machine with that processor, "this" for the machine's own. Its trials are
// before/cold, 80 s after 40 s of preparation, twice, and then after/cold, 20 s
// after 10 s.
func ranHere(ts *testscript.TestScript, _ bool, args []string) {
	env := host.New("/").Facts()
	if args[1] != "this" {
		env["cpu.model"] = args[1]
	}
	env["network.profile"] = "none"
	st, err := store.Open(context.Background(), ts.MkAbs(args[0]))
	ts.Check(err)
	start := time.Date(2026, 11, 24, 3, 15, 0, 0, time.UTC)
	rec, err := st.BeginRun(context.Background(), results.Run{ID: "run", Study: "starter", Started: start, Plan: []byte("{}"), Environment: env})
	ts.Check(err)
	for i, t := range []struct {
		variant  string
		at, took float64
	}{{"before", 0, 80}, {"before", 120, 80}, {"after", 210, 20}} {
		ts.Check(rec.Record(context.Background(), results.Trial{
			ID: fmt.Sprint(i), Slot: i, Block: 1, Cell: results.Cell{Job: "build-and-push", Variant: t.variant, State: "cold"},
			Outcome: results.OK, Started: start.Add(time.Duration(t.at * float64(time.Second))), Duration: t.took,
		}))
	}
	ts.Check(st.Close())
}

// killedrun FILE CPU: make a store with a run of the starter study, measured on
// a machine with that processor, that was killed after a trial of 20 s.
func killedRun(ts *testscript.TestScript, _ bool, args []string) {
	st, err := store.Open(context.Background(), ts.MkAbs(args[0]))
	ts.Check(err)
	start := time.Date(2026, 11, 24, 3, 15, 0, 0, time.UTC)
	rec, err := st.BeginRun(context.Background(), results.Run{
		ID: "run", Study: "starter", Started: start, Plan: []byte("{}"), Environment: results.Environment{"cpu.model": args[1]},
	})
	ts.Check(err)
	ts.Check(rec.Record(context.Background(), results.Trial{
		ID: "1", Block: 1, Cell: results.Cell{Job: "build-and-push", Variant: "after", State: "cold"},
		Outcome: results.OK, Started: start, Duration: 20,
		Samples: []results.Sample{{Name: results.PhaseTotal, Kind: results.Phase, Unit: results.Seconds, Value: 20}},
	}))
	ts.Check(st.Close())
}

// asmeasured FROM TO HOW: make a store with the latest run of another, a simulated
// one, that says it was measured, and ended in that way.
func asMeasured(ts *testscript.TestScript, _ bool, args []string) {
	ctx := context.Background()
	from, err := store.OpenExisting(ctx, ts.MkAbs(args[0]))
	ts.Check(err)
	run, err := from.Run(ctx, store.Latest)
	ts.Check(err)
	trials, err := from.Trials(ctx, run.ID)
	ts.Check(errors.Join(err, from.Close()))
	run.Simulated = false
	to, err := store.Open(ctx, ts.MkAbs(args[1]))
	ts.Check(err)
	rec, err := to.BeginRun(ctx, run)
	ts.Check(err)
	for _, t := range trials {
		ts.Check(rec.Record(ctx, t))
	}
	ts.Check(errors.Join(to.EndRun(ctx, run.ID, store.How(args[2]), ""), to.Close()))
}

// runid FILE VAR N: set VAR to the id of a store's run, the newest but N of those
// that confirm no other.
func runID(ts *testscript.TestScript, _ bool, args []string) {
	st, err := store.OpenExisting(context.Background(), ts.MkAbs(args[0]))
	ts.Check(err)
	runs, err := st.Runs(context.Background())
	ts.Check(errors.Join(err, st.Close()))
	runs = slices.DeleteFunc(runs, func(r store.Summary) bool { return r.Confirms != "" })
	n, err := strconv.Atoi(args[2])
	ts.Check(err)
	if n >= len(runs) {
		ts.Fatalf("got %d runs, want more than %d", len(runs), n)
	}
	ts.Setenv(args[1], runs[n].ID)
}

// bomb FILE: write a study of aliases that would expand to 10⁹ nodes.
func bomb(ts *testscript.TestScript, _ bool, args []string) {
	var b strings.Builder
	b.WriteString("version: 1\nname: bomb\na: &a [x, x, x, x, x, x, x, x, x, x]\n")
	for c := 'b'; c <= 'i'; c++ {
		last := "*" + string(c-1)
		b.WriteString(string(c) + ": &" + string(c) + " [" + strings.Repeat(last+", ", 9) + last + "]\n")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b.String()), 0o644))
}
