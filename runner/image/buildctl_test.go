package image

import (
	"archive/tar"
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/moby/buildkit/client"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/engine/enginetest"
	"github.com/cibench/cibench/runner/image/trace"
	"github.com/cibench/cibench/runner/image/trace/tracetest"
	"github.com/cibench/cibench/runner/phase"
	"github.com/cibench/cibench/runner/provision"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// TestBuildctlAgrees has BuildKit's own client run the build of a prepared
// trial. What buildctl printed is read twice: by this project's phases, and by
// a union of intervals that shares no code with them.
func TestBuildctlAgrees(t *testing.T) {
	l := newLane(t, BuilderContainer)
	tr := plan.Trial{ID: "buildctl", Job: "build", Variant: "after", State: scenarios.Cold}
	defer func() {
		if err := l.Restore(context.WithoutCancel(t.Context()), tr); err != nil {
			t.Fatal(err)
		}
	}()
	if err := l.Prepare(t.Context(), tr); err != nil {
		t.Fatal(err)
	}
	raw := solveByBuildctl(t, l, buildctl(t, l))
	// From here on all is as if Execute had run the build.
	l.cur.started = time.Now()
	var statuses []*client.SolveStatus
	for s, err := range tracetest.Read(bytes.NewReader(raw)) {
		if err != nil {
			t.Fatal(err)
		}
		l.cur.status.Add(s)
		statuses = append(statuses, s)
	}
	evidence, err := l.Verify(t.Context(), tr, runner.Attempt{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range evidence.Checks {
		if !c.OK {
			t.Errorf("%s: got %s, want %s", c.Name, c.Got, c.Want)
		}
	}
	samples, err := phase.Measure(evidence.Spans)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for name, named := range steps {
		i := slices.IndexFunc(samples, func(s results.Sample) bool { return s.Name == name })
		if i < 0 {
			t.Errorf("no phase %s", name)
			continue
		}
		// Half a millisecond is for phases that take next to none.
		got, want := samples[i].Value, unionOf(statuses, named)
		if want == 0 || math.Abs(got-want) > max(0.02*want, 0.0005) {
			t.Errorf("%s: got %.4f s, buildctl's intervals say %.4f s", name, got, want)
		}
		seen[name] = true
	}
	for _, s := range samples {
		if !seen[s.Name] && !strings.HasPrefix(s.Name, "pip.") { // the parts of a step's output
			t.Errorf("phase %s is compared with nothing", s.Name)
		}
	}
}

// steps tells the phases of the build's steps by their names, without this
// project's code.
var steps = map[string]func(name string) bool{
	trace.PipInstall:        func(n string) bool { return strings.Contains(n, "pip install") },
	trace.PipInstall + ".1": func(n string) bool { return strings.Contains(n, "pip install") },
	trace.BaseImage:         ofBase,
	trace.Export:            ofExport,
	trace.CodeCopy:          ofContext,
	trace.Other: func(n string) bool {
		return !strings.Contains(n, "pip install") && !ofBase(n) && !ofExport(n) && !ofContext(n)
	},
}

func ofBase(n string) bool {
	return strings.Contains(n, "FROM docker.io/library/python") || strings.Contains(n, "load metadata for docker.io/library/python")
}

func ofExport(n string) bool {
	return strings.HasPrefix(n, "exporting ") || strings.HasPrefix(n, "pushing ")
}

func ofContext(n string) bool {
	return strings.Contains(n, "load build context") || strings.Contains(n, "] COPY ")
}

// solveByBuildctl runs the prepared trial's build with buildctl and returns what
// it printed with --progress rawjson.
func solveByBuildctl(t *testing.T, l *Lane, program string) []byte {
	t.Helper()
	s := l.cur
	args := []string{
		"--addr", s.builder.(*engine.Daemon).Address(), "build", "--progress", "rawjson", "--frontend", "dockerfile.v0",
		"--local", "context=" + s.dir, "--local", "dockerfile=" + s.dir,
		"--opt", "filename=" + s.variant.Dockerfile,
		"--output", "type=image,name=" + s.build.target + ",push=true,registry.insecure=true",
	}
	for name, value := range s.build.args {
		args = append(args, "--opt", "build-arg:"+name+"="+value)
	}
	cmd := exec.CommandContext(t.Context(), program, args...)
	var out bytes.Buffer
	cmd.Stderr = &out
	if err := cmd.Run(); err != nil {
		t.Fatalf("buildctl: %v\n%s", err, out.Bytes())
	}
	return out.Bytes()
}

// buildctl takes the client out of the daemon's image.
func buildctl(t *testing.T, l *Lane) string {
	t.Helper()
	img, err := enginetest.Images(t, l.Engine).Get(t.Context(), provision.BuildKitRef)
	if err != nil {
		t.Fatal(err)
	}
	content := mutate.Extract(img.Image)
	defer content.Close()
	for tr := tar.NewReader(content); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			t.Fatal("the daemon's image has no buildctl")
		}
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Base(h.Name) != "buildctl" || h.Typeflag != tar.TypeReg {
			continue
		}
		file := filepath.Join(t.TempDir(), "buildctl")
		out, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY, 0o755)
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.Copy(out, tr)
		if err := errors.Join(err, out.Close()); err != nil {
			t.Fatal(err)
		}
		return file
	}
}

// unionOf returns the seconds during which a vertex with such a name was at
// work.
func unionOf(statuses []*client.SolveStatus, named func(string) bool) float64 {
	type interval struct{ from, to time.Time }
	last := map[string]interval{} // the latest report of an interval has its end
	for _, s := range statuses {
		for _, v := range s.Vertexes {
			if v.Started != nil && v.Completed != nil && named(v.Name) {
				last[v.Digest.String()+v.Started.String()] = interval{*v.Started, *v.Completed}
			}
		}
	}
	var all []interval
	for _, iv := range last {
		all = append(all, iv)
	}
	slices.SortFunc(all, func(a, b interval) int { return cmp.Compare(a.from.UnixNano(), b.from.UnixNano()) })
	var (
		sum float64
		end time.Time
	)
	for _, iv := range all {
		if iv.from.Before(end) {
			iv.from = end
		}
		if iv.to.After(iv.from) {
			sum += iv.to.Sub(iv.from).Seconds()
			end = iv.to
		}
	}
	return sum
}
