package trace

import (
	"slices"
	"testing"
)

func TestDockerfileSteps(t *testing.T) {
	t.Parallel()
	pip, copies, other := instruction{PipInstall, Installs}, instruction{phase: CodeCopy}, instruction{phase: Other}
	tests := map[string]struct {
		text  string
		want  []instruction
		total int // of the last stage
	}{
		"plain":                 {"FROM a\nWORKDIR /x\nCOPY . .\nRUN pip install x", []instruction{other, copies, pip}, 4},
		"continued":             {"FROM a\nRUN --mount=type=cache,target=/c \\\n  # why\n  pip \\\n  install x", []instruction{pip}, 2},
		"escape directive":      {"# escape=`\nFROM a\nRUN true && `\n  pip install x", []instruction{pip}, 2},
		"words":                 {"FROM a\nRUN [\"sh\", \"-c\", \"pip install x\"]\nRUN [\"echo\", \"&&\", \"pip\", \"install\"]", []instruction{pip, other}, 3},
		"here-document":         {"FROM a\nRUN <<-\"EOF\"\n\tset -e\n\tpip install x\n\tEOF", []instruction{pip}, 2},
		"here-document to bash": {"FROM a\nRUN bash -e <<EOF\npip install x\nEOF", []instruction{pip}, 2},
		"here-document kept":    {"FROM a\nRUN cat <<EOF > /x\npip install x\nEOF", []instruction{other}, 2},
		"scratch":               {"FROM scratch\nCOPY a b", []instruction{copies}, 1},
		"on another stage":      {"FROM a AS base\nENV P=pip\nFROM base\nRUN $P install x", []instruction{pip}, 1},
		"stage by argument":     {"ARG B=base\nFROM a AS base\nFROM $B\nRUN pip install x", []instruction{pip}, 1},
		"environment":           {"FROM a\nENV V=/venv P=${V:-/none}\nENV P=$V/bin/pip\nRUN $P install x", []instruction{pip}, 2},
		"argument's default":    {"FROM a\nARG P=pip\nRUN $P install x", []instruction{pip}, 2},
		"argument of the call":  {"FROM a\nARG TOOL=true\nRUN $TOOL install x", []instruction{pip}, 2},
		"global argument":       {"ARG P=pip\nFROM a\nARG P\nRUN $P install x", []instruction{pip}, 2},
		"global, not declared":  {"ARG P=pip\nFROM a\nRUN $P install x", []instruction{other}, 2},
		"argument unset":        {"FROM a\nARG P\nRUN $P install x", []instruction{other}, 2},
		"sources": {"FROM a\nCOPY --from=b /x /y\nADD https://example.com/x /y\nADD git@example.com:x.git /y\nADD x https://example.com/x /y/\nADD <<EOF /y\nx\nEOF\nCOPY <<EOF /y\nx\nEOF",
			[]instruction{other, other, other, copies, copies, copies}, 7},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := ParseDockerfile([]byte(tt.text), map[string]string{"TOOL": "pip"})
			if err != nil {
				t.Fatal(err)
			}
			s := d.stages[len(d.stages)-1]
			if !slices.Equal(s.steps, tt.want) || s.total != tt.total {
				t.Errorf("steps = %v of %d, want %v of %d", s.steps, s.total, tt.want, tt.total)
			}
			for i, want := range tt.want {
				p := position{s.name, tt.total - len(tt.want) + 1 + i, tt.total}
				if _, got, ok := d.find(p); !ok || got != want {
					t.Errorf("find(%v) = %v, %t, want %v", p, got, ok, want)
				}
			}
		})
	}
}

func TestParseDockerfileRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "RUN pip install x", "FROM a\nFLY away"} {
		if _, err := ParseDockerfile([]byte(text), nil); err == nil {
			t.Errorf("ParseDockerfile(%q) gives no error", text)
		}
	}
}
