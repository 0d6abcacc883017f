package sim

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/cibench/cibench/scenarios"
)

// resolveText resolves a Dockerfile over a small project.
func resolveText(t *testing.T, text string, args env, changed map[string][]byte) []op {
	t.Helper()
	f, err := parseDockerfile("Dockerfile", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	project := fstest.MapFS{
		"app/main.py":          {Data: []byte("print()\n")},
		"requirements.txt":     {Data: []byte("-r more/base.txt\nidna\n")},
		"more/base.txt":        {Data: []byte("httpx==0.27.0\n")},
		"requirements-dev.txt": {Data: []byte("pytest\n")},
	}
	r := &resolver{file: f, tree: tree{project, changed}, root: ".", args: args}
	return r.resolve()
}

// redone returns the steps whose result a change moved.
func redone(before, after []op) []string {
	var names []string
	for i, o := range after {
		if o.key != before[i].key {
			_, text, _ := strings.Cut(o.name, "] ")
			verb, _, _ := strings.Cut(text, " ")
			names = append(names, verb)
		}
	}
	return names
}

func TestKeys(t *testing.T) {
	t.Parallel()
	const stages = "FROM a AS tools\nCOPY app /app\nRUN make\nFROM b AS unused\nRUN make all\nFROM c\nCOPY requirements.txt .\nRUN true\nCOPY --from=tools /x /x\n"
	const siblings = "FROM a AS x\nRUN make\nFROM x AS y\nARG X\nRUN one\nFROM x AS w\nRUN two\nFROM q\nCOPY --from=y /a /a\nCOPY --from=w /b /b\n"
	for _, tt := range []struct {
		name, text string
		args       env
		changed    string
		want       []string
	}{
		{"nothing", "FROM a\nRUN make\n", nil, "", nil},
		{"file", "FROM a\nRUN make\nCOPY app .\nRUN make\n", nil, "app/main.py", []string{"COPY", "RUN"}},
		{"other file", "FROM a\nCOPY app .\n", nil, "requirements.txt", nil},
		{"pattern", "FROM a\nCOPY requirements*.txt .\n", nil, "requirements-dev.txt", []string{"COPY"}},
		{"json", "FROM a\nCOPY [\"app\", \"/app\"]\n", nil, "app/main.py", []string{"COPY"}},
		{"whole context", "FROM a\nADD --chown=x . .\n", nil, "app/main.py", []string{"ADD"}},
		{"bound file", "FROM a\nRUN --mount=type=bind,source=requirements.txt,target=/r cat /r\n", nil, "requirements.txt", []string{"RUN"}},
		{"argument that no step sees", "FROM a\nRUN make\nARG X\n", env{"X": "1"}, "", nil},
		{"undeclared argument", "FROM a\nRUN make\n", env{"X": "1"}, "", nil},
		{"argument above RUN", "FROM a\nARG X\nCOPY app .\nRUN make\n", env{"X": "1"}, "", []string{"RUN"}},
		{"argument in ENV", "FROM a\nARG X\nENV Y=${X:-none}\nRUN make\n", env{"X": "1"}, "", []string{"RUN"}},
		{"argument in WORKDIR", "FROM a\nARG X=0\nWORKDIR /w$X\n", env{"X": "1"}, "", []string{"WORKDIR"}},
		{"argument of FROM", "ARG X=a\nFROM $X\nRUN make\n", env{"X": "b"}, "", []string{"FROM", "RUN"}},
		{"global argument", "ARG X=a\nFROM b\nARG X\nRUN make\n", env{"X": "b"}, "", []string{"RUN"}},
		{"argument of another stage", siblings, env{"X": "1"}, "", []string{"RUN", "COPY", "COPY"}},
		{"stages", stages, nil, "app/main.py", []string{"COPY", "RUN", "COPY"}},
		{"stages, the last", stages, nil, "requirements.txt", []string{"COPY", "RUN", "COPY"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			changed := map[string][]byte{}
			if tt.changed != "" {
				changed[tt.changed] = []byte("changed\n")
			}
			before, after := resolveText(t, tt.text, nil, nil), resolveText(t, tt.text, tt.args, changed)
			if got := redone(before, after); !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestDefaults has an argument that is declared above the first FROM and in a
// stage.
func TestDefaults(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text string
		args       env
		want       string
	}{
		{"the stage's own", "ARG V=1\nFROM x\nARG V=2\n", nil, "2"},
		{"the stage's own, which is empty", "ARG V=1\nFROM x\nARG V=\n", nil, ""},
		{"the global one", "ARG V=1\nFROM x\nARG V\n", nil, "1"},
		{"the later global one", "ARG V=1\nARG V=2\nFROM x\nARG V\n", nil, "2"},
		{"not declared in the stage", "ARG V=1\nFROM x\n", nil, ""},
		{"what the build is called with", "ARG V=1\nFROM x\nARG V=2\n", env{"V": "3"}, "3"},
	} {
		got := resolveText(t, tt.text+"WORKDIR /w$V\n", tt.args, nil)
		want := resolveText(t, "FROM x\nWORKDIR /w"+tt.want+"\n", nil, nil)
		if got[1].key != want[1].key {
			t.Errorf("%s: the value is not %q", tt.name, tt.want)
		}
	}
}

func TestStagesThatAreNotNeeded(t *testing.T) {
	t.Parallel()
	ops := resolveText(t, "FROM a AS x\nRUN one\nFROM b\nRUN two\nFROM x AS last\nRUN three\n", nil, nil)
	var got []string
	for _, o := range ops {
		got = append(got, o.name)
	}
	want := []string{"[x 1/2] FROM a", "[x 2/2] RUN one", "[last 2/2] RUN three"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestInstalls(t *testing.T) {
	t.Parallel()
	const mount = "--mount=type=cache,target=/root/.cache/pip "
	for _, tt := range []struct {
		name, text string
		want       []string // requirements of each pip step
		mount      string   // of the last one
	}{
		{"names", "RUN pip install 'httpx[http2]==0.27.0' Idna_SSL \\\n  # why\n  --upgrade\n", []string{"httpx==0.27.0 idna-ssl==1.0"}, ""},
		{"module", "RUN apt-get update && python3 -m pip --quiet install idna", []string{"idna==1.0"}, ""},
		{"json", `RUN ["pip", "install", "idna"]`, []string{"idna==1.0"}, ""},
		{"values of options", "RUN pip install -i x -c y --prefix=/p idna .", []string{"idna==1.0"}, ""},
		{"file that includes another", "COPY requirements.txt /tmp/\nRUN pip install -r /tmp/requirements.txt", []string{"httpx==0.27.0 idna==1.0"}, ""},
		{"bound file", "RUN --mount=type=bind,source=requirements-dev.txt,target=/r pip install -r /r", []string{"pytest==1.0"}, ""},
		{"installed before", "RUN pip install idna\nRUN pip install idna pytest", []string{"idna==1.0", "pytest==1.0"}, ""},
		{"no pip", "RUN echo pip install idna && pip list", nil, ""},
		{"mount", "RUN " + mount + "pip install idna", []string{"idna==1.0"}, "/root/.cache/pip"},
		{"mount with an id", "RUN --mount=type=cache,id=p,target=/root/.cache pip install idna", []string{"idna==1.0"}, "p"},
		{"mount of something else", "RUN --mount=type=cache,target=/var/cache/apt pip install idna", []string{"idna==1.0"}, ""},
		{"mount that pip is told of", "ENV PIP_CACHE_DIR=/c\nRUN --mount=type=cache,target=/c pip install idna", []string{"idna==1.0"}, "/c"},
		{"mount that pip does not use", "ENV PIP_CACHE_DIR=/c\nRUN " + mount + "pip install idna", []string{"idna==1.0"}, ""},
		{"cache off by option", "RUN " + mount + "pip install --no-cache-dir idna", []string{"idna==1.0"}, ""},
		{"cache off by a zero", "ENV PIP_NO_CACHE_DIR 0\nRUN " + mount + "pip install idna", []string{"idna==1.0"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			mount := ""
			for _, o := range resolveText(t, "FROM a\n"+tt.text+"\n", nil, nil) {
				if o.pip == nil {
					continue
				}
				var names []string
				for _, p := range o.pip.packages {
					if !strings.Contains(p.name, "-dep") {
						names = append(names, p.name+"=="+p.version)
					}
				}
				got = append(got, strings.Join(names, " "))
				mount = o.pip.mount
				if o.fail != "" {
					t.Errorf("it fails: %s", o.fail)
				}
			}
			if !slices.Equal(got, tt.want) || mount != tt.mount {
				t.Errorf("got %q with mount %q, want %q with %q", got, mount, tt.want, tt.mount)
			}
		})
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"COPY none .": `"/none": not found`,
		"RUN --mount=type=bind,source=none,target=/r cat /r": `"/none": not found`,
		"RUN pip install -r none.txt":                        "ERROR: Could not open requirements file: none.txt",
		"COPY --from=elsewhere none .":                       "",
		"ADD https://example.org/none.tar .":                 "",
	} {
		ops := resolveText(t, "FROM a\n"+text+"\n", nil, nil)
		if got := ops[len(ops)-1].fail; got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func TestCompiling(t *testing.T) {
	t.Parallel()
	const text = "FROM a\nENV PIP_NO_BINARY=httpx\nRUN --mount=type=cache,target=/root/.cache/pip pip install --no-binary idna -r requirements.txt\n"
	ops := resolveText(t, text, nil, nil)
	build1 := &build{builder: newBuilder(), noise: newNoise(1, "x")}
	build1.run(ops)
	if got, want := build1.counts.wheels, int64(2); got != want {
		t.Errorf("wheels built: got %d, want %d", got, want)
	}
	clear(build1.builder.layers) // as after a change above the step
	build2 := &build{builder: build1.builder, noise: newNoise(1, "y")}
	build2.run(ops)
	if got := build2.counts.wheels; got != 0 {
		t.Errorf("wheels built again: got %d, want 0", got)
	}
	if build2.counts.notModified == 0 || build2.counts.fileBytes != 0 {
		t.Errorf("second build: got %+v, want pages asked for and no file", build2.counts)
	}
	if phases := func(b *build) (names []string) {
		for _, s := range b.spans {
			names = append(names, s.Phase)
		}
		return names
	}; !slices.Contains(phases(build1), "pip.build") || slices.Contains(phases(build2), "pip.build") {
		t.Errorf("phases: got %q, then %q, want pip.build in the first alone", phases(build1), phases(build2))
	}
}

func TestPhaseRules(t *testing.T) {
	t.Parallel()
	f, err := parseDockerfile("Dockerfile", []byte("FROM a\nRUN make\nRUN pip install idna\n"))
	if err != nil {
		t.Fatal(err)
	}
	rules, err := scenarios.Job{Phases: []scenarios.PhaseRule{{Phase: "compile", Match: "RUN make$"}}}.StepPhases()
	if err != nil {
		t.Fatal(err)
	}
	r := &resolver{file: f, tree: tree{project: fstest.MapFS{}}, root: ".", rules: rules}
	var got []string
	for _, o := range r.resolve() {
		got = append(got, o.phase)
	}
	if want := []string{"base-image", "compile", "pip-install"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestParseDockerfile(t *testing.T) {
	t.Parallel()
	f, err := parseDockerfile("Dockerfile", []byte("# syntax=x\nARG A=1\n\nFROM --platform=linux/amd64 a as b\nrun one \\\n# between\n  two\nCMD [\"x\"]\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := &file{
		global: []instruction{{2, "ARG", "A=1"}},
		stages: []stage{{name: "b", base: "a", instructions: []instruction{{5, "RUN", "one  two"}}}},
	}
	if !reflect.DeepEqual(f, want) {
		t.Errorf("got %+v, want %+v", f, want)
	}
	for text, want := range map[string]string{
		"":                         "Dockerfile:1: no build stage",
		"RUN make\nFROM a\n":       "Dockerfile:1: RUN before the first FROM",
		"FROM a b\n":               "Dockerfile:1: FROM a b",
		"FROM a\nCOPY <<E /x\nE\n": "Dockerfile:2: a here-document",
	} {
		if _, err := parseDockerfile("Dockerfile", []byte(text)); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}
