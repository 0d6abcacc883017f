package workflow

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/cibench/cibench/runner/venv/workflow/expr"
)

// list writes combinations as "a:1 b:2; …".
func list(all []*expr.Object) string {
	var texts []string
	for _, c := range all {
		var fields []string
		for name, v := range c.All() {
			fields = append(fields, name+":"+expr.Text(v))
		}
		texts = append(texts, strings.Join(fields, " "))
	}
	return strings.Join(texts, "; ")
}

func TestCombinations(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, matrix, want string }{
		{"order of the file", "{python: ['3.11', 3.10], arch: [x64, x86]}", "python:3.11 arch:x64; python:3.11 arch:x86; python:3.1 arch:x64; python:3.1 arch:x86"},
		{"exclude", "{a: [1, 2], b: [x, y], exclude: [{a: 1, b: X}]}", "a:1 b:y; a:2 b:x; a:2 b:y"},
		{"exclude by a part", "{a: [1, 2], b: [x, y], exclude: [{a: '2'}]}", "a:1 b:x; a:1 b:y"},
		{"include adds to one", "{a: [1, 2], include: [{a: 2, c: more}]}", "a:1; a:2 c:more"},
		{"include adds to all", "{a: [1, 2], include: [{c: more}]}", "a:1 c:more; a:2 c:more"},
		{"include adds another", "{a: [1, 2], include: [{a: 3, c: more}]}", "a:1; a:2; a:3 c:more"},
		{"include over include", "{a: [1, 2], include: [{c: x}, {a: 2, c: y}]}", "a:1 c:x; a:2 c:y"},
		{"include does not fit what include added", "{a: [1], include: [{c: x}, {c: x, d: y}]}", "a:1 c:x d:y"},
		{"include alone", "{include: [{a: 1}, {a: 2}]}", "a:1; a:2"},
		{"include back what was excluded", "{a: [1, 2], exclude: [{a: 1}], include: [{a: 1, b: x}]}", "a:2; a:1 b:x"},
		{"expression", "{a: \"${{ fromJSON('[1, 2]') }}\", b: [\"${{ github.ref }}\"]}", "a:1 b:refs/heads/main; a:2 b:refs/heads/main"},
		{"whole expression", "\"${{ fromJSON('{\\\"a\\\": [1, 2]}') }}\"", "a:1; a:2"},
		{"objects", "{os: [{name: a, v: [1]}, {name: b}], exclude: [{os: {v: [1]}}]}", "os:Object"},
		{"aliases", "{a: &a [1, 2], b: *a}", "a:1 b:1; a:1 b:2; a:2 b:1; a:2 b:2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			job := mustParse(t, "    strategy:\n      matrix: "+tt.matrix+"\n    steps: [{run: 'a ${{ matrix.a }}'}]\n")
			all, err := job.Combinations(testHost())
			if err != nil {
				t.Fatal(err)
			}
			if got := list(all); got != tt.want {
				t.Errorf("got %s\nwant %s", got, tt.want)
			}
			if _, err := job.Start(testHost()); err == nil || !strings.Contains(err.Error(), "no combination was chosen") {
				t.Errorf("start without a combination: got %v, want an error", err)
			}
			h := testHost()
			h.Matrix = all[len(all)-1]
			p, err := job.Start(h)
			if err != nil {
				t.Fatal(err)
			}
			a, _ := h.Matrix.Get("a")
			if task, err := p.Begin(job.Steps[0]); err != nil || task.Script != "a "+expr.Text(a) {
				t.Errorf("got %+v, %v, want the script of the combination", task, err)
			}
		})
	}
}

func TestCombinationsFail(t *testing.T) {
	t.Parallel()
	many := "[" + strings.TrimSuffix(strings.Repeat("1, ", 17), ", ") + "]"
	for _, tt := range []struct{ name, matrix, want string }{
		{"too many", fmt.Sprintf("{a: %s, b: %s}", many, many), "ci.yml:6:15: matrix: it has more than 256 combinations"},
		{"unknown row", "{a: [1], exclude: [{b: 1}]}", `exclude names "b", which is no row`},
		{"no list", "{a: \"${{ github.ref }}\"}", `the row "a" is no list`},
		{"no mapping", "\"${{ github.ref }}\"", "it is no mapping"},
		{"bad expression", "{a: [\"${{ env.A }}\"]}", `ci.yml:6:20: matrix: expression "env.A": position 1: there is no context "env" here`},
		{"failing expression", "{a: \"${{ fromJSON('x') }}\"}", "is no JSON"},
		{"include is no list", "{a: [1], include: \"${{ github.ref }}\"}", "include or exclude is no list"},
		{"entry is no mapping", "{a: [1], include: \"${{ fromJSON('[1]') }}\"}", "entry 1 of include or exclude is no mapping"},
	} {
		job := mustParse(t, "    strategy:\n      matrix: "+tt.matrix+"\n    steps: [{run: a}]\n")
		if all, err := job.Combinations(testHost()); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %s, %v, want an error with %q", tt.name, list(all), err, tt.want)
		}
	}
}

