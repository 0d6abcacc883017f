package dockerfile

import (
	"errors"
	"slices"
	"testing"
)

const sample = `# syntax=docker/dockerfile:1.4
ARG PY=3.11
FROM python:${PY}-slim AS base
FROM base AS build
COPY --from=ghcr.io/example/tool:1 /tool /tool
RUN --mount=type=cache,target=/root/.cache/pip pip wheel -r requirements.txt
FROM base
ARG COMMIT
COPY requirements.txt .
RUN --mount=type=bind,from=build,source=/w,target=/w pip install -r requirements.txt
COPY app /app
RUN pip install extra
ENV REV=${COMMIT}
RUN true
`

func TestImages(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		args map[string]string
		want []string
	}{
		{"defaults", nil, []string{"docker/dockerfile:1.4", "python:3.11-slim", "ghcr.io/example/tool:1"}},
		{"build argument", map[string]string{"PY": "3.13"}, []string{"docker/dockerfile:1.4", "python:3.13-slim", "ghcr.io/example/tool:1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f, err := Parse("Dockerfile", []byte(sample), tt.args)
			if err != nil {
				t.Fatal(err)
			}
			got, err := f.Images()
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("images: got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestRunsReach(t *testing.T) {
	t.Parallel()
	const (
		before = "FROM x\nARG SHA\nENV REV=$SHA\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\nRUN pip install otel\n"
		fixed  = "FROM x\nWORKDIR /app\nCOPY requirements*.txt ./\nRUN --mount=type=cache,target=/c pip install -r requirements.txt\nCOPY . .\nARG SHA\nLABEL rev=$SHA\n"
		bound  = "FROM x\nRUN --mount=type=bind,source=requirements.txt,target=/r pip install -r /r\n"
	)
	for _, tt := range []struct {
		name, file string
		change     Change
		want       []Reach
	}{
		{"nothing", before, Change{}, []Reach{Kept, Kept}},
		{"code", before, Change{Files: []string{"app/main.py"}}, []Reach{Kept, Redone}},
		{"commit argument in ENV above", before, Change{Files: []string{"app/main.py"}, Args: []string{"SHA"}}, []Reach{Redone, Redone}},
		{"requirements", before, Change{Files: []string{"requirements.txt"}}, []Reach{Redone, Redone}},
		{"base", before, Change{Base: true}, []Reach{Redone, Redone}},
		{"other argument", before, Change{Args: []string{"OTHER"}}, []Reach{Kept, Kept}},
		{"fixed: commit argument below", fixed, Change{Files: []string{"app/main.py"}, Args: []string{"SHA"}}, []Reach{Kept}},
		{"fixed: pattern", fixed, Change{Files: []string{"requirements-dev.txt"}}, []Reach{Redone}},
		{"bind mount", bound, Change{Files: []string{"requirements.txt"}}, []Reach{Redone}},
		{"bind mount of another file", bound, Change{Files: []string{"app/main.py"}}, []Reach{Kept}},
		{"stages: code", sample, Change{Files: []string{"app/x.py"}}, []Reach{Kept, Kept, Redone, Redone}},
		{"stages: argument", sample, Change{Args: []string{"COMMIT"}}, []Reach{Kept, Redone, Redone, Redone}},
		{"stages: base", sample, Change{Base: true}, []Reach{Redone, Redone, Redone, Redone}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f, err := Parse("Dockerfile", []byte(tt.file), nil)
			if err != nil {
				t.Fatal(err)
			}
			var got []Reach
			for _, r := range f.Runs(tt.change) {
				got = append(got, r.Reach)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("reach: got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestParseErrorNamesLine(t *testing.T) {
	t.Parallel()
	_, err := Parse("Dockerfile.bad", []byte("FROM x\nRUN true\nCOPPY a b\n"), nil)
	var pe *ParseError
	if !errors.As(err, &pe) {
		t.Fatalf("got %v, want a ParseError", err)
	}
	if got, want := pe.Line, 3; got != want {
		t.Errorf("line: got %d, want %d (%v)", got, want, err)
	}
}
