package workflow

import (
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
}
