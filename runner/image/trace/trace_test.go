package trace

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/image/dockerfile"
	"github.com/cibench/cibench/runner/image/trace/tracetest"
	"github.com/cibench/cibench/runner/phase"
	"github.com/cibench/cibench/runner/piplog"
)

// recording returns the recorded stream's text.
func recording(t testing.TB, name string) []byte {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name+".jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// replay returns what a collector keeps of a stream, and the stream's first
// moment.
func replay(t testing.TB, text []byte) (*Collector, time.Time) {
	t.Helper()
	c := &Collector{}
	var start time.Time
	for s, err := range tracetest.Read(bytes.NewReader(text)) {
		if err != nil {
			t.Fatal(err)
		}
		c.Add(s)
		for _, v := range s.Vertexes {
			if v.Started != nil && (start.IsZero() || v.Started.Before(start)) {
				start = *v.Started
			}
		}
	}
	return c, start
}

func readDockerfile(t testing.TB, name string) *dockerfile.File {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := dockerfile.Parse("Dockerfile", data, nil)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// values returns samples by name.
func values(samples []results.Sample) map[string]float64 {
	m := map[string]float64{}
	for _, s := range samples {
		m[s.Name] = s.Value
	}
	return m
}

// recorded says what the recordings show. The phases, in seconds, were added
// up from the recordings by another program; flags holds a letter for each
// step in the order of the Dockerfile: c cached, x executed, - not reached.
var recorded = map[string]struct {
	dockerfile string
	flags      string
	pip        string // the same, of the pip steps
	phases     map[string]float64
	counters   map[string]float64
}{
	"cold": {
		"plain", "xxxxxx", "xx",
		map[string]float64{BaseImage: 8.399, CodeCopy: 0.074, Export: 1.523, Other: 0.607,
			PipInstall: 5.181, "pip-install.1": 2.031, "pip-install.2": 3.150, piplog.Resolve: 1.137, piplog.Build: 0.475, piplog.Unpack: 0.975},
		map[string]float64{StepsCached: 0, StepsExecuted: 6, WheelsBuilt: 1, results.CounterPackagesInstalled: 9},
	},
	"warm": {
		"plain", "cccccc", "cc",
		map[string]float64{BaseImage: 0.010, CodeCopy: 0.004, Export: 0.842, Other: 0.010,
			PipInstall: 0, "pip-install.1": 0, "pip-install.2": 0, piplog.Resolve: 0, piplog.Build: 0, piplog.Unpack: 0},
		map[string]float64{StepsCached: 6, StepsExecuted: 0, WheelsBuilt: 0, results.CounterPackagesInstalled: 0},
	},
	"code-change": {
		"plain", "ccccxx", "cx",
		map[string]float64{BaseImage: 0.012, CacheExport: 1.403, CodeCopy: 0.041, Export: 0.892, Other: 0.016,
			PipInstall: 2.057, "pip-install.1": 0, "pip-install.2": 2.057, piplog.Resolve: 0.458, piplog.Build: 0.388, piplog.Unpack: 0.219},
		map[string]float64{StepsCached: 4, StepsExecuted: 2, WheelsBuilt: 1, results.CounterPackagesInstalled: 3},
	},
	"import-code": {
		"plain", "ccccxx", "cx",
		map[string]float64{BaseImage: 0.026, CacheImport: 4.037, CodeCopy: 0.334, Export: 2.247, Other: 0.029,
			PipInstall: 3.169, "pip-install.1": 0, "pip-install.2": 3.169, piplog.Resolve: 0.714, piplog.Build: 0.648, piplog.Unpack: 0.278},
		map[string]float64{StepsCached: 4, StepsExecuted: 2, WheelsBuilt: 1, results.CounterPackagesInstalled: 3},
	},
	"import-all": {
		"plain", "cccccc", "cc",
		map[string]float64{BaseImage: 0.099, CacheImport: 8.622, CodeCopy: 0.047, Export: 0.132, Other: 0.098,
			PipInstall: 0, "pip-install.1": 0, "pip-install.2": 0, piplog.Resolve: 0, piplog.Build: 0, piplog.Unpack: 0},
		map[string]float64{StepsCached: 6, StepsExecuted: 0, WheelsBuilt: 0, results.CounterPackagesInstalled: 0},
	},
	"build": { // its last pip step is quiet, so nothing is known of its packages
		"build", "xxxxxxxx", "xxxxx",
		map[string]float64{BaseImage: 14.382, CodeCopy: 1.197, Export: 4.862, Other: 0.219, PipInstall: 22.994,
			"pip-install.1": 15.442, "pip-install.2": 6.951, "pip-install.3": 11.243, "pip-install.4": 1.150, "pip-install.5": 2.630,
			piplog.Resolve: 3.569, piplog.Build: 2.194, piplog.Unpack: 11.832},
		map[string]float64{StepsCached: 0, StepsExecuted: 8},
	},
	"failed": {
		"failed", "xxx--", "xx",
		map[string]float64{BaseImage: 0.024, CodeCopy: 0.084, Other: 0.051, PipInstall: 6.476,
			"pip-install.1": 6.476, "pip-install.2": 6.365, piplog.Resolve: 1.903, piplog.Build: 2.053, piplog.Unpack: 0.404},
		map[string]float64{StepsCached: 0, StepsExecuted: 3, WheelsBuilt: 1, results.CounterPackagesInstalled: 2},
	},
}

func TestRecordings(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.jsonl.gz")
	if err != nil || len(files) != len(recorded) {
		t.Fatalf("testdata has %d recordings (%v), want %d", len(files), err, len(recorded))
	}
	for name, want := range recorded {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, start := replay(t, recording(t, name))
			tr := c.Trace(readDockerfile(t, want.dockerfile), nil)
			samples, err := phase.Measure(tr.Spans(start))
			if err != nil {
				t.Fatal(err)
			}
			got := values(samples)
			if g, w := slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want.phases)); !slices.Equal(g, w) {
				t.Errorf("phases = %v, want %v", g, w)
			}
			for p, w := range want.phases {
				if math.Abs(got[p]-w) > 0.001 {
					t.Errorf("phase %s = %.4f s, want %.3f", p, got[p], w)
				}
			}
			if g := values(tr.Counters()); !maps.Equal(g, want.counters) {
				t.Errorf("counters = %v, want %v", g, want.counters)
			}
			if g := flags(tr.Steps()); g != want.flags {
				t.Errorf("steps = %q, want %q", g, want.flags)
			}
			if g := flags(tr.PipSteps()); g != want.pip {
				t.Errorf("pip steps = %q, want %q", g, want.pip)
			}
		})
	}
}

