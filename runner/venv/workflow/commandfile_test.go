package workflow

import (
	"slices"
	"strings"
	"testing"
)

var commandFiles = []struct{ name, text, want, err string }{
	{"nothing", "", "", ""},
	{"pairs", "A=1\n\nB=2=3\nC=\n", "A=1|B=2=3|C=", ""},
	{"no newline at the end", "A=1", "A=1", ""},
	{"carriage return stays", "A=1\r\n", "A=1\r", ""},
	{"mark at the start", "\ufeffA=1", "A=1", ""},
	{"heredoc", "A<<E\none\n\ntwo=2\nE\nB=1\n", "A=one\n\ntwo=2|B=1", ""},
	{"heredoc, delimiter at the end", "A<<E\none\nE", "A=one", ""},
	{"heredoc, nothing in it", "A<<E\nE\n", "A=", ""},
	{"heredoc, a blank line in it", "A<<E\n\nE\n", "A=", ""},
	{"heredoc, two blank lines in it", "A<<E\n\n\nE\n", "A=\n", ""},
	{"heredoc, equals in the delimiter", "A<<E=F\nx\nE=F\n", "A=x", ""},
	{"pair with a heredoc's sign", "A=x<<E\n", "A=x<<E", ""},
	{"delimiter with a space", "A<< E\nx\n E\n", "A=x", ""},
	{"no sign", "A=1\nB\n", "A=1", `invalid format "B"`},
	{"no name", "=1\n", "", "the name is empty"},
	{"heredoc without a name", "<<E\nE\n", "", "the name or the delimiter is empty"},
	{"heredoc without a delimiter", "A<<\nE\n", "", "the name or the delimiter is empty"},
	{"heredoc not closed", "A<<E\none\n", "", `invalid value of A: there is no line with the delimiter "E"`},
	{"heredoc not closed, no newline", "A=1\nA<<E\none", "A=1", `before the delimiter "E", does not end`},
	{"heredoc at the end", "A<<E", "", "there is no line with the delimiter"},
}

func TestParseVariables(t *testing.T) {
	t.Parallel()
	for _, tt := range commandFiles {
		vars, err := ParseVariables([]byte(tt.text))
		var texts []string
		for _, v := range vars {
			texts = append(texts, v.Name+"="+v.Value)
		}
		if got := strings.Join(texts, "|"); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
		if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
			t.Errorf("%s: got %v, want an error with %q", tt.name, err, tt.err)
		}
	}
}

func TestParseEnv(t *testing.T) {
	t.Parallel()
	vars, refused, err := ParseEnv([]byte("A=1\nnode_options=--x\nB\n"))
	if !slices.Equal(vars, []Variable{{"A", "1"}}) || !slices.Equal(refused, []string{"node_options"}) || err == nil {
		t.Errorf("got %q, refused %q, %v", vars, refused, err)
	}
}

func TestParsePath(t *testing.T) {
	t.Parallel()
	got := ParsePath([]byte("/a\n\n/b c\r\n/d"))
	if want := []string{"/a", "/b c", "/d"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzParseVariables(f *testing.F) {
	for _, tt := range commandFiles {
		f.Add([]byte(tt.text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		vars, err := ParseVariables(data)
		for _, v := range vars {
			if v.Name == "" || !strings.Contains(string(data), v.Name) || !strings.Contains(string(data), v.Value) {
				t.Errorf("%q: got %q, which does not stand there", data, v)
			}
		}
		if err != nil {
			return
		}
		// What one step writes is what another can write again.
		var again strings.Builder
		for _, v := range vars {
			again.WriteString(v.Name + "<<%END%\n" + v.Value + "\n%END%\n")
		}
		if strings.Contains(string(data), "%END%") {
			return
		}
		second, err := ParseVariables([]byte(again.String()))
		if sure := !slices.ContainsFunc(vars, func(v Variable) bool { return strings.ContainsAny(v.Name, "=<\ufeff") }); sure && (err != nil || !slices.Equal(vars, second)) {
			t.Errorf("%q: got %q, then %q, %v", data, vars, second, err)
		}
	})
}
