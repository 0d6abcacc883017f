package trace

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/moby/buildkit/client"
	"github.com/opencontainers/go-digest"

	"github.com/cibench/cibench/runner/image/dockerfile"
	"github.com/cibench/cibench/scenarios"
)

var epoch = time.Date(2025, 10, 15, 12, 0, 0, 0, time.UTC)

// at returns the moment s seconds after epoch.
func at(s float64) *time.Time {
	t := epoch.Add(time.Duration(s * float64(time.Second)))
	return &t
}

// announced returns a collector that has heard of steps of these names, each
// the input of the next.
func announced(names ...string) *Collector {
	c := &Collector{}
	for _, n := range names {
		c.Add(&client.SolveStatus{Vertexes: []*client.Vertex{{
			Digest: digest.FromString(n), Inputs: []digest.Digest{"sha256:in"}, Name: n, Started: at(0), Completed: at(1),
		}}})
	}
	return c
}

func TestPhaseOfName(t *testing.T) {
	t.Parallel()
	d, err := dockerfile.Parse("Dockerfile", []byte(strings.Join([]string{
		"ARG BASE=python:3.11-slim",
		"FROM ${BASE} AS Deps",
		"ARG TOOL",
		"RUN <<EOF",
		"$TOOL install x",
		"EOF",
		"RUN [\"pip\", \"install\", \"x\"]",
		"FROM deps",
		"RUN $TOOL check",
		"COPY --from=deps /a /b",
	}, "\n")), map[string]string{"TOOL": "pip3"})
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]string{
		"[internal] load build definition from Dockerfile":                        Other,
		"[internal] load .dockerignore":                                           Other,
		"[internal] load build context":                                           CodeCopy,
		"[internal] load metadata for docker.io/library/python:3.11-slim":         BaseImage,
		"[linux/amd64 internal] load metadata for docker.io/library/python:3":     BaseImage,
		"resolve image config for docker-image://docker.io/docker/dockerfile:1.4": Other,
		"docker-image://docker.io/docker/dockerfile:1.4@sha256:ab":                Other,
		"[internal] setting cache mount permissions":                              Other,
		"[auth] library/python:pull token for registry":                           Other,
		"[deps 1/3] FROM docker.io/library/python:3.11-slim@sha256:ab":            BaseImage,
		"FROM docker.io/library/alpine":                                           BaseImage,
		"[linux/amd64->arm64 deps 2/3] RUN <<EOF ($TOOL install x)":               PipInstall,
		"[deps 3/3] RUN [\"pip\", \"install\", \"x\"]":                            PipInstall,
		"[stage-1 1/2] RUN pip3 check":                                            PipInstall,
		"[stage-1 2/2] COPY --from=deps /a /b":                                    Other,
		"[stage-1 2/9] COPY . .":                                                  CodeCopy,
		"[stage-1 2/9] ONBUILD COPY . .":                                          CodeCopy,
		"[stage-9  2/10] RUN --mount=type=cache,target=/c pip install x":          PipInstall,
		"[2/3] LINK COPY --link app /app":                                         CodeCopy,
		"[2/3] ADD https://example.com/x.tgz /x":                                  Other,
		"[2/3] ADD x.tgz /x":                                                      CodeCopy,
		"[2/3] WORKDIR /app":                                                      Other,
		"[2/3] RUN <<EOF (pip install)":                                           Other,
		"[context base] docker-image://docker.io/library/python":                  BaseImage,
		"[context src] load from client":                                          CodeCopy,
		"importing cache manifest from local:1":                                   CacheImport,
		"exporting cache to registry":                                             CacheExport,
		"exporting to GitHub Actions Cache":                                       CacheExport,
		"exporting to image":                                                      Export,
		"pushing example.com/x with docker":                                       Export,
		"[deps 2/7] RUN /bin/pip3 install x":                                      PipInstall,
		"Verifying build result":                                                  Other,
		"":                                                                        Other,
	}
	for name, want := range tests {
		if got := classify(&vertex{name: name}, d, nil).phase; got != want {
			t.Errorf("phase of %q = %q, want %q", name, got, want)
		}
	}
}

func TestRulesComeFirst(t *testing.T) {
	t.Parallel()
	rules, err := scenarios.Job{Phases: []scenarios.PhaseRule{
		{Phase: "system", Match: `RUN apt-get`}, {Phase: PipInstall, Match: `RUN ./install`}, {Phase: "never", Match: `RUN`},
	}}.StepPhases()
	if err != nil {
		t.Fatal(err)
	}
	c := announced("[2/5] RUN apt-get install gcc", "[3/5] RUN ./install.sh", "[4/5] RUN pip install x", "[5/5] COPY . .")
	var got []string
	for _, s := range c.Trace(nil, rules).Steps() {
		got = append(got, s.Phase)
	}
	if want := []string{"system", PipInstall, "never", CodeCopy}; !slices.Equal(got, want) {
		t.Errorf("phases = %q, want %q", got, want)
	}
	if got := c.Trace(nil, rules).PipSteps(); len(got) != 1 || got[0].Name != "[3/5] RUN ./install.sh" || got[0].Pip != 1 {
		t.Errorf("pip steps = %+v, want install.sh as number 1", got)
	}
}

// TestNumbersFollowTheDockerfile has the builder report the steps backwards,
// as it does, and one of them for two platforms.
func TestNumbersFollowTheDockerfile(t *testing.T) {
	t.Parallel()
	d, err := dockerfile.Parse("Dockerfile", []byte("FROM a AS zz\nRUN pip install 1\nFROM a AS aa\nRUN pip install 2\nRUN true\nRUN pip install 3\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	c := announced("[linux/arm64 aa 4/4] RUN pip install 3", "[linux/amd64 aa 4/4] RUN pip install 3",
		"[aa 3/4] RUN true", "[aa 2/4] RUN pip install 2", "[zz 2/2] RUN pip install 1")
	got := map[string]int{}
	for _, s := range c.Trace(d, nil).Steps() {
		got[s.Name[len(s.Name)-5:]] += s.Pip
	}
	want := map[string]int{"all 1": 1, "all 2": 2, "all 3": 3 + 3, " true": 0}
	for k, w := range want {
		if got[k] != w {
			t.Errorf("number of %q = %d, want %d", k, got[k], w)
		}
	}
}

// TestNameTellsMore has a variable that only the base image sets: the builder
// put its value in the step's name.
func TestNameTellsMore(t *testing.T) {
	t.Parallel()
	d, err := dockerfile.Parse("Dockerfile", []byte("FROM a\nRUN $TOOL install x\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"[2/2] RUN pip install x": PipInstall, "[2/2] RUN npm install x": Other} {
		if got := classify(&vertex{name: name}, d, nil).phase; got != want {
			t.Errorf("phase of %q = %q, want %q", name, got, want)
		}
	}
}

// TestSourceIsNoStep has ADD of an address, which the builder does in two
// steps of one name: the first is a source, asked for in each build.
func TestSourceIsNoStep(t *testing.T) {
	t.Parallel()
	const name = "[2/2] ADD https://example.com/x /x"
	c := announced(name)
	c.Add(&client.SolveStatus{Vertexes: []*client.Vertex{{Digest: "sha256:source", Name: name, Started: at(0), Completed: at(1)}}})
	if got := len(c.Trace(nil, nil).Steps()); got != 1 {
		t.Errorf("steps = %d, want 1", got)
	}
}