// flags writes a letter for each step.
func flags(steps []Step) string {
	var b strings.Builder
	for _, s := range steps {
		switch {
		case s.Cached:
			b.WriteByte('c')
		case s.Executed:
			b.WriteByte('x')
		default:
			b.WriteByte('-')
		}
	}
	return b.String()
}

// TestPartsWithinStep holds the parts of pip's work against the step they are
// in.
func TestPartsWithinStep(t *testing.T) {
	t.Parallel()
	c, start := replay(t, recording(t, "build"))
	spans := c.Trace(readDockerfile(t, "build"), nil).Spans(start)
	whole := map[string]results.Span{}
	for _, s := range spans {
		if s.Phase == PipInstall {
			whole[s.Step] = s
		}
	}
	parts := 0
	for _, s := range spans {
		if s.Phase != piplog.Resolve && s.Phase != piplog.Build && s.Phase != piplog.Unpack {
			continue
		}
		parts++
		if w := whole[s.Step]; s.Start < w.Start || s.Stop > w.Stop {
			t.Errorf("%s [%.3f, %.3f) is outside of its step [%.3f, %.3f)", s.Phase, s.Start, s.Stop, w.Start, w.Stop)
		}
	}
	if parts != 17 { // seven runs of two or three parts each, and two empty ones
		t.Errorf("parts = %d, want 17", parts)
	}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	text := recording(t, "import-code")
	var again bytes.Buffer
	for s, err := range tracetest.Read(bytes.NewReader(text)) {
		if err != nil {
			t.Fatal(err)
		}
		if err := tracetest.Write(&again, s); err != nil {
			t.Fatal(err)
		}
	}
	if again.String() != string(text) {
		t.Error("a recording that is read and written differs")
	}
}

func TestReadPassesOver(t *testing.T) {
	t.Parallel()
	n := 0
	for _, err := range tracetest.Read(strings.NewReader("warning: x\n{\"vertexes\":[]}\n\n{}\n{broken\n{}")) {
		n++
		if n < 3 && err != nil {
			t.Fatal(err)
		}
		if n == 3 && (err == nil || !strings.Contains(err.Error(), "line 5")) {
			t.Errorf("error = %v, want one that names line 5", err)
		}
	}
	if n != 3 {
		t.Errorf("messages = %d, want 2 and an error", n)
	}
}

func TestReadFails(t *testing.T) {
	t.Parallel()
	want := errors.New("gone")
	var got error
	for _, err := range tracetest.Read(io.MultiReader(strings.NewReader("{}\n"), failing{want})) {
		got = err
	}
	if !errors.Is(got, want) {
		t.Errorf("error = %v, want %v", got, want)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
