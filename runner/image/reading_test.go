package image

import (
	"maps"
	"strings"
	"testing"

	"github.com/cibench/cibench/runner/engine/enginetest"
	"github.com/cibench/cibench/runner/image/dockerfile"
	"github.com/cibench/cibench/runner/image/trace"
	"github.com/cibench/cibench/runner/runnertest"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// readings are Dockerfiles whose pip steps take some reading: trials of them
// are invalid when prediction and trace do not read alike.
var readings = map[string]string{
	"heredoc": `FROM python:3.11-slim
COPY requirements.txt .
RUN <<EOF
set -e
pip install -r requirements.txt
EOF
COPY . .
`,
	// The argument reaches a stage by its parent, without a word of it there;
	// a name that begins like it does not; / is a directory that needs no step.
	"inherited": `ARG COMMIT_SHA
FROM python:3.11-slim AS base
ARG COMMIT_SHA
FROM python:3.11-slim AS wheels
ENV COMMIT_SHA_FILE=none PIP=pip
ENV F=$COMMIT_SHA_FILE
WORKDIR /
RUN $PIP download -d /w synth-pure==1.0.0
FROM base
COPY --from=wheels /w /w
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
`,
	// A rule of the study makes a pip step of a script.
	"ruled": `FROM python:3.11-slim
ARG COMMIT_SHA
LABEL commit=$COMMIT_SHA
ENV COMMIT_SHA=
COPY install.sh requirements.txt .
RUN sh install.sh
COPY . .
`,
}

// readingTree is the synthetic study with the given Dockerfiles as variants.
func readingTree(dockerfiles map[string]string) map[string]string {
	files := maps.Clone(tree)
	head, _, _ := strings.Cut(tree["study.yaml"], "      before:")
	_, mutations, _ := strings.Cut(tree["study.yaml"], "mutations:")
	variants := ""
	for name, text := range dockerfiles {
		files["project/Dockerfile."+name] = text
		variants += "      " + name + ": {dockerfile: Dockerfile." + name + "}\n"
		head = strings.Replace(head, "baseline: before", "baseline: "+name, 1)
	}
	head = strings.Replace(head, "    variants:", "    phases: [{phase: pip-install, match: RUN sh install.sh}]\n    variants:", 1)
	files["study.yaml"] = head + variants + "mutations:" + mutations
	files["project/install.sh"] = "pip install -r requirements.txt\n"
	return files
}

// TestReadings expects every state of every reading to be proven.
func TestReadings(t *testing.T) {
	e := enginetest.Open(t)
	l := newLaneOf(t, BuilderContainer, e, enginetest.Images(t, e), readingTree(readings))
	for name := range readings {
		if err := l.Supply(t.Context(), []string{name}); err != nil {
			t.Fatal(err)
		}
		for _, state := range []scenarios.State{scenarios.Cold, scenarios.Warm, scenarios.CodeChange, scenarios.NewCommit, scenarios.DepsBump} {
			runnertest.Trial(t, l, plan.Trial{ID: name + "-" + string(state), Job: "build", Variant: name, State: state})
		}
	}
}

// TestInstalls has a RUN that the text shows to call pip, and one that it does
// not, with what the build showed.
func TestInstalls(t *testing.T) {
	t.Parallel()
	pip, script := dockerfile.Run{Line: 2, Use: dockerfile.Installs}, dockerfile.Run{Line: 3}
	for _, tt := range []struct {
		name string
		run  dockerfile.Run
		seen []trace.Step
		want bool
	}{
		{"as the text says", pip, []trace.Step{{Line: 2, Pip: 1}}, true},
		{"moved to another phase by a rule", pip, []trace.Step{{Line: 2}}, false},
		{"made one by a rule", script, []trace.Step{{Line: 2}, {Line: 3, Pip: 1}}, true},
		{"not seen", pip, []trace.Step{{Line: 3, Pip: 1}}, true},
		{"not seen, no pip", script, nil, false},
		{"line unknown", dockerfile.Run{}, []trace.Step{{Pip: 1}}, false},
	} {
		if got := installs(tt.run, tt.seen); got != tt.want {
			t.Errorf("%s: got %t, want %t", tt.name, got, tt.want)
		}
	}
}
