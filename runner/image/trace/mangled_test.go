package trace

import (
	"bytes"
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/image/dockerfile"
	"github.com/cibench/cibench/runner/image/trace/tracetest"
)

// checkTrace reads a stream, good or not, and fails when what is made of it
// contradicts itself.
func checkTrace(t *testing.T, text []byte, d *dockerfile.File) {
	t.Helper()
	c := &Collector{}
	for s, err := range tracetest.Read(bytes.NewReader(text)) {
		if err == nil {
			c.Add(s)
		}
	}
	tr := c.Trace(d, nil)
	spans := tr.Spans(time.Unix(0, 0))
	if !slices.IsSortedFunc(spans, func(a, b results.Span) int { return cmp.Compare(a.Start, b.Start) }) {
		t.Error("spans are not sorted by start")
	}
	for _, s := range spans {
		if s.Phase == "" || s.Open && s.Stop != 0 {
			t.Errorf("span %+v has no phase, or is open with a stop", s)
		}
	}
	for i, s := range tr.PipSteps() {
		if s.Pip < 1 || s.Pip > i+1 || s.Cached && s.Executed {
			t.Errorf("pip step %d = %+v, want a number up to %d, and cached or executed", i, s, i+1)
		}
	}
	if n := len(tr.Counters()); n != 2 && n != 4 {
		t.Errorf("%d counters, want 2 or 4", n)
	}
	if n := strings.Count(c.Log(5), "\n"); n > 5 {
		t.Errorf("Log(5) has %d lines", n)
	}
}

// TestMangledStreams loses, repeats, reorders and corrupts messages of the
// recordings.
func TestMangledStreams(t *testing.T) {
	t.Parallel()
	for name, r := range recorded {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const seed = 16
			rng := rand.New(rand.NewPCG(seed, uint64(len(name))))
			d := readDockerfile(t, r.dockerfile)
			good := bytes.SplitAfter(recording(t, name), []byte("\n"))
			for round := range 40 {
				lines := slices.Clone(good)
				for range 1 + rng.IntN(10) {
					i, j := rng.IntN(len(lines)), rng.IntN(len(lines))
					switch rng.IntN(4) {
					case 0:
						lines[i] = nil
					case 1:
						lines[i] = lines[j]
					case 2:
						lines[i], lines[j] = lines[j], lines[i]
					case 3:
						if lines[i] = slices.Clone(lines[i]); len(lines[i]) > 0 {
							lines[i][rng.IntN(len(lines[i]))] = byte(rng.IntN(128))
						}
					}
				}
				checkTrace(t, bytes.Join(lines, nil), d)
				if t.Failed() {
					t.Fatalf("seed %d round %d", seed, round)
				}
			}
		})
	}
}

func FuzzTrace(f *testing.F) {
	const vertex = `{"vertexes":[{"digest":"sha256:a","inputs":["sha256:b"],"name":"[2/3] RUN pip install x","started":"2025-01-01T00:00:01Z","completed":"2025-01-01T00:00:02Z","cached":true}]}` + "\n"
	f.Add([]byte(vertex), "FROM python:3.11-slim\nRUN pip install x\nCOPY . .\n")
	f.Add([]byte(vertex+`{"statuses":[{"id":"extracting sha256:0bf99f7491c84db5911f08a1461b136040d22b0d3ce8a2ea2d5dc1a4bd5ba2d2","vertex":"sha256:a","started":"2025-01-01T00:00:01Z"}]}`), "FROM scratch")
	f.Add([]byte(vertex+`{"logs":[{"vertex":"sha256:a","stream":1,"data":"Q29sbGVjdGluZyBhCg==","timestamp":"2025-01-01T00:00:01Z"}]}`), "")
	f.Add([]byte(`{"vertexes":[null,{"name":"[9/2] RUN pip","started":"0001-01-01T00:00:00Z"}],"logs":[null],"statuses":[null]}`), "RUN <<X")
	f.Fuzz(func(t *testing.T, text []byte, file string) {
		d, err := dockerfile.Parse("Dockerfile", []byte(file), map[string]string{"A": "b"})
		if err != nil {
			d = nil
		}
		checkTrace(t, text, d)
	})
}
