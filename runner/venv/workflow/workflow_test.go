package workflow

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/cibench/cibench/runner/venv/workflow/expr"
	"github.com/cibench/cibench/runner/venv/workflow/glob"
)

const testDir = "/home/runner/work/project/project"

// testHost is a runner with two requirements files.
func testHost() Host {
	runner, github := expr.NewObject(), expr.NewObject()
	runner.Set("os", "Linux")
	github.Set("event_name", "push")
	github.Set("ref", "refs/heads/main")
	return Host{GitHub: github, Runner: runner, Tree: glob.Tree{Dir: testDir, FS: fstest.MapFS{
		"requirements.txt":     {Data: []byte("one\n")},
		"requirements-dev.txt": {Data: []byte("two\n")},
	}}}
}

// parse reads a workflow whose only job is called job. The text of its body
// begins below the job's name.
func parse(t testing.TB, body string, rules ...Rule) (*Job, error) {
	t.Helper()
	f, err := Parse("ci.yml", []byte("on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n"+body))
	if err != nil {
		return nil, err
	}
	return f.Job("job", rules)
}

func mustParse(t testing.TB, body string, rules ...Rule) *Job {
	t.Helper()
	job, err := parse(t, body, rules...)
	if err != nil {
		t.Fatal(err)
	}
	return job
}

