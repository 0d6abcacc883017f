package workflow

import (
	"strings"
	"testing"
	"time"

	"github.com/cibench/cibench/runner/venv/workflow/expr"
)

// play runs a job whose steps fail by their script "exit 1". It returns the
// names of those that ran, a failed one with an exclamation mark.
func play(t *testing.T, p *Progress, job *Job, results map[string]Result) []string {
	t.Helper()
	var ran []string
	for _, s := range job.Steps {
		task, err := p.Begin(s)
		if err != nil {
			t.Fatal(err)
		}
		r := results[s.Name]
		switch {
		case !task.Runs:
			r.Outcome = Skipped
		case task.Script == "exit 1":
			r.Outcome = Failure
			ran = append(ran, task.Name+"!")
		default:
			r.Outcome = Success
			ran = append(ran, task.Name)
		}
		if err := p.Finish(task, r); err != nil {
			t.Fatal(err)
		}
		if task.Conclusion == "" || task.Conclusion == Failure && p.Status() == Success {
			t.Errorf("%s: concluded as %q, and the job is %s", task.Name, task.Conclusion, p.Status())
		}
	}
	return ran
}

func TestConditions(t *testing.T) {
	t.Parallel()
	const rest = `
      - {name: plain, run: a}
      - {name: success, run: a, if: success()}
      - {name: failure, run: a, if: failure()}
      - {name: failed first, run: a, if: "failure() && steps.first.outcome == 'failure'"}
      - {name: always, run: a, if: always()}
      - {name: not cancelled, run: a, if: "!cancelled()"}
      - {name: expression, run: a, if: "github.ref == 'refs/heads/MAIN'"}
      - {name: hash, run: a, if: "always() && hashFiles('requirements.txt') != ''"}
      - {name: no hash, run: a, if: "always() && hashFiles('setup.py')"}
      - {name: conclusion, run: a, if: "always() && steps.first.conclusion == 'success'"}
      - {name: status, run: a, if: "always() && job.status == 'failure'"}
      - {name: never, run: a, if: false}
      - {name: skipped before, run: a, if: "always() && steps.skipped.outcome == 'skipped'"}
`
	for _, tt := range []struct{ name, first, want string }{
		{"success", "{name: first, id: first, run: a}", "first plain success always not_cancelled expression hash conclusion"},
		{"failure", "{name: first, id: first, run: exit 1}", "first! failure failed_first always not_cancelled hash status"},
		{"failure allowed", "{name: first, id: first, run: exit 1, continue-on-error: true}",
			"first! plain success always not_cancelled expression hash conclusion"},
		{"failure allowed as True", "{name: first, id: first, run: exit 1, continue-on-error: True}",
			"first! plain success always not_cancelled expression hash conclusion"},
		{"failure allowed by an expression", "{name: first, id: first, run: exit 1, continue-on-error: \"${{ runner.os == 'linux' }}\"}",
			"first! plain success always not_cancelled expression hash conclusion"},
		{"skipped", "{name: first, id: skipped, run: a, if: github.ref == 'x'}", "plain success always not_cancelled expression hash skipped_before"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			job := mustParse(t, "    steps:\n      - "+tt.first+rest)
			p, err := job.Start(testHost())
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(play(t, p, job, nil), ","); got != strings.NewReplacer(" ", ",", "_", " ").Replace(tt.want) {
				t.Errorf("got %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	job := mustParse(t, "    steps:\n      - {name: plain, run: a}\n      - {name: failure, run: a, if: failure()}\n      - {name: cancelled, run: exit 1, if: cancelled()}\n      - {name: always, run: a, if: always()}\n")
	p, err := job.Start(testHost())
	if err != nil {
		t.Fatal(err)
	}
	p.Cancel()
	if got := strings.Join(play(t, p, job, nil), ","); got != "cancelled!,always" || p.Status() != Cancelled {
		t.Errorf("got %s, %s, want cancelled!,always, cancelled", got, p.Status())
	}
}

// What a step writes into its command files is there for those behind it.
func TestContextsGrow(t *testing.T) {
	t.Parallel()
	job := mustParse(t, `    env: {SHARED: job, Case: upper}
    steps:
      - {name: one, id: one, run: "echo ${{ env.SHARED }}", env: {OWN: "${{ env.SHARED }}1", SHARED: step}}
      - {name: two, run: "${{ env.SHARED }} ${{ env.OWN }} ${{ steps.ONE.outputs.Key }} ${{ steps.one.outputs.none }} ${{ env.case }}${{ env.Case }}"}
`)
	p, err := job.Start(testHost())
	if err != nil {
		t.Fatal(err)
	}
	one, err := p.Begin(job.Steps[0])
	if err != nil {
		t.Fatal(err)
	}
	if one.Script != "echo step" {
		t.Errorf("script: got %q, want the step's own variable", one.Script)
	}
	if got, want := show(one.Env), "SHARED=step Case=upper OWN=job1"; got != want {
		t.Errorf("env: got %s, want %s", got, want)
	}
	err = p.Finish(one, Result{Outcome: Success, Outputs: []Variable{{"key", "out"}}, Env: []Variable{{"SHARED", "grown"}, {"NEW", "n"}}, Path: []string{"/a", "/b", "/a"}})
	if err != nil {
		t.Fatal(err)
	}
	two, err := p.Begin(job.Steps[1])
	if err != nil {
		t.Fatal(err)
	}
	if want := "grown  out  upper"; two.Script != want {
		t.Errorf("script: got %q, want %q", two.Script, want)
	}
	if got, want := show(two.Env), "SHARED=grown Case=upper NEW=n"; got != want {
		t.Errorf("env: got %s, want %s", got, want)
	}
	if got, want := strings.Join(two.Path, ":"), "/a:/b"; got != want {
		t.Errorf("path: got %s, want %s: the last named is the first", got, want)
	}
}

func show(vars []Variable) string {
	var all []string
	for _, v := range vars {
		all = append(all, v.Name+"="+v.Value)
	}
	return strings.Join(all, " ")
}

func TestCacheTask(t *testing.T) {
	t.Parallel()
	job := mustParse(t, `    steps:
      - uses: Actions/Cache/Restore@0123abc
        with:
          path: |
            ~/.cache/pip
            .venv
          KEY: ${{ runner.os }}-${{ hashFiles('**/requirements*.txt') }}
          restore-keys: |
            ${{ runner.os }}-
          fail-on-cache-miss: True
          enableCrossOsArchive: true
      - uses: actions/cache/save@v4
        with: {path: a, key: "${{ secrets.TOKEN }}k"}
      - uses: actions/cache@v3
        with: {path: a, key: "${{ vars.none }}"}
`)
	p, err := job.Start(testHost())
	if err != nil {
		t.Fatal(err)
	}
	restore, err := p.Begin(job.Steps[0])
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"path": "~/.cache/pip\n.venv", "key": "Linux-" + requirementsHash, "restore-keys": "Linux-", "fail-on-cache-miss": "true"}
	for name, value := range want {
		if got := restore.Inputs[name]; got != value {
			t.Errorf("%s: got %q, want %q", name, got, value)
		}
	}
	if len(restore.Inputs) != len(want) || restore.Step.Kind != KindCacheRestore || !restore.Flag("fail-on-cache-miss") || restore.Flag("lookup-only") {
		t.Errorf("got %s with %q", restore.Step.Kind, restore.Inputs)
	}
	save, err := p.Begin(job.Steps[1])
	if err != nil || save.Step.Kind != KindCacheSave || save.Inputs["key"] != "k" {
		t.Errorf("save: got %+v, %v", save, err)
	}
	const wantErr = `step "Run actions/cache@v3": its input: key is required, and empty`
	if _, err := p.Begin(job.Steps[2]); err == nil || !strings.Contains(err.Error(), wantErr) {
		t.Errorf("empty key: got %v, want %s", err, wantErr)
	}
}

func TestScriptTask(t *testing.T) {
	t.Parallel()
	const head = "    defaults: {run: {shell: sh, working-directory: '${{ env.DIR }}'}}\n    env: {DIR: sub}\n    steps:\n      - "
	for _, tt := range []struct{ step, shell, dir string }{
		{"{run: a}", "sh -e {0} .sh", testDir + "/sub"},
		{"{run: a, shell: bash, working-directory: ./x/../y}", "bash --noprofile --norc -e -o pipefail {0} .sh", testDir + "/y"},
		{"{run: a, shell: python, working-directory: /tmp/x}", "python {0} .py", "/tmp/x"},
		{"{run: a, shell: \"${{ 'bash' }} -l {0}\"}", "bash -l {0} .sh", testDir + "/sub"},
	} {
		job := mustParse(t, head+tt.step+"\n")
		p, err := job.Start(testHost())
		if err != nil {
			t.Fatal(err)
		}
		task, err := p.Begin(job.Steps[0])
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(append(task.Shell.Args, task.Shell.Extension), " "); got != tt.shell || task.Dir != tt.dir {
			t.Errorf("%s: got %s in %s, want %s in %s", tt.step, got, task.Dir, tt.shell, tt.dir)
		}
	}
}

// The defaults of a job take the place of the workflow's, whole.
func TestDefaultsReplace(t *testing.T) {
	t.Parallel()
	f, err := Parse("ci.yml", []byte("on: push\ndefaults: {run: {shell: sh, working-directory: a}}\njobs:\n"+
		"  own: {runs-on: x, defaults: {run: {working-directory: b}}, steps: [{run: a}]}\n  none: {runs-on: x, steps: [{run: a}]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{"own": "bash " + testDir + "/b", "none": "sh " + testDir + "/a"} {
		job, err := f.Job(id, nil)
		if err != nil {
			t.Fatal(err)
		}
		p, err := job.Start(testHost())
		if err != nil {
			t.Fatal(err)
		}
		task, err := p.Begin(job.Steps[0])
		if err != nil || task.Shell.Args[0]+" "+task.Dir != want {
			t.Errorf("%s: got %+v, %v, want %s", id, task, err, want)
		}
	}
}

func TestTimeout(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"10": 10 * time.Minute, "2.9": 2 * time.Minute, "\"${{ 3 }}\"": 3 * time.Minute, "\"${{ 'x' }}\"": -1,
	} {
		job := mustParse(t, "    steps: [{run: a, timeout-minutes: "+text+"}]\n")
		p, err := job.Start(testHost())
		if err != nil {
			t.Fatal(err)
		}
		task, err := p.Begin(job.Steps[0])
		switch {
		case want < 0 && (err == nil || !strings.Contains(err.Error(), "no number of minutes")):
			t.Errorf("%s: got %v, want an error", text, err)
		case want >= 0 && (err != nil || task.Timeout != want):
			t.Errorf("%s: got %+v, %v, want %s", text, task, err, want)
		}
	}
}

// The second half of a step is done only while nothing failed.
func TestPost(t *testing.T) {
	t.Parallel()
	const body = "    steps:\n      - {uses: actions/cache@v4, with: {path: a, key: \"${{ env.K }}\"}, env: {K: k}}\n" +
		"      - {uses: actions/cache@v4, if: false, with: {path: a, key: b}}\n      - {uses: actions/setup-python@v5}\n      - {name: last, run: LAST}\n"
	for last, runs := range map[string]bool{"a": true, "exit 1": false} {
		job := mustParse(t, strings.Replace(body, "LAST", last, 1))
		p, err := job.Start(testHost())
		if err != nil {
			t.Fatal(err)
		}
		play(t, p, job, nil)
		posts := p.Posts()
		if len(posts) != 2 || posts[0].Kind != KindSetupPython || posts[1].Kind != KindCache {
			t.Fatalf("got %d posts, want those of setup-python and the first cache", len(posts))
		}
		task, err := p.Post(posts[1])
		if err != nil || task.Runs != runs || runs && task.Inputs["key"] != "k" || task.Name != "Post Run actions/cache@v4" {
			t.Errorf("after %q: got %+v, %v, want runs: %v", last, task, err, runs)
		}
		if err := p.Finish(task, Result{Outcome: Success}); err != nil || len(p.Posts()) != 2 {
			t.Errorf("finish: %v, %d posts", err, len(p.Posts()))
		}
	}
}

func TestBeginFails(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ step, want string }{
		{"{run: \"${{ fromJSON('x') }}\"}", "ci.yml:6:9: step \"Run ${{ fromJSON('x') }}\": its script: "},
		{"{run: \"${{ github }}\"}", "want a text, found an object"},
		{"{run: a, if: fromJSON('x')}", "its condition: "},
		{"{run: a, env: {A: \"${{ fromJSON('x') }}\"}}", "its env: A: "},
		{"{run: a, shell: \"${{ github.none || 'fish' }}\"}", `its shell: shell "fish"`},
		{"{run: a, if: \"hashFiles('--all', 'x')\"}", "the option \"--all\" is not known"},
		{"{uses: actions/setup-python@v5, with: {cache: \"${{ github.none || 'poetry' }}\"}}", `its input: the cache of "poetry" is not known`},
	} {
		job := mustParse(t, "    steps:\n      - "+tt.step+"\n")
		p, err := job.Start(testHost())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Begin(job.Steps[0]); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want an error with %q", tt.step, err, tt.want)
		}
	}
}

// TestContinueOnErrorOfBadSteps allows a step that is in error what the runner
// does: nothing before its condition is known to hold.
func TestContinueOnErrorOfBadSteps(t *testing.T) {
	t.Parallel()
	const bad, allowed = "\"${{ fromJSON('x') }}\"", ", continue-on-error: \"${{ matrix.a }}\"}\n"
	for _, tt := range []struct {
		step string
		want Outcome
		post bool // is left to do in the end
	}{
		{"{run: " + bad, Success, false},
		{"{run: a, if: fromJSON('x')", Failure, false},
		{"{run: a, env: {A: " + bad + "}", Failure, false},
		{"{uses: actions/cache@v4, with: {path: a, key: " + bad + "}", Success, true},
		{"{uses: actions/cache@v4, with: {path: a, key: k}, env: {A: " + bad + "}", Failure, false},
	} {
		job := mustParse(t, "    strategy: {matrix: {a: [true]}}\n    steps:\n      - "+tt.step+allowed)
		host := testHost()
		all, err := job.Combinations(host)
		if err != nil {
			t.Fatal(err)
		}
		host.Matrix = all[0]
		p, err := job.Start(host)
		if err != nil {
			t.Fatal(err)
		}
		task, err := p.Begin(job.Steps[0])
		if err == nil {
			t.Fatalf("%s: no error", tt.step)
		}
		err = p.Finish(task, Result{Outcome: Failure})
		if err != nil || task.Conclusion != tt.want || p.Status() != tt.want || (len(p.Posts()) > 0) != tt.post {
			t.Errorf("%s: got %s, %s, %d posts, %v, want %s", tt.step, task.Conclusion, p.Status(), len(p.Posts()), err, tt.want)
		}
	}
}

func TestContinueOnErrorFails(t *testing.T) {
	t.Parallel()
	job := mustParse(t, "    steps: [{run: a, continue-on-error: \"${{ 'yes' }}\"}]\n")
	p, err := job.Start(testHost())
	if err != nil {
		t.Fatal(err)
	}
	task, err := p.Begin(job.Steps[0])
	if err != nil {
		t.Fatal(err)
	}
	err = p.Finish(task, Result{Outcome: Failure})
	if err == nil || !strings.Contains(err.Error(), "its continue-on-error: it is no boolean") || p.Status() != Failure || task.Conclusion != Failure {
		t.Errorf("got %v, %s, %s, want an error, and the failure to count", err, p.Status(), task.Conclusion)
	}
}

func TestEnabled(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		condition, result string
		want              bool
	}{
		{"", "success", true}, {"", "failure", false}, {"", "skipped", false}, {"failure()", "failure", true},
		{"always()", "failure", true}, {"cancelled()", "cancelled", true}, {"github.event_name == 'push'", "success", true},
		{"github.event_name == 'push'", "failure", false}, {"needs.first.result == 'success'", "success", true},
	} {
		body := "    needs: first\n    steps: [{run: a}]\n"
		if tt.condition != "" {
			body = "    if: " + tt.condition + "\n" + body
		}
		job := mustParse(t, body)
		h := testHost()
		need := expr.NewObject()
		need.Set("result", tt.result)
		h.Needs = expr.NewObject()
		h.Needs.Set("first", need)
		if got, err := job.Enabled(h); got != tt.want || err != nil {
			t.Errorf("%q after %s: got %v, %v, want %v", tt.condition, tt.result, got, err, tt.want)
		}
		place := "ci.yml:5:9"
		if tt.condition == "" {
			place = "ci.yml:3:3"
		}
		want := place + `: job "job" is skipped on a push to refs/heads/main: its condition does not hold`
		if err := job.CheckEnabled(h); (err == nil) != tt.want || err != nil && err.Error() != want {
			t.Errorf("%q after %s: got %v, want %s, or none: %v", tt.condition, tt.result, err, want, tt.want)
		}
	}
}

func TestEnabledFails(t *testing.T) {
	t.Parallel()
	job := mustParse(t, "    if: fromJSON('x')\n    steps: [{run: a}]\n")
	if err := job.CheckEnabled(testHost()); err == nil || !strings.HasPrefix(err.Error(), `ci.yml:5:9: condition of job "job": `) {
		t.Errorf("got %v, want an error at the condition", err)
	}
}
