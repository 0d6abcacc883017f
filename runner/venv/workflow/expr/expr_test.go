package expr

import (
	"errors"
	"strings"
	"testing"
)

var testScope = Scope{
	Contexts:  []string{"github", "env", "matrix", "steps", "needs"},
	Functions: []Signature{{"success", 0, 0}, {"failure", 0, 0}, {"always", 0, 0}, {"cancelled", 0, 0}, {"hashFiles", 1, 255}},
}

// testEnvironment has a context of each shape. Its functions say how they
// were called.
func testEnvironment(t testing.TB) Environment {
	t.Helper()
	env := NewExactObject()
	env.Set("Name", "upper")
	env.Set("name", "lower")
	contexts := NewObject()
	contexts.Set("env", env)
	for name, text := range map[string]string{
		"github": `{"ref": "refs/heads/main", "run_number": 7, "event": {"labels": [{"name": "Bug"}, {"name": "docs"}, {"id": 3}]}}`,
		"matrix": `{"python": "3.11", "list": [1, "two", null], "object": {"a": {"x": 1}, "b": {"x": 2}}, "nested": [[1, 2], [3]]}`,
		"steps":  `{"cache": {"outputs": {"cache-hit": "true"}, "outcome": "success"}}`,
	} {
		v, err := fromJSON(text)
		if err != nil {
			t.Fatal(err)
		}
		contexts.Set(name, v)
	}
	return Environment{Contexts: contexts, Functions: map[string]Function{
		"success": func([]Value) (Value, error) { return true, nil },
		"failure": func([]Value) (Value, error) { return false, nil },
		"always":  func([]Value) (Value, error) { return true, nil },
		"hashfiles": func(args []Value) (Value, error) {
			var texts []string
			for _, a := range args {
				texts = append(texts, Text(a))
			}
			if texts[0] == "fail" {
				return nil, errors.New("no such tree")
			}
			return strings.Join(texts, "+"), nil
		},
	}}
}

func TestEvaluate(t *testing.T) {
	t.Parallel()
	for _, group := range evaluations {
		t.Run(group.name, func(t *testing.T) {
			t.Parallel()
			env := testEnvironment(t)
			for _, tt := range group.cases {
				e, err := Parse(tt[0], testScope)
				if err != nil {
					t.Errorf("%s: %v", tt[0], err)
					continue
				}
				v, err := e.Evaluate(env)
				if err != nil {
					t.Errorf("%s: %v", tt[0], err)
					continue
				}
				if got := show(t, v); got != tt[1] {
					t.Errorf("%s: got %s, want %s", tt[0], got, tt[1])
				}
			}
		})
	}
}

// show writes a value as JSON on one line, so that "1" and 1 differ.
func show(t *testing.T, v Value) string {
	t.Helper()
	text, err := toJSON(v)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(text.(string)), " ")
}