// TestBuiltIn reads the workflows of the built-in projects as they are.
func TestBuiltIn(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../../scenarios/catalog/*/project/.github/workflows/*.yml")
	if err != nil || len(files) < 4 {
		t.Fatalf("got %q, %v, want four workflows or more", files, err)
	}
	for _, name := range files {
		t.Run(filepath.ToSlash(strings.TrimPrefix(name, "../../../scenarios/catalog/")), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			f, err := Parse(name, data)
			if err != nil {
				t.Fatal(err)
			}
			if jobs := f.Jobs(); len(jobs) == 0 || jobs[0] != "lint-and-test" {
				t.Errorf("jobs: got %q, want lint-and-test first", jobs)
			}
			job, err := f.Job("lint-and-test", nil)
			if err != nil {
				t.Fatal(err)
			}
			checkBuiltIn(t, job)
			if !slices.Contains(f.Jobs(), "build-and-push") { // of a workflow that differs in the other job alone
				return
			}
			_, err = f.Job("build-and-push", nil)
			if err == nil || !strings.Contains(err.Error(), `step "Set up Buildx": the action "docker/setup-buildx-action@v3" is not known`) {
				t.Errorf("build-and-push: got %v, want an error with the step", err)
			}
		})
	}
}

// The hash is that of the digests of the two files of testHost:
//
//	{ printf 'two\n' | sha256sum; printf 'one\n' | sha256sum; } | cut -c1-64 | xxd -r -p | sha256sum
const requirementsHash = "18d44588eb754c302baf9983ec63f3a13e277d576590f7dd1dcbe7b603d10c66"

func checkBuiltIn(t *testing.T, job *Job) {
	t.Helper()
	kinds := []Kind{KindCheckout, KindSetupPython, KindCache, KindRun, KindRun}
	wantPosts := []Kind{KindCache, KindSetupPython}
	if !slices.ContainsFunc(job.Steps, func(s *Step) bool { return s.Kind == KindCache }) { // the cache is setup-python's
		kinds, wantPosts = slices.Delete(kinds, 2, 3), wantPosts[1:]
	}
	p, err := job.Start(testHost())
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range job.Steps {
		task, err := p.Begin(s)
		if err != nil {
			t.Fatal(err)
		}
		if !task.Runs || i < len(kinds) && s.Kind != kinds[i] {
			t.Errorf("step %d, %s: got %s, runs: %v", s.Number, s.Name, s.Kind, task.Runs)
		}
		switch s.Kind {
		case KindSetupPython:
			if got := task.Inputs["python-version"]; got != "3.11" {
				t.Errorf("python-version: got %q, want 3.11", got)
			}
		case KindCache:
			if got := task.Inputs["key"]; !strings.HasPrefix(got, "Linux-") || !strings.HasSuffix(got, "-"+requirementsHash) {
				t.Errorf("key: got %s, want Linux-…-%s", got, requirementsHash)
			}
		case KindRun:
			if task.Dir != testDir || task.Script == "" || !slices.Equal(task.Shell.Args, []string{"bash", "-e", "{0}"}) {
				t.Errorf("%s: got %q in %s by %q", s.Name, task.Script, task.Dir, task.Shell.Args)
			}
		}
		if err := p.Finish(task, Result{Outcome: Success}); err != nil {
			t.Fatal(err)
		}
	}
	var posts []Kind
	for _, s := range p.Posts() {
		posts = append(posts, s.Kind)
	}
	if !slices.Equal(posts, wantPosts) {
		t.Errorf("posts: got %q, want %q", posts, wantPosts)
	}
}

func TestParseFails(t *testing.T) {
	t.Parallel()
	const head = "on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n"
	for _, tt := range []struct{ name, text, want string }{
		{"nothing", "", "ci.yml:1:1: the file is empty"},
		{"not YAML", "on: [", "ci.yml:1:1: not YAML: "},
		{"two documents", head + "      - run: a\n---\na: 1\n", "holds more than one document"},
		{"no jobs", "on: push\n", "jobs"},
		{"unknown key", head + "      - run: a\n        shel: bash\n", `ci.yml:7:9: unexpected key "shel"`},
		{"too long", head + strings.Repeat("#", maxSize), "larger than 256 KiB"},
		{"many aliases", manyAliases(), "more than 50000 values"},
		{"alias in itself", "a: &a [*a]\n", "ci.yml:1:8: the alias stands in its own anchor"},
	} {
		f, err := Parse("ci.yml", []byte(tt.text))
		if err == nil || f != nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want an error with %q", tt.name, err, tt.want)
		}
	}
}

// manyAliases is a text of some lines that stands for 9⁸ values.
func manyAliases() string {
	var b strings.Builder
	b.WriteString("a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]\n")
	for i := range 7 {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i+1, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i), 9), ", "))
	}
	return b.String()
}

func TestJobFails(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, body, want, hint string }{
		{"unknown action", "    steps:\n      - name: Cover\n        uses: codecov/codecov-action@v4\n",
			`ci.yml:7:15: step "Cover": the action "codecov/codecov-action@v4" is not known`, "map or skip it in the study"},
		{"local action", "    steps:\n      - uses: ./.github/actions/x\n", `step "Run ./.github/actions/x": the action`, ruleHint},
		{"image as action", "    steps:\n      - uses: docker://alpine:3\n", "the action \"docker://alpine:3\" is not known", ruleHint},
		{"checkout elsewhere", "    steps:\n      - uses: actions/checkout@v4\n        with:\n          path: sub\n",
			`ci.yml:8:11: step "Run actions/checkout@v4": the input "path" of actions/checkout@v4 is not known`, ruleHint},
		{"other cache", "    steps:\n      - uses: actions/setup-python@v5\n        with: {python-version: 3.11, cache: poetry}\n",
			`the cache of "poetry" is not known, only that of pip`, ruleHint},
		{"no key", "    steps:\n      - uses: actions/cache@v4\n        with: {path: x}\n", `the input "key" is missing`, ""},
		{"unknown shell", "    steps:\n      - run: a\n        shell: pwsh\n", `shell "pwsh": want bash, sh, python`, ""},
		{"unknown context", "    steps:\n      - run: echo ${{ nothing.x }}\n", `ci.yml:6:14: step "Run echo ${{ nothing.x }}": a value that is not valid: expression "nothing.x": position 1: there is no context "nothing" here`, ""},
		{"secret in a condition", "    steps:\n      - run: a\n        if: secrets.X\n", `no context "secrets" here`, ""},
		{"status outside of a condition", "    steps:\n      - run: echo ${{ success() }}\n", `no function "success" here`, ""},
		{"env of the job in itself", "    env: {A: '${{ env.B }}'}\n    steps: [{run: a}]\n", `no context "env" here`, ""},
		{"env as an expression", "    env: ${{ fromJSON('{}') }}\n    steps: [{run: a}]\n", "env that is one expression", "name the variables"},
		{"container", "    container: python:3.11\n    steps: [{run: a}]\n", `ci.yml:5:5: job "job" runs in a container of its own`, "base image"},
		{"services", "    services: {db: {image: postgres}}\n    steps: [{run: a}]\n", `ci.yml:5:15: job "job" has services`, "base image"},
		{"same id", "    steps: [{run: a, id: x}, {run: b, id: X}]\n", `the id "X" stands in line 5 too`, ""},
	} {
		_, err := parse(t, tt.body)
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), tt.want) || !strings.Contains(e.Hint(), tt.hint) {
			t.Errorf("%s: got %v, want %q with the hint %q", tt.name, err, tt.want, tt.hint)
		}
	}
}

// All problems of a job are reported at once.
func TestJobReportsAll(t *testing.T) {
	t.Parallel()
	_, err := parse(t, "    steps:\n      - uses: a/b@v1\n      - uses: c/d@v1\n      - run: ${{ x }}\n")
	if err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("got %v, want three problems", err)
	}
}

func TestJobElsewhere(t *testing.T) {
	t.Parallel()
	f, err := Parse("ci.yml", []byte("on: push\njobs:\n  b: {uses: ./.github/workflows/other.yml}\n"))
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{"B": "calls another workflow", "c": `no job "c"`} {
		if _, err := f.Job(id, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want an error with %q", id, err, want)
		}
	}
}

// Unquoted scalars are what YAML says, which is how Python 3.10 became 3.1.
func TestScalars(t *testing.T) {
	t.Parallel()
	job := mustParse(t, `    env:
      A: 3.10
      B: "3.10"
      C: true
      D:
      E: 0x1F
      F: 1e3
      G: |
        3.10
      H: 'null'
      I: .inf
      J: !!str 3.10
      K: 010
      L: 0o17
      M: yes
      N: 2024-01-01
    steps:
      - run: a
`)
	want := map[string]string{"A": "3.1", "B": "3.10", "C": "true", "D": "", "E": "31", "F": "1000", "G": "3.10\n",
		"H": "null", "I": "Infinity", "J": "3.10", "K": "10", "L": "15", "M": "yes", "N": "2024-01-01"}
	p, err := job.Start(testHost())
	if err != nil {
		t.Fatal(err)
	}
	task, err := p.Begin(job.Steps[0])
	if err != nil {
		t.Fatal(err)
	}
	if len(task.Env) != len(want) {
		t.Errorf("got %d variables, want %d", len(task.Env), len(want))
	}
	for _, v := range task.Env {
		if v.Value != want[v.Name] {
			t.Errorf("%s: got %q, want %q", v.Name, v.Value, want[v.Name])
		}
	}
}

// An anchor's value has its kind also where an alias stands for it.
func TestAliases(t *testing.T) {
	t.Parallel()
	job := mustParse(t, "    env: &env {A: 3.10}\n    steps:\n      - run: a\n        env: *env\n")
	p, err := job.Start(testHost())
	if err != nil {
		t.Fatal(err)
	}
	task, err := p.Begin(job.Steps[0])
	if err != nil || !slices.Equal(task.Env, []Variable{{"A", "3.1"}}) {
		t.Errorf("got %q, %v, want A=3.1", task.Env, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"starter", "tradeengine"} {
		data, err := os.ReadFile("../../../scenarios/catalog/" + name + "/project/.github/workflows/ci-cd.after.yml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("on: push\njobs:\n  lint-and-test:\n    runs-on: x\n    strategy: {matrix: {a: &a [1, *b], include: [{b: 1}]}}\n    steps: [{run: a, if: always(), timeout-minutes: 1.5}]\n"))
	f.Add([]byte(manyAliases()))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Parse("ci.yml", data)
		if err != nil {
			return
		}
		for _, id := range file.Jobs() {
			job, err := file.Job(id, []Rule{{Uses: "a/b", Action: ActionSkip}})
			if err != nil {
				continue
			}
			h := testHost()
			if h.Matrix, err = job.Choose(h, nil); err != nil {
				if combinations, err := job.Combinations(h); err == nil && len(combinations) > 0 {
					h.Matrix = combinations[0]
				}
			}
			_, _ = job.CheckEnabled(h), job.CheckRunner(h)
			p, err := job.Start(h)
			if err != nil {
				continue
			}
			for _, s := range job.Steps {
				task, err := p.Begin(s)
				if err != nil {
					continue
				}
				_ = p.Finish(task, Result{Outcome: Failure})
			}
		}
	})
}
