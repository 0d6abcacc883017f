//go:build soak

package main

import (
	"encoding/json"
	"errors"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// TestKilledAtEngineCalls kills a run at each kind of call that it makes of the
// engine, when the engine has done it and the run does not know yet: at the first
// that asks, and at one in the middle of the trials that changes something. Gone
// on with again and again, a run comes to the rows of one that nobody touched,
// and leaves nothing.
func TestKilledAtEngineCalls(t *testing.T) {
	o := newOffline(t)
	p := watchCalls(t, strings.TrimPrefix(o.engine.Info().Host, "unix://"))
	o.env = []string{"DOCKER_HOST=unix://" + p.socket}
	begin := []string{"run", o.study, "--seed", "1", "--only", "*/good/*", "--blocks", "2"}
	run := func(args []string, kind string, n int) (killed bool, log string) {
		t.Helper()
		cmd := o.command(t.Context(), args...)
		p.killAt(kind, n, func() { cmd.Process.Kill() })
		out, err := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code > 0 {
			t.Fatalf("%s %d: exit code %d:\n%s", kind, n, code, out)
		}
		return err != nil, string(out)
	}
	run(begin, "", 0) // primes: the calls of the next one are those of trials alone
	run(begin, "", 0)
	calls, want := p.calls, o.rows(t)
	kinds := map[string]int{}
	for _, kind := range calls {
		kinds[kind]++
	}
	if len(kinds) < 8 {
		t.Fatalf("%d kinds of calls among %q: too few", len(kinds), calls)
	}

	args, begun := begin, 2
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		n := 1
		if !strings.HasPrefix(kind, "GET ") && !strings.HasPrefix(kind, "HEAD ") {
			n = (kinds[kind] + 1) / 2
		}
		for killed := false; !killed; {
			var log string
			if killed, log = run(args, kind, n); !killed && slices.Equal(args, begin) {
				t.Fatalf("%s: no call %d in\n%s", kind, n, log)
			}
			list, _, _ := o.output(t, "show", "--list")
			runs := strings.Count(list, "\n") - 1
			switch {
			case !killed: // it is over: the rest is for the next one
				o.wantRows(t, want)
				args, begun = begin, runs
			case runs > begun:
				args = []string{"run", "--resume", "latest"}
			}
		}
	}
	run(args, "", 0)
	o.wantRows(t, want)
	o.wantNothingLeft(t)
}

// rows returns what the latest run stored, each row without its value, sorted.
func (o *offline) rows(t *testing.T) []string {
	t.Helper()
	out, log, code := o.output(t, "export")
	if code != 0 {
		t.Fatalf("export: exit code %d\n%s", code, log)
	}
	var rows []string
	for dec := json.NewDecoder(strings.NewReader(out)); ; {
		var l struct{ Trial, Phase, Counter, Outcome string }
		err := dec.Decode(&l)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, strings.Join([]string{l.Trial, l.Phase, l.Counter, l.Outcome}, " "))
	}
	slices.Sort(rows)
	return rows
}

// wantRows compares the rows of the latest run.
func (o *offline) wantRows(t *testing.T, want []string) {
	t.Helper()
	if got := o.rows(t); !slices.Equal(got, want) {
		t.Errorf("got %d rows, want the %d of a run that nobody touched:\n%s", len(got), len(want), strings.Join(got, "\n"))
	}
}

// An engineProxy passes calls on to the engine, and knows what they were.
type engineProxy struct {
	socket string

	mu    sync.Mutex
	calls []string // since killAt: "POST /containers/create"
	kind  string   // of the call that is to kill
	left  int      // calls of that kind until then
	kill  func()
}

// watchCalls listens on a socket of its own for the engine at target.
func watchCalls(t *testing.T, target string) *engineProxy {
	t.Helper()
	p := &engineProxy{socket: filepath.Join(t.TempDir(), "docker.sock")}
	l, err := net.Listen("unix", p.socket)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: &httputil.ReverseProxy{
		Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(&url.URL{Scheme: "http", Host: "engine"}) },
		Transport:      &http.Transport{Dial: func(string, string) (net.Conn, error) { return net.Dial("unix", target) }},
		ModifyResponse: p.answered,
		ErrorLog:       log.New(io.Discard, "", 0), // whoever is killed hears no answer
	}}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return p
}

// killAt has the nth call of a kind from now on kill.
func (p *engineProxy) killAt(kind string, n int, kill func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls, p.kind, p.left, p.kill = nil, kind, n, kill
}

// identity is what differs between calls of one kind.
var identity = regexp.MustCompile(`^/v[0-9.]+|[0-9a-f]{12,}|cibench[^/]*`)

// answered notes a call that the engine has done. The caller waits for it.
func (p *engineProxy) answered(r *http.Response) error {
	kind := r.Request.Method + " " + identity.ReplaceAllString(r.Request.URL.Path, "")
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls = append(p.calls, kind)
	if kind == p.kind {
		if p.left--; p.left == 0 {
			p.kill()
		}
	}
	return nil
}
