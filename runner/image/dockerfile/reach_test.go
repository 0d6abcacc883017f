package dockerfile

import (
	"slices"
	"testing"
)

const (
	before = "FROM x\nARG SHA\nENV REV=$SHA\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\nRUN pip install otel\n"
	fixed  = "FROM x\nWORKDIR /app\nCOPY requirements*.txt ./\nRUN --mount=type=cache,target=/c pip install -r requirements.txt\nCOPY . .\nARG SHA\nLABEL rev=$SHA\n"
	bound  = "FROM x\nRUN --mount=type=bind,source=requirements.txt,target=/r pip install -r /r\n"
)

var (
	code    = Change{Files: []string{"app/main.py"}}
	sha     = Change{Args: map[string]string{"SHA": "new"}}
	sameSHA = Change{Args: map[string]string{"SHA": "old"}}
)

type reachTest struct {
	name, file string // for a build with SHA=old
	change     Change
	want       []Reach // of each RUN
}

// reachTests are about files and bases.
var reachTests = []reachTest{
	{"nothing", before, Change{}, []Reach{Kept, Kept}},
	{"code", before, code, []Reach{Kept, Redone}},
	{"code and argument", before, Change{Files: code.Files, Args: sha.Args}, []Reach{Redone, Redone}},
	{"requirements", before, Change{Files: []string{"requirements.txt"}}, []Reach{Redone, Redone}},
	{"base", before, Change{Base: true}, []Reach{Redone, Redone}},
	{"fixed: code and argument", fixed, Change{Files: code.Files, Args: sha.Args}, []Reach{Kept}},
	{"fixed: pattern", fixed, Change{Files: []string{"requirements-dev.txt"}}, []Reach{Redone}},
	{"bind mount", bound, Change{Files: []string{"requirements.txt"}}, []Reach{Redone}},
	{"bind mount of another file", bound, code, []Reach{Kept}},
	{"stages: code", sample, Change{Files: []string{"app/x.py"}}, []Reach{Kept, Kept, Redone, Redone}},
	{"stages: argument", sample, Change{Args: map[string]string{"COMMIT": "1"}}, []Reach{Kept, Redone, Redone, Redone}},
	{"stages: base", sample, Change{Base: true}, []Reach{Redone, Redone, Redone, Redone}},
	{"unneeded stage", "FROM x AS a\nRUN one\nFROM x\nRUN two", Change{Base: true}, []Reach{Redone}},
	{"copy of a stage", "FROM x AS a\nCOPY . .\nRUN one\nFROM x\nCOPY --from=a /y /y\nRUN two", code, []Reach{Redone, Unknown}},
	{"scratch", "FROM scratch\nRUN one", Change{Base: true}, []Reach{Kept}},
	{"cold", "FROM scratch\nRUN one", Change{Cold: true}, []Reach{Redone}},
	{"left out", "FROM x\nCOPY --exclude=*.md . .\nRUN one", Change{Files: []string{"README.md"}}, []Reach{Unknown}},
}

// argumentTests are about what another commit does by its argument alone. A
// RUN has every variable and argument above it in its key; what the image
// keeps for later has no part in it.
var argumentTests = []reachTest{
	{"another argument", before, Change{Args: map[string]string{"OTHER": "1"}}, []Reach{Kept, Kept}},
	{"same value", before, sameSHA, []Reach{Kept, Kept}},
	{"declared above", "FROM x\nARG SHA\nRUN one", sha, []Reach{Redone}},
	{"declared below", "FROM x\nRUN one\nARG SHA\nRUN two", sha, []Reach{Kept, Redone}},
	{"not declared", "FROM x\nENV REV=$SHA\nRUN one", sha, []Reach{Kept}},
	{"hidden by ENV", "FROM x\nARG SHA\nENV SHA=fixed\nRUN one", sha, []Reach{Kept}},
	{"part of the value", "FROM x\nARG SHA\nENV V=${SHA:+set} SHA=\nRUN one", sha, []Reach{Kept}},
	{"ENV of a parent stage", "FROM x AS base\nARG SHA\nENV REV=$SHA\nFROM base\nRUN one", sha, []Reach{Redone}},
	{"ARG of a parent stage", "FROM x AS base\nARG SHA\nFROM base\nRUN one", sha, []Reach{Redone}},
	{"ARG of another stage", "FROM x AS base\nFROM base AS a\nARG SHA\nRUN one\nFROM base\nCOPY --from=a /y /y\nRUN two", sha, []Reach{Redone, Unknown}},
	{"global, declared again", "ARG SHA\nFROM x\nARG SHA\nRUN one", sha, []Reach{Redone}},
	{"global alone", "ARG SHA\nFROM x\nRUN one", sha, []Reach{Kept}},
	{"in the base's name", "ARG SHA\nFROM x:$SHA\nRUN one", sha, []Reach{Redone}},
	{"in the base's name, not declared", "FROM x:$SHA\nRUN one", sha, []Reach{Kept}},
	{"in the base's default", "ARG SHA\nARG BASE=x:$SHA\nFROM $BASE\nRUN one", sha, []Reach{Redone}},
	{"which stage", "ARG SHA\nFROM x AS old\nFROM y AS new\nFROM $SHA\nRUN one", sha, []Reach{Redone}},
	{"name within a name", "FROM x\nARG SHA_FILE=f\nENV F=$SHA_FILE\nRUN one\nARG SHA\n", sha, []Reach{Kept}},
	{"escaped", "FROM x\nENV REV=\\$SHA\nRUN one", sha, []Reach{Kept}},
	{"COPY by a name within", "FROM x AS a\nENV SHA_FILE=f\nARG SHA\nCOPY $SHA_FILE /f\nFROM x\nCOPY --from=a /f /f\nRUN one", sha, []Reach{Kept}},
	{"COPY to a directory", "FROM x AS a\nARG SHA\nCOPY f /$SHA/\nFROM x\nCOPY --from=a / /\nRUN one", sha, []Reach{Unknown}},
	{"here-document of COPY", "FROM x AS a\nARG SHA\nCOPY <<EOF /f\n$SHA\nEOF\nFROM x\nCOPY --from=a /f /f\nRUN one", sha, []Reach{Unknown}},
	{"WORKDIR", "FROM x\nARG SHA\nWORKDIR /$SHA\nENV SHA=\nRUN one", sha, []Reach{Redone}},
	{"USER", "FROM x\nARG SHA\nUSER $SHA\nENV SHA=\nRUN one", sha, []Reach{Redone}},
	{"LABEL", "FROM x\nARG SHA\nLABEL rev=$SHA\nENV SHA=\nRUN one", sha, []Reach{Kept}},
	{"EXPOSE", "FROM x\nARG SHA\nEXPOSE $SHA\nENV SHA=\nRUN one", sha, []Reach{Kept}},
	{"cache mount's name", "FROM x\nARG SHA\nRUN --mount=type=cache,id=$SHA,target=/c one", sha, []Reach{Redone}},
	{"SHELL stays", "FROM x\nSHELL [\"bash\", \"-c\"]\nRUN one\nARG SHA", sha, []Reach{Kept}},
}

