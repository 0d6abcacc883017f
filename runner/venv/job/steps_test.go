package job

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/venv/workflow"
)

const flow = `
      - name: write
        id: write
        run: |
          echo "NAME=value with spaces" >>"$GITHUB_ENV"
          printf 'MANY<<END\none\ntwo\nEND\n' >>$GITHUB_ENV
          echo NODE_OPTIONS=x >>$GITHUB_ENV
          echo out=put >>$GITHUB_OUTPUT
          mkdir -p bin sub/deeper && printf '#!/bin/sh\necho found' >bin/tool && chmod +x bin/tool
          echo "$PWD/bin" >>$GITHUB_PATH
          echo "# Summary" >>$GITHUB_STEP_SUMMARY
          command -v tool || echo not yet
      - name: read
        env: {OWN: "${{ env.NAME }}!"}
        run: |
          tool; echo "$OWN $MANY ${{ steps.write.outputs.out }} ${NODE_OPTIONS-unset}"
          test -z "$(cat $GITHUB_ENV)"
      - name: python
        shell: python
        working-directory: sub/deeper
        run: |
          import os
          print(os.getcwd())
      - name: no pipefail
        run: false | true
      - name: hash
        if: hashFiles('bin/*') != ''
        run: echo "both" >&2; printf 'no end'
`

func testFlow(t *testing.T, r *rig) {
	_, report := ran(t, r.config(t, nil, flow))
	if !report.Success() {
		t.Fatalf("got %s\n%s", report.Outcome, log(report))
	}
	for name, want := range map[string]string{
		"write":  "not yet\nError: Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.\n",
		"read":   "found\nvalue with spaces! one\ntwo put unset\n",
		"python": Workspace + "/sub/deeper\n",
	} {
		if got := text(named(t, report, name)); got != want {
			t.Errorf("%s: printed %q, want %q", name, got, want)
		}
	}
	if got := text(named(t, report, "hash")); got != "both\nno end\n" && got != "no end\nboth\n" {
		t.Errorf("hash: printed %q, want both streams", got)
	}
	if s := named(t, report, "write"); len(s.Outputs) != 1 || s.ID != "write" || s.Kind != workflow.KindRun || !strings.Contains(s.Text, "GITHUB_PATH") {
		t.Errorf("write: got %+v", s)
	}
}

const failures = `
      - {name: cache, uses: actions/cache@v4, with: {path: data, key: k}}
      - {name: forgiven, id: forgiven, run: mkdir data; exit 3, continue-on-error: true}
      - {name: goes on, run: "echo ${{ steps.forgiven.outcome }} ${{ steps.forgiven.conclusion }}"}
      - {name: "bad shell", run: x, shell: "no-such-shell {0}", continue-on-error: true}
      - {name: "bad folder", run: pwd, working-directory: none, continue-on-error: true}
      - {name: "bad file", run: 'echo "no equals sign" >>$GITHUB_ENV', continue-on-error: true}
      - {name: "bad python", uses: actions/setup-python@v5, with: {python-version: "3.12"}, continue-on-error: true}
      - {name: "old command", run: 'echo "::set-output name=a::b"; echo "::notice::fine"', continue-on-error: true}
      - {name: "bad expression", run: "${{ fromJSON('x') }}", continue-on-error: true}
      - {name: fails, run: echo before; exit 7; echo behind}
      - {name: skipped, run: echo not reached}
      - {name: cleans up, if: always(), run: echo always}
      - {name: tells, if: failure(), run: echo failure}
`

func testFailures(t *testing.T, r *rig) {
	_, report := ran(t, r.config(t, nil, failures))
	const want = "cache: success\nforgiven: failure as success\ngoes on: success\nbad shell: failure as success\n" +
		"bad folder: failure as success\nbad file: failure as success\nbad python: failure as success\nold command: failure as success\nbad expression: failure as success\n" +
		"fails: failure\nskipped: skipped\ncleans up: success\ntells: success\nPost bad python: skipped\nPost cache: skipped\n"
	if got := summary(report); got != want || report.Outcome != workflow.Failure {
		t.Errorf("got %s\n%swant\n%s", report.Outcome, got, want)
	}
	for name, want := range map[string]string{
		"forgiven": "exit code 3", "bad file": "Unable to process file command 'env'", "bad python": "the image has Python 3.11.",
		"old command": "The command 'set-output' in the output is not obeyed: write to $GITHUB_OUTPUT", "bad expression": "fromJSON", "fails": "Process completed with exit code 7.", "bad shell": "exit code 12", "bad folder": "exit code 12",
	} {
		if got := named(t, report, name).Error; !strings.Contains(got, want) {
			t.Errorf("%s: got error %q, want %q", name, got, want)
		}
	}
	if got := text(named(t, report, "goes on")); got != "failure success\n" {
		t.Errorf("goes on: printed %q", got)
	}
	if s := named(t, report, "fails"); s.ExitCode != 7 || text(s) != "before\nError: Process completed with exit code 7.\n" {
		t.Errorf("fails: got %+v", s)
	}
	if held, err := r.cache.List(); err != nil || len(held) != 0 {
		t.Errorf("a failed job saved %v, %v", held, err)
	}
}

