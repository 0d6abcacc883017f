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
	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/engine/enginetest"
	"github.com/cibench/cibench/runner/image/trace"
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
	raw := runBuildctl(t, l)
	var (
		c        trace.Collector
		statuses []*client.SolveStatus
	)
	for s, err := range trace.Read(bytes.NewReader(raw)) {
		if err != nil {
			t.Fatal(err)
		}
		c.Add(s)
		statuses = append(statuses, s)
	}
	spans := c.Trace(l.supplied["after"].file, nil).Spans(time.Unix(0, 0))
	samples, err := phase.Measure(spans)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		phase string
		name  func(string) bool
	}{
		{trace.PipInstall, func(n string) bool { return strings.Contains(n, "pip install") }},
		{trace.BaseImage, func(n string) bool {
			return strings.Contains(n, "FROM docker.io/library/python") || strings.Contains(n, "load metadata for docker.io/library/python")
		}},
		{trace.Export, func(n string) bool { return strings.HasPrefix(n, "exporting ") || strings.HasPrefix(n, "pushing ") }},
	} {
		i := slices.IndexFunc(samples, func(s results.Sample) bool { return s.Name == want.phase })
		if i < 0 {
			t.Errorf("no phase %s", want.phase)
			continue
		}
		got, expected := samples[i].Value, unionOf(statuses, want.name)
		if expected < 0.05 || math.Abs(got-expected) > 0.02*expected {
			t.Errorf("%s: got %.4f s, buildctl's intervals say %.4f s", want.phase, got, expected)
		}
	}
}

// runBuildctl runs the prepared trial's build with buildctl and returns what
// it printed with --progress rawjson.
func runBuildctl(t *testing.T, l *Lane) []byte {
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
	cmd := exec.CommandContext(t.Context(), buildctl(t, l), args...)
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