// evaluations are expressions with their values as JSON. The rules are those
// of the runner's EvaluationResult, ExpressionUtility, Index and functions.
var evaluations = []struct {
	name  string
	cases [][2]string
}{
	{"literals", [][2]string{
		{"null", "null"}, {"true", "true"}, {"-1.5e3", "-1500"}, {"0xff", "255"}, {"0xffffffff", "-1"}, {"0o17", "15"},
		{"'it''s'", `"it's"`}, {".5", "0.5"}, {"+2", "2"}, {"1.", "1"}, {"NaN", "NaN"}, {"-Infinity", "-Infinity"},
		{"1e15", "1E+15"}, {"123456789012345678", "1.23456789012346E+17"}, {"0.00001", "1E-05"}, {"0.0001", "0.0001"}, {"100000", "100000"},
	}},
	{"equality", [][2]string{
		{"1 == '1'", "true"}, {"1 == ' 0x1 '", "true"}, {"'ABC' == 'abc'", "true"}, {"'ı' == 'I'", "false"},
		{"null == 0", "true"}, {"null == ''", "true"}, {"null == false", "true"}, {"'' == 0", "true"}, {"true == 1", "true"},
		{"true == 'true'", "false"}, {"true == '1'", "true"}, {"'true' == true", "false"}, {"NaN == NaN", "false"}, {"NaN != NaN", "true"},
		{"'a' == 0", "false"}, {"matrix.list == matrix.list", "true"}, {"matrix.object.a == matrix.object.b", "false"},
		{"matrix.list == '1'", "false"}, {"matrix.list != null", "true"}, {"'infinity' == Infinity", "true"},
	}},
	{"order", [][2]string{
		{"1 < 2", "true"}, {"'b' > 'A'", "true"}, {"'10' < '9'", "true"}, {"10 < '9'", "false"}, {"'x' < 1", "false"}, {"'x' >= 1", "false"},
		{"true > false", "true"}, {"null < 1", "true"}, {"null >= 0", "true"}, {"matrix.list <= matrix.list", "true"}, {"matrix.list < 1", "false"},
		{"'_' > 'a'", "true"}, // upper case is compared, so the underscore stands behind all letters
	}},
	{"precedence", [][2]string{
		{"1 == 1 == 1", "true"}, {"2 == 2 == 2", "false"}, {"1 < 2 == true", "true"}, {"true == 1 < 2", "true"}, {"1 == 3 > 2", "true"}, {"3 > 2 > 1", "false"},
		{"!true == false", "true"}, {"!(true == false)", "true"}, {"false && true || true", "true"}, {"true || true && false", "true"},
		{"(true || true) && false", "false"}, {"!!'x'", "true"},
	}},
	{"operands", [][2]string{
		{"'a' && 'b'", `"b"`}, {"'' && 'b'", `""`}, {"0 || 'x'", `"x"`}, {"null || ''", `""`}, {"NaN || 1", "1"}, {"'0' && 1", "1"},
		{"github.ref == 'refs/heads/main' && 'main' || 'other'", `"main"`}, {"true || hashFiles('fail')", "true"},
		{"matrix.list && 1", "1"},
	}},
	{"access", [][2]string{
		{"github.ref", `"refs/heads/main"`}, {"GITHUB.REF", `"refs/heads/main"`}, {"github['ref']", `"refs/heads/main"`},
		{"github.nothing", "null"}, {"github.nothing.at.all", "null"}, {"github.ref.length", "null"}, {"needs.build.result", "null"},
		{"env.Name", `"upper"`}, {"env.name", `"lower"`}, {"env.NAME", "null"}, {"env['name']", `"lower"`},
		{"steps.cache.outputs.cache-hit", `"true"`}, {"matrix.list[1]", `"two"`}, {"matrix.list[1.9]", `"two"`}, {"matrix.list['1']", `"two"`},
		{"matrix.list[-1]", "null"}, {"matrix.list[3]", "null"}, {"matrix.list['x']", "null"}, {"matrix.object['A']['X']", "1"},
		{"matrix.object[matrix.list]", "null"}, {"fromJSON('{\"null\": 5}').null", "5"}, {"(matrix).python", `"3.11"`},
	}},
	{"filter", [][2]string{
		{"github.event.labels.*.name", `[ "Bug", "docs" ]`}, {"matrix.object.*.x", "[ 1, 2 ]"}, {"matrix.object[*]['x']", "[ 1, 2 ]"},
		{"github.event.labels.*.name[0]", "[]"}, {"matrix.nested.*[0]", "[ 1, 3 ]"}, {"matrix.nested.*.*", "[ 1, 2, 3 ]"},
		{"github.ref.*", "[]"}, {"contains(github.event.labels.*.name, 'bug')", "true"}, {"matrix.list.*", `[ 1, "two", null ]`},
	}},
	{"text functions", [][2]string{
		{"contains('Hello', 'ELL')", "true"}, {"contains(matrix.list, 'TWO')", "true"}, {"contains(matrix.list, '1')", "true"},
		{"contains(matrix.list, 'tw')", "false"}, {"contains(matrix.object, 'a')", "false"}, {"contains(null, '')", "true"}, {"contains(123, 2)", "true"},
		{"contains('x', matrix.list)", "false"}, {"startsWith(github.ref, 'REFS/heads')", "true"}, {"endsWith(github.ref, 'MAIN')", "true"},
		{"startsWith(matrix.list, '')", "false"}, {"STARTSWITH(true, 'tr')", "true"},
		{"join(matrix.list)", `"1,two,"`}, {"join(matrix.list, '-')", `"1-two-"`}, {"join('x', '-')", `"x"`}, {"join(matrix.object)", `""`},
		{"join(matrix.list, matrix.list)", `"1,two,"`}, {"join(matrix.nested)", `"Array,Array"`}, {"join(fromJSON('[]'))", `""`},
		{"hashFiles('a', 1, null)", `"a+1+"`},
	}},
	{"format", [][2]string{
		{"format('{0}-{1}-{0}', 'a', 1)", `"a-1-a"`}, {"format('{{{0}}}', true)", `"{true}"`}, {"format('{{}}')", `"{}"`}, {"format('{0}', matrix.object)", `"Object"`},
		{"format('{00}', 'a')", `"a"`}, {"format('{0}', 'a', fromJSON('no'))", `"a"`}, {"format('', 'a')", `""`}, {"format('}}{{x')", `"}{x"`},
	}},
	{"json", [][2]string{
		{"toJSON(fromJSON('{\"b\": [1, {}, []], \"a\": null}'))", `"{\n \"b\": [\n 1,\n {},\n []\n ],\n \"a\": null\n}"`},
		{"toJSON('<é>\"')", `"\"<é>\\\"\""`}, {"fromJSON('1 2')", "1"}, {"fromJSON('\"x\"')", `"x"`}, {"fromJSON('true') && 'yes'", `"yes"`},
		{"fromJSON('{\"a\": 1, \"A\": 2}')", `{ "A": 2 }`}, {"fromJSON('1e999') == Infinity", "true"},
	}},
	{"case", [][2]string{
		{"case(1 == 2, 'a', 1 == 1, 'b', 'c')", `"b"`}, {"case(false, fromJSON('no'), 'c')", `"c"`}, {"CASE(true, null, 'c')", "null"},
	}},
}

