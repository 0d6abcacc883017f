package trace

import (
	"maps"
	"slices"
	"testing"

	"github.com/moby/buildkit/client"
	"github.com/opencontainers/go-digest"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/phase"
	"github.com/cibench/cibench/runner/piplog"
	"github.com/cibench/cibench/scenarios"
)

// TestUnfinished has a solve end while a step runs: the daemon completes it
// with an error of its own, and when the work stopped is not known.
func TestUnfinished(t *testing.T) {
	t.Parallel()
	run := client.Vertex{Digest: "sha256:r", Inputs: []digest.Digest{"sha256:f"}, Name: "[2/3] RUN pip install x", Started: at(1)}
	made := run
	made.Completed, made.Error = at(9), "context canceled"
	c := &Collector{}
	for _, v := range []client.Vertex{run, made} {
		c.Add(&client.SolveStatus{Vertexes: []*client.Vertex{&v}})
	}
	spans := c.Trace(nil, nil).Spans(epoch)
	want := results.Span{Phase: PipInstall, Step: "sha256:r", Name: run.Name, Start: 1, Open: true}
	if len(spans) != 2 || spans[0] != want {
		t.Errorf("spans = %+v, want %+v and the same of pip-install.1", spans, want)
	}
}

// TestExecutedAfterAll has a step that is found in a cache and executed all the
// same, because its blobs are gone.
func TestExecutedAfterAll(t *testing.T) {
	t.Parallel()
	v := client.Vertex{Digest: "sha256:r", Inputs: []digest.Digest{"sha256:f"}, Name: "[2/3] RUN make"}
	c := &Collector{}
	for _, r := range []struct {
		start, stop float64
		cached      bool
	}{{0, 1, true}, {2, 5, false}} {
		v := v
		v.Started, v.Completed, v.Cached = at(r.start), at(r.stop), r.cached
		c.Add(&client.SolveStatus{Vertexes: []*client.Vertex{&v}})
	}
	if got := flags(c.Trace(nil, nil).Steps()); got != "x" {
		t.Errorf("steps = %q, want x", got)
	}
}

// TestLog wants the lines of the step that failed, not of those that were
// stopped for it.
func TestLog(t *testing.T) {
	t.Parallel()
	c := &Collector{}
	c.Add(&client.SolveStatus{
		Vertexes: []*client.Vertex{
			{Digest: "sha256:a", Name: "[2/3] RUN a", Started: at(0), Completed: at(2), Error: "killed: context canceled"},
			{Digest: "sha256:b", Name: "[3/3] RUN b", Started: at(0), Completed: at(2), Error: "exit code: 1"},
		},
		Logs: []*client.VertexLog{
			{Vertex: "sha256:a", Stream: 1, Data: []byte("other\n"), Timestamp: *at(1.5)},
			{Vertex: "sha256:b", Stream: 1, Data: []byte("one\ntw"), Timestamp: *at(1)},
			{Vertex: "sha256:b", Stream: 2, Data: []byte("\x1b[31merror\x1b[0m\r\n"), Timestamp: *at(1.1)},
			{Vertex: "sha256:b", Stream: 1, Data: []byte("o\n"), Timestamp: *at(1.2)},
		},
	})
	for n, want := range map[int]string{2: "two\nerror\n", 9: "one\ntwo\nerror\n", 0: "", -1: ""} {
		if got := c.Log(n); got != want {
			t.Errorf("Log(%d) = %q, want %q", n, got, want)
		}
	}
}

// TestCachedStep has a result that is found on the spot, which takes a moment,
// and one whose layers come in later without a word about blobs.
func TestCachedStep(t *testing.T) {
	t.Parallel()
	v := client.Vertex{Digest: "sha256:r", Inputs: []digest.Digest{"sha256:f"}, Name: "[2/3] RUN pip install x", Started: at(1), Completed: at(1.5), Cached: true}
	fetch := client.Vertex{Digest: "sha256:r", Name: v.Name, Started: at(2), Completed: at(5)}
	tests := map[string]struct {
		reports []*client.Vertex
		want    map[string]float64
	}{
		"local": {[]*client.Vertex{&v}, map[string]float64{
			PipInstall: 0.5, "pip-install.1": 0.5, piplog.Resolve: 0, piplog.Build: 0, piplog.Unpack: 0}},
		"fetched": {[]*client.Vertex{&v, &fetch}, map[string]float64{
			PipInstall: 0.5, "pip-install.1": 0.5, piplog.Resolve: 0, piplog.Build: 0, piplog.Unpack: 0, CacheImport: 3}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &Collector{}
			c.Add(&client.SolveStatus{Vertexes: tt.reports})
			tr := c.Trace(nil, nil)
			samples, err := phase.Measure(tr.Spans(epoch))
			if err != nil {
				t.Fatal(err)
			}
			if got := values(samples); !maps.Equal(got, tt.want) {
				t.Errorf("phases = %v, want %v", got, tt.want)
			}
			if got := flags(tr.PipSteps()); got != "c" {
				t.Errorf("steps = %q, want c", got)
			}
		})
	}
}

// TestHiddenOutput wants no count of packages where the output does not show
// all of them.
func TestHiddenOutput(t *testing.T) {
	t.Parallel()
	full := []string{StepsCached, StepsExecuted, WheelsBuilt, results.CounterPackagesInstalled}
	tests := map[string]struct {
		name, output string
		want         []string
	}{
		"shown":     {"[2/3] RUN pip install x", "Collecting x\nInstalling collected packages: x\nSuccessfully installed x-1\n", full},
		"quiet":     {"[2/3] RUN pip install -q x", "", full[:2]},
		"clipped":   {"[2/3] RUN pip install x", "Collecting x\n[output clipped, log limit 2MiB reached]\nSuccessfully installed x-1\n", full[:2]},
		"by rule":   {"[2/3] RUN ./install.sh", "[output clipped, log limit 2MiB reached]\n", full[:2]},
		"no effect": {"[2/3] RUN pip check", "No broken requirements found.\n", full},
	}
	rules, err := scenarios.Job{Phases: []scenarios.PhaseRule{{Phase: PipInstall, Match: `install\.sh`}}}.StepPhases()
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := announced(tt.name)
			c.Add(&client.SolveStatus{Logs: []*client.VertexLog{{Vertex: digest.FromString(tt.name), Stream: 1, Data: []byte(tt.output), Timestamp: *at(0.5)}}})
			var got []string
			for _, s := range c.Trace(nil, rules).Counters() {
				got = append(got, s.Name)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("counters = %q, want %q", got, tt.want)
			}
		})
	}
}
