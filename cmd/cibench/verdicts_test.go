//go:build overhead

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/cibench/cibench/results/stats"
	"github.com/cibench/cibench/results/verdict"
	"github.com/cibench/cibench/runner/engine/enginetest"
	"github.com/cibench/cibench/runner/runnertest"
)

// verdictStudy has two equal builds and one whose step takes 10 % longer. It
// fetches nothing, so that nothing but the machine makes noise.
func verdictStudy() map[string]string {
	step := func(n int) string {
		return fmt.Sprintf("FROM python:3.11-slim\nRUN python3 -c 'sum(i * i for i in range(%d))'\n", n)
	}
	const n = 30_000_000
	return map[string]string{
		"study.yaml": `version: 1
name: verdicts
project: project
policy: {max-blocks: 15, timeout: 5m}
jobs:
  build:
    lane: image
    baseline: plain
    states: [cold]
    variants:
      plain: {dockerfile: Dockerfile.plain}
      again: {dockerfile: Dockerfile.again}
      slowed: {dockerfile: Dockerfile.slowed}
`,
		"project/Dockerfile.plain":  step(n),
		"project/Dockerfile.again":  step(n),
		"project/Dockerfile.slowed": step(n * 11 / 10),
	}
}

// verdictRepeats is how often each tool judges each pair.
const verdictRepeats = 10

// TestVerdictCost has this program and a script around hyperfine judge the same
// two pairs of builds again and again, one of which is equal and the other not,
// and prints how long a verdict takes and how often it is wrong. It asserts
// nothing of the figures.
func TestVerdictCost(t *testing.T) {
	if _, err := exec.LookPath("hyperfine"); err != nil {
		t.Skip("needs hyperfine and the docker client: ", err)
	}
	o := newOffline(t)
	runnertest.WriteTree(t, o.study, verdictStudy())
	if err := os.Remove(filepath.Join(o.study, "index.lock")); err != nil {
		t.Fatal(err)
	}
	base := enginetest.Base(t, o.engine, "3.11-slim")
	tools := []struct {
		name  string
		judge func(variant string) verdict.Verdict
	}{
		{"cibench", func(variant string) verdict.Verdict { return judgeByCibench(t, o, variant) }},
		{"hyperfine", func(variant string) verdict.Verdict { return judgeByHyperfine(t, o, base, variant) }},
	}
	for _, tool := range tools { // what is made once is made before time counts
		tool.judge("again")
	}
	type tally struct {
		verdicts map[verdict.Verdict]int
		seconds  []float64
	}
	tallies := map[string]tally{}
	for i := range verdictRepeats {
		for _, variant := range []string{"again", "slowed"} {
			for _, tool := range tools {
				at, ok := tallies[tool.name+" "+variant]
				if !ok {
					at.verdicts = map[verdict.Verdict]int{}
				}
				start := time.Now()
				v := tool.judge(variant)
				at.seconds = append(at.seconds, time.Since(start).Seconds())
				at.verdicts[v]++
				tallies[tool.name+" "+variant] = at
				t.Logf("%d: %s, plain and %s: %s in %.0f s", i+1, tool.name, variant, v, at.seconds[i])
			}
		}
	}
	for _, variant := range []string{"again", "slowed"} {
		for _, tool := range tools {
			at := tallies[tool.name+" "+variant]
			wrong := verdictRepeats - at.verdicts[verdict.Slower]
			if variant == "again" {
				wrong = at.verdicts[verdict.Slower] + at.verdicts[verdict.Faster]
			}
			rate := stats.BinomialInterval(wrong, verdictRepeats, 0.95)
			t.Logf("plain and %-6s  %-9s  %4.0f s a verdict (%.0f to %.0f)  %v  wrong %d of %d (%.0f to %.0f %%)",
				variant, tool.name, stat.Mean(at.seconds, nil), stats.Min(at.seconds), stats.Max(at.seconds),
				at.verdicts, wrong, verdictRepeats, 100*rate.Low, 100*rate.High)
		}
	}
}

// judgeByCibench runs blocks until the pair is decided.
func judgeByCibench(t *testing.T, o *offline, variant string) verdict.Verdict {
	t.Helper()
	_, log, code := o.output(t, "run", o.study, "--only", "*/plain/*", "--only", "*/"+variant+"/*")
	if code != 0 {
		t.Fatalf("exit code %d:\n%s", code, log)
	}
	out, log, code := o.output(t, "compare", "plain", variant, "--format", "json")
	var compared struct{ Contrasts []verdict.Contrast }
	if err := json.Unmarshal([]byte(out), &compared); err != nil || code != 0 {
		t.Fatalf("exit code %d, %v:\n%s%s", code, err, out, log)
	}
	for _, c := range compared.Contrasts {
		if c.Name == "total" {
			return c.Effect.Verdict
		}
	}
	t.Fatalf("no total in\n%s", out)
	return ""
}

// judgeByHyperfine is what one would write without this program: ten builds of
// the one and ten of the other, without the builder's cache, and Welch's t-test
// at 5 %, which hyperfine's own scripts have.
func judgeByHyperfine(t *testing.T, o *offline, base, variant string) verdict.Verdict {
	t.Helper()
	dir := t.TempDir()
	args := []string{"--runs", "10", "--export-json", filepath.Join(dir, "times.json"), "--prepare", "docker image rm -f verdicts:latest; sync"}
	for _, name := range []string{"plain", variant} {
		text := strings.Replace(verdictStudy()["project/Dockerfile."+name], "python:3.11-slim", base, 1)
		runnertest.WriteTree(t, filepath.Join(dir, name), map[string]string{"Dockerfile": text})
		args = append(args, "docker build --no-cache --quiet --tag verdicts:latest "+filepath.Join(dir, name))
	}
	cmd := exec.CommandContext(t.Context(), "hyperfine", args...)
	cmd.Env = append(os.Environ(), "DOCKER_BUILDKIT=0") // engines without buildx have no other builder
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Run(); err != nil {
		t.Fatalf("hyperfine: %v\n%s", err, log.Bytes())
	}
	defer func() {
		if out, err := exec.Command("docker", "image", "rm", "-f", "verdicts:latest").CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	}()
	text, err := os.ReadFile(filepath.Join(dir, "times.json"))
	if err != nil {
		t.Fatal(err)
	}
	var measured struct{ Results []struct{ Times []float64 } }
	if err := json.Unmarshal(text, &measured); err != nil || len(measured.Results) != 2 {
		t.Fatalf("%v\n%s", err, text)
	}
	a, b := measured.Results[0].Times, measured.Results[1].Times
	switch {
	case welch(a, b) >= 0.05:
		return verdict.Inconclusive
	case stat.Mean(b, nil) > stat.Mean(a, nil):
		return verdict.Slower
	default:
		return verdict.Faster
	}
}

// welch returns the two-sided p-value of Welch's t-test (Biometrika 34, 1947) of
// whether two samples have one mean.
func welch(a, b []float64) float64 {
	va, vb := stat.Variance(a, nil)/float64(len(a)), stat.Variance(b, nil)/float64(len(b))
	freedom := (va + vb) * (va + vb) / (va*va/float64(len(a)-1) + vb*vb/float64(len(b)-1))
	t := math.Abs(stat.Mean(a, nil)-stat.Mean(b, nil)) / math.Sqrt(va+vb)
	return 2 * distuv.StudentsT{Sigma: 1, Nu: freedom}.CDF(-t)
}