func TestEvaluateFails(t *testing.T) {
	t.Parallel()
	doubled := "'0123456789'"
	for range 24 {
		doubled = "format('{0}{0}', " + doubled + ")"
	}
	for _, tt := range []struct{ expr, want string }{
		{"hashFiles('fail')", "hashFiles: no such tree"},
		{"cancelled()", "not to be had here"},
		{"format('{0}')", "more arguments than there are"},
		{"format('{0}', hashFiles('fail'))", "no such tree"},
		{"format('{')", "is not valid"},
		{"format('}')", "is not valid"},
		{"format('{0:x}', 1)", "is not valid"},
		{"format('{-1}', 1)", "is not valid"},
		{"format('{256}', 1)", "is not valid"},
		{"fromJSON('')", "is no JSON"},
		{"fromJSON('{')", "is no JSON"},
		{"fromJSON('[1,]')", "is no JSON"},
		{"fromJSON('" + strings.Repeat("[", 70) + "')", "nested deeper than 64"},
		{"case(1, 2, 3)", "condition 1 is no boolean"},
		{doubled, "larger than 10 MiB"},
		{"!hashFiles('fail') || true", "no such tree"},
		{"1 == hashFiles('fail')", "no such tree"},
	} {
		e, err := Parse(tt.expr, testScope)
		if err != nil {
			t.Errorf("%s: %v", tt.expr, err)
			continue
		}
		if v, err := e.Evaluate(testEnvironment(t)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%.60s: got %v, %v, want an error with %q", tt.expr, v, err, tt.want)
		}
	}
}