func testTimeout(t *testing.T, r *rig) {
	m := boot(t, r.config(t, nil, `
      - {name: slow, run: "sleep 600 & sleep 600", timeout-minutes: 1}
      - {name: behind, if: always(), run: "cat /proc/[0-9]*/comm | grep sleep || echo none"}
`))
	m.minute = 300 * time.Millisecond
	report, err := m.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	slow := named(t, report, "slow")
	if slow.Error != "The action 'slow' has timed out after 1 minutes." || slow.Outcome != workflow.Failure || slow.Stopped.Sub(slow.Started) > 3*time.Second {
		t.Errorf("slow: got %+v", slow)
	}
	if got := text(named(t, report, "behind")); got != "none\n" {
		t.Errorf("left of the slow step: %q", got)
	}
}

// testEnd ends a job in the midst of a step.
func testEnd(t *testing.T, r *rig) {
	enough := errors.New("enough")
	cfg := r.config(t, nil, "      - {name: first, run: echo done}\n      - {name: slow, run: echo begun; touch begun; sleep 600}\n      - {name: never, if: always(), run: echo never}\n")
	m := boot(t, cfg)
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	ended := make(chan time.Time, 1)
	go func() {
		for {
			if _, err := os.Stat(m.onHost(Workspace + "/begun")); err == nil || t.Context().Err() != nil {
				break
			}
			time.Sleep(10 * time.Millisecond) // there is no other word from the step
		}
		ended <- time.Now()
		cancel(enough)
	}()
	report, err := m.Run(ctx)
	took := time.Since(<-ended)
	if !errors.Is(err, enough) || took > 2*time.Second {
		t.Errorf("got %v %s after the end, want %v within 2 s", err, took, enough)
	}
	if report == nil || report.Outcome != workflow.Cancelled || strings.Contains(summary(report), "never") {
		t.Fatalf("got %+v", report)
	}
	if s := named(t, report, "slow"); s.Outcome != workflow.Cancelled || text(s) != "begun\n" {
		t.Errorf("slow: got %+v", s)
	}
	if got, err := m.Evidence(t.Context(), "cat /proc/[0-9]*/comm | grep sleep || echo none"); err != nil || got != "none\n" {
		t.Errorf("left of the step under way: %q, %v", got, err)
	}
	begun := time.Now()
	if err := m.Close(t.Context()); err != nil {
		t.Error(err)
	}
	left, err := r.engine.CleanOwn(t.Context())
	if err != nil || left != (engine.Removed{}) || time.Since(begun)+took > 5*time.Second {
		t.Errorf("left %+v, %v, %s after the end", left, err, time.Since(begun)+took)
	}
}

func testEnvironment(t *testing.T, r *rig) {
	t.Setenv("PIP_NO_CACHE_DIR", "1")
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	m, report := ran(t, r.config(t, nil, "      - run: env\n        env: {CI: mine, GITHUB_REF: mine, RUNNER_OS: mine}\n"))
	env := map[string]string{}
	for _, l := range report.Steps[0].Lines {
		name, value, _ := strings.Cut(l.Text, "=")
		env[name] = value
	}
	for name, want := range map[string]string{
		"HOME": Home, "CI": "mine", "GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/heads/main", "GITHUB_REPOSITORY": "example/project",
		"GITHUB_WORKSPACE": Workspace, "GITHUB_JOB": "job", "RUNNER_OS": "Linux", "RUNNER_TEMP": Temp, "PWD": Workspace, "LANG": "C.UTF-8",
	} {
		if env[name] != want {
			t.Errorf("%s: got %q, want %q", name, env[name], want)
		}
	}
	for name := range env {
		if strings.HasPrefix(name, "PIP_") || strings.HasPrefix(name, "ACTIONS_") || strings.Contains(name, "PROXY") || name == "GITHUB_EVENT" {
			t.Errorf("%s=%s in the environment", name, env[name])
		}
	}
	if got, err := m.Evidence(t.Context(), "id -u; stat -c %U /root . /root/work"); err != nil || got != "0\nroot\nroot\nroot\n" {
		t.Errorf("owners: got %q, %v", got, err)
	}
	if _, err := m.Evidence(t.Context(), "echo wrong >&2; false"); err == nil || !strings.Contains(err.Error(), "wrong") {
		t.Errorf("failed evidence: got %v", err)
	}
	if got, err := m.Evidence(t.Context(), "cat /etc/uv/uv.toml"); err != nil || got != "offline = false\n" {
		t.Errorf("file put there: got %q, %v", got, err)
	}
	// uv links from its cache into the environment.
	if _, err := m.Evidence(t.Context(), "mkdir -p ~/.cache && touch ~/.cache/file && ln ~/.cache/file linked"); err != nil {
		t.Errorf("home and workspace are not one file system: %v", err)
	}
}

// testEmpty empties a directory as root, and leaves what a link in it names.
func testEmpty(t *testing.T, r *rig) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	kept := filepath.Join(elsewhere, "kept")
	for _, err := range []error{
		os.MkdirAll(filepath.Join(dir, "home", "work"), 0o700),
		os.WriteFile(kept, nil, 0o600),
		os.Symlink(elsewhere, filepath.Join(dir, "home", "link")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := Empty(t.Context(), r.engine, r.image, r.program, dir); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left: got %v, %v, want nothing", left, err)
	}
	if _, err := os.Stat(kept); err != nil {
		t.Errorf("behind a link: %v", err)
	}
}
