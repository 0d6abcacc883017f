package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/engine/enginetest"
	"github.com/cibench/cibench/runner/runnertest"
	"github.com/cibench/cibench/runner/service/pypi"
	"github.com/cibench/cibench/runner/service/pypi/synthetic"
)

// offlineStudy needs no network: its packages are synthetic.
var offlineStudy = map[string]string{
	"study.yaml": `version: 1
name: offline
project: project
index: {lock: index.lock}
policy: {blocks: 1, timeout: 5m}
jobs:
  build:
    lane: image
    baseline: good
    states: [cold, code-change]
    variants:
      good: {dockerfile: Dockerfile}
      broken: {dockerfile: Dockerfile.broken}
      slow: {dockerfile: Dockerfile.slow}
mutations:
  code-change: [{file: app.py, append: "# {trial}\n"}]
`,
	"project/app.py":     "print()\n",
	"project/Dockerfile": "FROM python:3.11-slim\nRUN pip install synth-lib-00==1.0.0\nCOPY . .\n",
	"project/Dockerfile.broken": `FROM python:3.11-slim
RUN echo before the failure && pip install never-recorded
`,
	// On a changed tree it tells the test, and takes its time.
	"project/Dockerfile.slow": `FROM python:3.11-slim
COPY . .
RUN test $(wc -l <app.py) = 1 || { python3 -c "import urllib.request as u; u.urlopen('URL')"; sleep 8; }
`,
}

// An offline is a place to run that study: a cache directory of its own, with
// the machine's images in it.
type offline struct {
	program, study, cache, store string
	engine                       *engine.Engine
	env                          []string
	slow                         chan struct{} // has something while a build of slow on a changed tree is under way
}

func newOffline(t *testing.T) *offline {
	t.Helper()
	e := enginetest.Alone(t)
	dir := t.TempDir()
	o := &offline{
		program: enginetest.Program(t),
		study:   filepath.Join(dir, "study"), cache: filepath.Join(dir, "cache"), store: filepath.Join(dir, "results.db"),
		engine: e, slow: make(chan struct{}, 1),
	}
	told := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { o.slow <- struct{}{} }))
	t.Cleanup(told.Close)
	tree := maps.Clone(offlineStudy)
	tree["project/Dockerfile.slow"] = strings.Replace(tree["project/Dockerfile.slow"], "URL", told.URL, 1)
	runnertest.WriteTree(t, o.study, tree)
	images := enginetest.Images(t, e)
	if _, err := images.Get(t.Context(), "docker.io/library/python:3.11-slim"); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(o.cache, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(images.Dir, filepath.Join(o.cache, "images")); err != nil {
		t.Fatal(err)
	}
	store, err := pypi.OpenStore(filepath.Join(o.cache, "index"))
	if err != nil {
		t.Fatal(err)
	}
	lock, err := synthetic.Fill(store, 1)
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if _, err := lock.WriteTo(&text); err != nil {
		t.Fatal(err)
	}
	runnertest.WriteTree(t, o.study, map[string]string{"index.lock": text.String()})
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	return o
}

// command is the program with this place's directories.
func (o *offline) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, o.program, append(args, "--store", o.store, "--cache-dir", o.cache)...)
	cmd.Env = append(os.Environ(), o.env...)
	return cmd
}

// run runs the study and returns its streams and exit code.
func (o *offline) run(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	return o.output(t, append([]string{"run", o.study, "--seed", "1"}, args...)...)
}

// output runs the program and returns its streams and exit code.
func (o *offline) output(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := o.command(t.Context(), args...)
	var out, log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &log
	err := cmd.Run()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), log.String(), cmd.ProcessState.ExitCode()
}

// wantNothingLeft looks for what a run made in the engine.
func (o *offline) wantNothingLeft(t *testing.T) {
	t.Helper()
	left, err := o.engine.Clean(t.Context())
	if err != nil || left != (engine.Removed{}) {
		t.Errorf("left in the engine: %+v %v, want nothing", left, err)
	}
}

// TestFailedBuild has a build fail for want of a package. The run goes on, and
// says which package and what would get it.
func TestFailedBuild(t *testing.T) {
	o := newOffline(t)
	out, log, code := o.run(t, "--only", "good,broken")
	if code != 1 { // the unrecorded package is the run's error, too
		t.Errorf("exit code: got %d, want 1", code)
	}
	if !strings.Contains(out, "2 ok, 2 failed, 0 invalid") {
		t.Errorf("output: want 2 ok and 2 failed trials in\n%s", out)
	}
	for _, want := range []string{"before the failure", `package "never-recorded"`, "hint: ", "--record"} {
		if !strings.Contains(log, want) {
			t.Errorf("stderr: want %q in\n%s", want, log)
		}
	}
	o.wantNothingLeft(t)
}

