package dockerfile

import (
	"slices"
	"testing"
)

// What the steps of the table below are.
const (
	pip    = "pip"
	copies = "copies"
	other  = "other"
)

// kindOf says what a step is.
func kindOf(s Step) string {
	switch {
	case s.Use == Installs:
		return pip
	case s.Context:
		return copies
	default:
		return other
	}
}

// stepTests hold Dockerfiles for a build with TOOL=pip.
var stepTests = map[string]struct {
	text  string
	want  []string // of the last stage
	total int      // the builder's count there
}{
	"plain":                 {"FROM a\nWORKDIR /x\nCOPY . .\nRUN pip install x", []string{other, copies, pip}, 4},
	"continued":             {"FROM a\nRUN --mount=type=cache,target=/c \\\n  # why\n  pip \\\n  install x", []string{pip}, 2},
	"escape directive":      {"# escape=`\nFROM a\nRUN true && `\n  pip install x", []string{pip}, 2},
	"words":                 {"FROM a\nRUN [\"sh\", \"-c\", \"pip install x\"]\nRUN [\"echo\", \"&&\", \"pip\", \"install\"]", []string{pip, other}, 3},
	"here-document":         {"FROM a\nRUN <<-\"EOF\"\n\tset -e\n\tpip install x\n\tEOF", []string{pip}, 2},
	"here-document to bash": {"FROM a\nRUN bash -e <<EOF\npip install x\nEOF", []string{pip}, 2},
	"here-document kept":    {"FROM a\nRUN cat <<EOF > /x\npip install x\nEOF", []string{other}, 2},
	"scratch":               {"FROM scratch\nCOPY a b", []string{copies}, 1},
	"on another stage":      {"FROM a AS base\nENV P=pip\nFROM base\nRUN $P install x", []string{pip}, 1},
	"argument of a parent":  {"FROM a AS base\nARG P=pip\nFROM base\nRUN $P install x", []string{pip}, 1},
	"ENV of a parent again": {"FROM a AS base\nENV P=pip\nARG P=true\nFROM base\nRUN $P install x", []string{pip}, 1},
	"stage by argument":     {"ARG B=base\nFROM a AS base\nFROM $B\nRUN pip install x", []string{pip}, 1},
	"stages of one name":    {"FROM a AS base\nFROM a AS base\nENV P=pip\nFROM base\nRUN $P install x", []string{pip}, 1},
	"a number is no stage":  {"FROM a\nENV P=pip\nFROM 0\nRUN $P install x", []string{other}, 2},
	"environment":           {"FROM a\nENV V=/venv P=${V:-/none}\nENV P=$V/bin/pip\nRUN $P install x", []string{pip}, 2},
	"argument's default":    {"FROM a\nARG P=pip\nRUN $P install x", []string{pip}, 2},
	"argument of the call":  {"FROM a\nARG TOOL=true\nRUN $TOOL install x", []string{pip}, 2},
	"global argument":       {"ARG P=pip\nFROM a\nARG P\nRUN $P install x", []string{pip}, 2},
	"global by another":     {"ARG A=ip\nARG P=p$A\nFROM a\nARG P\nRUN $P install x", []string{pip}, 2},
	"global, not declared":  {"ARG P=pip\nFROM a\nRUN $P install x", []string{other}, 2},
	"argument unset":        {"FROM a\nARG P\nRUN $P install x", []string{other}, 2},
	"root directory":        {"FROM a\nWORKDIR /x\nWORKDIR ..\nRUN pip install x", []string{other, "", pip}, 4},
	"sources": {"FROM a\nCOPY --from=b /x /y\nADD https://example.com/x /y\nADD git@example.com:x.git /y\nADD x https://example.com/x /y/\nADD <<EOF /y\nx\nEOF\nCOPY <<EOF /y\nx\nEOF",
		[]string{other, other, other, copies, copies, copies}, 7},
}

func TestFind(t *testing.T) {
	t.Parallel()
	for name, tt := range stepTests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := Parse("Dockerfile", []byte(tt.text), map[string]string{"TOOL": "pip"})
			if err != nil {
				t.Fatal(err)
			}
			stage := f.stages[len(f.stages)-1].name
			// A step without a number is not found; those below it move up.
			want := slices.DeleteFunc(slices.Clone(tt.want), func(s string) bool { return s == "" })
			first := tt.total - len(tt.want) + 1
			for i, w := range want {
				if _, got, ok := f.Find(stage, first+i, tt.total); !ok || kindOf(got) != w {
					t.Errorf("step %d of %d: got %s, %t, want %s", first+i, tt.total, kindOf(got), ok, w)
				}
			}
			if _, _, ok := f.Find(stage, first+len(want), tt.total); ok {
				t.Error("a step beyond the last is found")
			}
			if _, _, ok := f.Find(stage, first, tt.total+1); ok {
				t.Error("a step is found for another total")
			}
		})
	}
}

// TestGiven has one base of two by named context: its FROM is counted, but is
// no step.
func TestGiven(t *testing.T) {
	t.Parallel()
	f, err := Parse("Dockerfile", []byte("ARG D=@sha256:ab\nFROM a$D AS one\nRUN pip install 1\nFROM b\nRUN pip install 2\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	f.Given([]string{"a@sha256:ab"})
	for _, tt := range []struct {
		stage string
		index int
		line  int
	}{{"one", 1, 3}, {"stage-1", 2, 5}} {
		place, s, ok := f.Find(tt.stage, tt.index, 2)
		if !ok || s.Line != tt.line {
			t.Errorf("%s %d/2: got line %d of stage %d, %t, want line %d", tt.stage, tt.index, s.Line, place, ok, tt.line)
		}
	}
}

func TestFindInNil(t *testing.T) {
	t.Parallel()
	var f *File
	if _, _, ok := f.Find("stage-0", 1, 1); ok {
		t.Error("a nil File finds a step")
	}
}

func TestParseStep(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"RUN --mount=type=cache,target=/c pip install x": pip,
		"RUN <<EOF (pip install)":                        other,
		"COPY . .":                                       copies,
		"COPY --from=base /x /y":                         other,
		"FROM a":                                         other,
		"":                                               other,
	} {
		if got := ParseStep(text); kindOf(got) != want || got.Line != 0 {
			t.Errorf("ParseStep(%q): got %s on line %d, want %s", text, kindOf(got), got.Line, want)
		}
	}
}
