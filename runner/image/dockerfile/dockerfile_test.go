package dockerfile

import (
	"errors"
	"runtime"
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
		name, file string
		args       map[string]string
		want       []string
	}{
		{"defaults", sample, nil, []string{"docker/dockerfile:1.4", "python:3.11-slim", "ghcr.io/example/tool:1"}},
		{"build argument", sample, map[string]string{"PY": "3.13"}, []string{"docker/dockerfile:1.4", "python:3.13-slim", "ghcr.io/example/tool:1"}},
		{"pinned", "FROM python:3@sha256:ab", nil, []string{"python:3@sha256:ab"}},
		{"not declared above FROM", "FROM python:3$X", map[string]string{"X": "9"}, []string{"python:3"}},
		{"of the platform", "FROM base-$TARGETARCH", nil, []string{"base-" + runtime.GOARCH}},
		{"stages by number", "FROM a\nFROM b\nCOPY --from=0 /x /x\nRUN --mount=from=0,target=/x true", nil, []string{"a", "b", "0"}},
		{"scratch", "FROM scratch\nCOPY --from=a /x /x", nil, []string{"a"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f, err := Parse("Dockerfile", []byte(tt.file), tt.args)
			if err != nil {
				t.Fatal(err)
			}
			if got := f.Images(); !slices.Equal(got, tt.want) {
				t.Errorf("images: got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestParseErrorNamesLine(t *testing.T) {
	t.Parallel()
	for text, line := range map[string]int{
		"":                                   0,
		"FROM x\nRUN true\nCOPPY a b\n":      3,
		"RUN pip install x":                  1,
		"FROM x\nRUN --mount=type=cash true": 2,
		"FROM a\nFROM ${BASE:?which base} AS b\n": 2,
	} {
		_, err := Parse("Dockerfile.bad", []byte(text), nil)
		var pe *ParseError
		if !errors.As(err, &pe) {
			t.Fatalf("%q: got %v, want a ParseError", text, err)
		}
		if pe.Line != line {
			t.Errorf("%q: line: got %d, want %d (%v)", text, pe.Line, line, err)
		}
	}
}

// TestBaseImageKnowsMore has words that need a variable which only the base
// image may set: they are no error.
func TestBaseImageKnowsMore(t *testing.T) {
	t.Parallel()
	_, err := Parse("Dockerfile", []byte("FROM a\nWORKDIR ${HOME:?}\nRUN --mount=type=cache,target=${CACHE:?} true\nCOPY <<EOF /x\n${HOME:?}\nEOF\n"), nil)
	if err != nil {
		t.Error(err)
	}
}