func TestReach(t *testing.T) {
	t.Parallel()
	for _, tt := range slices.Concat(reachTests, argumentTests) {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f, err := Parse("Dockerfile", []byte(tt.file), map[string]string{"SHA": "old"})
			if err != nil {
				t.Fatal(err)
			}
			runs, err := f.Runs(tt.change)
			if err != nil {
				t.Fatal(err)
			}
			var got []Reach
			for _, r := range runs {
				got = append(got, r.Reach)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("reach: got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestRunsTellPip wants the prediction to know pip wherever a step's name
// makes the trace know it.
func TestRunsTellPip(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{
		"here-document":      "FROM x\nRUN <<EOF\npip install a\nEOF\n",
		"here-document, tab": "FROM x\nRUN <<-EOF\n\tpip install a\n\tEOF\n",
		"here-document's sh": "FROM x\nRUN bash <<EOF\npip install a\nEOF\n",
		"variable":           "FROM x\nENV PIP=pip\nRUN $PIP install a\n",
		"parent's variable":  "FROM x AS base\nENV PIP=pip\nFROM base\nRUN $PIP install a\n",
		"argument":           "FROM x\nARG PIP=pip\nRUN $PIP install a\n",
		"list of words":      "FROM x\nRUN [\"pip\", \"install\", \"a\"]\n",
	} {
		f, err := Parse("Dockerfile", []byte(file), nil)
		if err != nil {
			t.Fatal(err)
		}
		runs, err := f.Runs(Change{})
		if err != nil {
			t.Fatal(err)
		}
		if len(runs) != 1 || runs[0].Use != Installs {
			t.Errorf("%s: got %+v, want one RUN that installs", name, runs)
		}
	}
}

// FuzzRuns reads one file for two builds: their steps are the same.
func FuzzRuns(f *testing.F) {
	for _, tt := range slices.Concat(reachTests, argumentTests) {
		f.Add(tt.file, "old", "new")
	}
	f.Add("ARG SHA\nFROM $SHA AS a\nONBUILD RUN x\nFROM a\nWORKDIR $SHA\nRUN --mount=from=a,target=/$SHA <<X\nX\n", "a", "/")
	f.Fuzz(func(t *testing.T, text, old, new string) {
		file, err := Parse("Dockerfile", []byte(text), map[string]string{"SHA": old})
		if err != nil {
			return
		}
		for _, st := range file.stages {
			file.Find(st.name, 1, len(st.steps))
		}
		runs, err := file.Runs(Change{Args: map[string]string{"SHA": new}, Files: []string{"a/b"}})
		if err != nil {
			return // another value may make another name, and a bad one
		}
		for _, r := range runs {
			if r.Line < 1 || r.Reach == "" {
				t.Errorf("%+v, want a line and a reach", r)
			}
		}
	})
}

// TestRunsTellMounts looks at what a carrier of mounts and a cache of the
// result's layers need to know of a step.
func TestRunsTellMounts(t *testing.T) {
	t.Parallel()
	f, err := Parse("Dockerfile", []byte(`FROM x AS base
RUN --mount=type=cache,target=/c/ one
FROM x AS tools
WORKDIR /w
RUN --mount=type=cache,target=rel --mount=type=cache,id=named,target=/n,uid=7 two
FROM base
COPY --from=tools /a /a
RUN three
`), nil)
	if err != nil {
		t.Fatal(err)
	}
	runs, err := f.Runs(Change{})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		mounts []CacheMount
		layer  bool
	}{
		{[]CacheMount{{"/c", "/c/", false}}, true},
		{[]CacheMount{{"rel", "/w/rel", false}, {"named", "/n", true}}, false},
		{nil, true},
	} {
		if got := runs[i]; !slices.Equal(got.CacheMounts, want.mounts) || got.Layer != want.layer {
			t.Errorf("step %d: got mounts %v, layer %t, want %v, %t", i, got.CacheMounts, got.Layer, want.mounts, want.layer)
		}
	}
}