// TestWrongHash changes a recorded file behind the index's back.
func TestWrongHash(t *testing.T) {
	o := newOffline(t)
	var object string
	err := filepath.WalkDir(filepath.Join(o.cache, "index", "sha256"), func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			object = path
		}
		return err
	})
	if err != nil || object == "" {
		t.Fatalf("no recorded file: %v", err)
	}
	if err := os.Chmod(object, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(object, []byte("something else"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, log, code := o.run(t, "--only", "good")
	if code != 1 || !strings.Contains(log, object) || !strings.Contains(log, "hint: delete "+object) {
		t.Errorf("exit code %d, want 1 and the file to delete in\n%s", code, log)
	}
	if _, err := os.Stat(object); err != nil {
		t.Errorf("the file is not the harness's to remove: %v", err)
	}
	o.wantNothingLeft(t)
}

// A watched is a run under way.
type watched struct {
	*exec.Cmd
	log  bytes.Buffer  // standard error, once read is closed
	read chan struct{} // closed at its end
}

// wait returns the exit code and what the run wrote to standard error.
func (w *watched) wait() (code int, log string) {
	<-w.read
	w.Wait() // its error is the exit code's
	return w.ProcessState.ExitCode(), w.log.String()
}

// watch starts the study and returns once the progress says what is awaited.
func (o *offline) watch(t *testing.T, awaited string, args ...string) *watched {
	t.Helper()
	return o.watchCommand(t, awaited, append([]string{"run", o.study, "--seed", "1"}, args...)...)
}

// watchCommand is watch of the program with any arguments.
func (o *offline) watchCommand(t *testing.T, awaited string, args ...string) *watched {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	t.Cleanup(cancel)
	w := &watched{Cmd: o.command(ctx, args...), read: make(chan struct{})}
	stderr, err := w.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	seen := make(chan struct{})
	go func() {
		defer close(w.read)
		found := false
		for lines := bufio.NewScanner(io.TeeReader(stderr, &w.log)); lines.Scan(); {
			if !found && strings.Contains(lines.Text(), awaited) {
				found = true
				close(seen)
			}
		}
	}()
	select {
	case <-seen:
	case <-w.read:
		_, log := w.wait()
		t.Fatalf("the run ended before %q:\n%s", awaited, log)
	}
	return w
}

// TestInterrupt sends Ctrl-C while priming and in the middle of a timed build.
func TestInterrupt(t *testing.T) {
	o := newOffline(t)
	const limit = 5 * time.Second
	for _, tt := range []struct {
		awaited, only string
		begun         func()
	}{
		{"priming good", "good", func() { time.Sleep(time.Second) }}, // nothing tells when its build has begun
		{"slow code-change", "*/slow/code-change", func() { <-o.slow }},
	} {
		w := o.watch(t, tt.awaited, "--only", tt.only)
		tt.begun()
		sent := time.Now()
		if err := w.Process.Signal(syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
		code, log := w.wait()
		if took := time.Since(sent); took > limit {
			t.Errorf("%s: gone after %s, want at most %s", tt.awaited, took, limit)
		}
		if code != 130 {
			t.Errorf("%s: exit code %d, want 130:\n%s", tt.awaited, code, log)
		}
		o.wantNothingLeft(t)
	}
}

// TestEngineGone cuts the run off from its engine in the middle of a build. The
// build goes on, as its daemon does; that it cannot be undone ends the run.
func TestEngineGone(t *testing.T) {
	o := newOffline(t)
	host, cut := proxyEngine(t, strings.TrimPrefix(o.engine.Info().Host, "unix://"))
	o.env = []string{"DOCKER_HOST=unix://" + host}
	w := o.watch(t, "slow code-change", "--only", "*/slow/code-change")
	<-o.slow
	cut()
	code, log := w.wait()
	if code != 1 || !strings.Contains(log, "docker engine: ") || !strings.Contains(log, "hint: start one") {
		t.Errorf("exit code %d, want 1 and an error that names the engine:\n%s", code, log)
	}
	// With the engine back, clean finds what had to stay.
	o.env = nil
	clean := o.command(t.Context(), "clean")
	if out, err := clean.CombinedOutput(); err != nil || !strings.Contains(string(out), "removed 1 containers, 1 volumes") {
		t.Errorf("clean: %v %s, want a container and a volume removed", err, out)
	}
	o.wantNothingLeft(t)
}

// proxyEngine listens on a socket of its own for the engine. The function that
// it returns ends every connection and refuses new ones.
func proxyEngine(t *testing.T, target string) (socket string, cut func()) {
	t.Helper()
	socket = filepath.Join(t.TempDir(), "docker.sock")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	var (
		mu    sync.Mutex
		conns []net.Conn
		over  bool
	)
	track := func(c net.Conn) bool {
		mu.Lock()
		defer mu.Unlock()
		if over {
			c.Close()
			return false
		}
		conns = append(conns, c)
		return true
	}
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("unix", target)
			if err != nil || !track(in) || !track(out) {
				in.Close()
				continue
			}
			go func() { io.Copy(out, in); out.(*net.UnixConn).CloseWrite() }()
			go func() { io.Copy(in, out); in.(*net.UnixConn).CloseWrite() }()
		}
	}()
	cut = func() {
		l.Close()
		mu.Lock()
		defer mu.Unlock()
		over = true
		for _, c := range conns {
			c.Close()
		}
	}
	t.Cleanup(cut)
	return socket, cut
}

// TestTimeout has builds outlast their timeout. They failed, the run goes on, and
// nothing of the builds does.
func TestTimeout(t *testing.T) {
	o := newOffline(t)
	// Priming has to fit in.
	runnertest.WriteTree(t, o.study, map[string]string{
		"study.yaml":              strings.Replace(offlineStudy["study.yaml"], "timeout: 5m", "timeout: 12s", 1),
		"project/Dockerfile.slow": "FROM python:3.11-slim\nCOPY . .\nRUN test $(wc -l <app.py) = 1 || sleep 100\n",
	})
	out, log, code := o.run(t, "--only", "*/slow/code-change", "--blocks", "2")
	if code != 1 || !strings.Contains(out, "0 ok, 2 failed, 0 invalid") {
		t.Errorf("exit code %d, want 1 as nothing was measured, and two failed trials:\n%s%s", code, out, log)
	}
	if strings.Count(log, "failed 12.") != 2 || !strings.Contains(log, "timeout after 12s") {
		t.Errorf("stderr: want two failed trials with their reason in\n%s", log)
	}
	o.wantNothingLeft(t)
}