func TestNoMatrix(t *testing.T) {
	t.Parallel()
	all, err := mustParse(t, "    steps: [{run: a}]\n").Combinations(testHost())
	if all != nil || err != nil {
		t.Errorf("got %v, %v, want none", all, err)
	}
	job := mustParse(t, "    steps: [{run: a}]\n")
	if c, err := job.Choose(testHost(), nil); c != nil || err != nil {
		t.Errorf("got %v, %v, want none chosen", c, err)
	}
	const want = `ci.yml:3:3: job "job" has no matrix with {python: 3.11} in it`
	if _, err := job.Choose(testHost(), map[string]string{"python": "3.11"}); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestChoose(t *testing.T) {
	t.Parallel()
	const two = "{python: ['3.9', 3.10], os: [ubuntu-latest, 'on site'], full: [true], exclude: [{os: on site, python: '3.9'}]}"
	const all = `{python: 3.9, os: ubuntu-latest, full: true}, {python: 3.1, os: ubuntu-latest, full: true}, {python: 3.1, os: "on site", full: true}`
	for _, tt := range []struct {
		name, matrix string
		wanted       map[string]string
		want         string
		fails, hint  string
	}{
		{"only one", "{a: [1], b: [x]}", nil, "a:1 b:x", "", ""},
		{"only one, and wanted", "{a: [1], b: [x]}", map[string]string{"b": "x"}, "a:1 b:x", "", ""},
		{"by one value", two, map[string]string{"python": "3.9"}, "python:3.9 os:ubuntu-latest full:true", "", ""},
		{"by all", two, map[string]string{"python": "3.10", "os": "on site", "full": "true"}, "python:3.1 os:on site full:true", "", ""},
		{"of include", "{a: [1, 2], include: [{a: 2, more: x}]}", map[string]string{"more": "x"}, "a:2 more:x", "", ""},
		{"beside an object", "{a: [{b: 1}, x]}", map[string]string{"a": "x"}, "a:x", "", ""},

		{"none wanted", two, nil, "", `ci.yml:6:15: the matrix of job "job" has 3 combinations, and none is chosen`, "give the variant a matrix: one of " + all},
		{"too little wanted", two, map[string]string{"python": "3.10"}, "",
			`the matrix of job "job" has 2 combinations with {python: 3.10}`,
			`one of {python: 3.1, os: ubuntu-latest, full: true}, {python: 3.1, os: "on site", full: true}`},
		{"no such value", two, map[string]string{"python": "3.12"}, "", `no combination of the matrix of job "job" has {python: 3.12}`, "one of " + all},
		{"no such name", two, map[string]string{"pyton": "3.9"}, "", `no combination of the matrix of job "job" has {pyton: 3.9}`, "one of " + all},
		{"all excluded", "{a: [1], exclude: [{a: 1}]}", nil, "", `ci.yml:6:15: the matrix of job "job" has no combination`, ""},
		{"many", "{a: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]}", nil, "", "14 combinations", "{a: 12} and 2 more"},
	} {
		job := mustParse(t, "    strategy:\n      matrix: "+tt.matrix+"\n    steps: [{run: a}]\n")
		got, err := job.Choose(testHost(), tt.wanted)
		var e *Error
		if tt.fails != "" {
			if !errors.As(err, &e) || !strings.Contains(err.Error(), tt.fails) || !strings.HasSuffix(e.Hint(), tt.hint) {
				t.Errorf("%s: got %v, %+v\nwant %s, %s", tt.name, err, e, tt.fails, tt.hint)
			}
			continue
		}
		if err != nil || list([]*expr.Object{got}) != tt.want {
			t.Errorf("%s: got %v, %v, want %s", tt.name, got, err, tt.want)
		}
	}
}