func TestParseFails(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		expr   string
		offset int
		want   string
	}{
		{"", 0, "unexpected end"},
		{"1 +", 2, `"+" is no number`},
		{"1 2", 2, `unexpected "2"`},
		{"'a", 0, "no closing quote"},
		{"secrets.X", 0, `no context "secrets" here`},
		{"True", 0, `no context "True" here`},
		{"github.", 7, "unexpected end"},
		{"github.1", 7, `unexpected "1"`},
		{"github[", 7, "unexpected end"},
		{"github[0", 8, "unexpected end"},
		{"'a'.b", 3, `unexpected "."`},
		{"1[0]", 1, `unexpected "["`},
		{"*", 0, `unexpected "*"`},
		{"github.*x", 8, `unexpected "x"`},
		{"github[* == 1]", 9, `unexpected "=="`},
		{"a b", 0, `no context "a" here`},
		{"f()", 0, `no function "f" here`},
		{"format()", 0, "wants 1 arguments or more, not 0"},
		{"format('a',)", 11, `unexpected ")"`},
		{"success(1)", 0, "wants 0 arguments or fewer, not 1"},
		{"contains('a')", 0, "wants 2 arguments or more, not 1"},
		{"case(true, 1, true, 2)", 0, "case wants pairs"},
		{"(1", 2, "unexpected end"},
		{"1)", 1, `unexpected ")"`},
		{"a$b", 0, `unexpected "a$b"`},
		{"1 = 1", 2, `unexpected "="`},
		{"true & true", 5, `unexpected "&"`},
		{`"x"`, 0, `unexpected "\"x\""`},
		{"-", 0, `"-" is no number`},
		{"1.2.3", 0, `"1.2.3" is no number`},
		{strings.Repeat("!", 60) + "true", 0, "nested deeper than 50"},
		{"'" + strings.Repeat("x", 21000) + "'", 0, "21002 characters are more than 21000"},
	} {
		_, err := Parse(tt.expr, testScope)
		var se *SyntaxError
		if !errors.As(err, &se) {
			t.Errorf("%.40s: got %v, want a SyntaxError", tt.expr, err)
			continue
		}
		if se.Offset != tt.offset || !strings.Contains(se.Msg, tt.want) {
			t.Errorf("%.40s: got %q at %d, want %q at %d", tt.expr, se.Msg, se.Offset, tt.want, tt.offset)
		}
	}
}

// A chain is as deep as one operator, so 100 operands are no problem.
func TestLongChain(t *testing.T) {
	t.Parallel()
	e, err := Parse(strings.TrimSuffix(strings.Repeat("false || ", 100), " || ")+" || 'x'", testScope)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := e.Evaluate(testEnvironment(t)); v != "x" || err != nil {
		t.Errorf("got %v, %v, want x", v, err)
	}
}

func FuzzExpression(f *testing.F) {
	for _, group := range evaluations {
		for _, tt := range group.cases {
			f.Add(tt[0])
		}
	}
	f.Add("((((!!!!a.*.*[0][*]")
	f.Fuzz(func(t *testing.T, text string) {
		e, err := Parse(text, testScope)
		if err != nil {
			var se *SyntaxError
			if !errors.As(err, &se) || se.Offset < 0 || se.Offset > len(text) {
				t.Fatalf("%q: got %#v, want a SyntaxError within the text", text, err)
			}
			return
		}
		v, err := e.Evaluate(testEnvironment(t))
		if err != nil {
			return
		}
		if s, ok := v.(string); ok && len(s) > maxMemory {
			t.Errorf("%q: %d bytes", text, len(s))
		}
		again, err := ParseTemplate("${{"+text+"}}", testScope)
		if err != nil {
			t.Fatalf("%q: parses alone, but not in a template: %v", text, err)
		}
		w, err := again.Value(testEnvironment(t))
		if err != nil || show(t, v) != show(t, w) {
			t.Errorf("%q: got %v, %v in a template, %v alone", text, w, err, v)
		}
	})
}
