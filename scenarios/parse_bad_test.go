package scenarios

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/cibench/cibench/scenarios/internal/strictyaml"
)

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	const pathHint = "a path below its directory, with / and without .. or / at either end"
	const nameHint = "use a-z, 0-9 and -, at most 63 of them, - not first"
	for name, tc := range map[string]struct{ old, new, want, hint string }{
		"unknown key": {"dockerfile: Dockerfile.after, context", "dockerfil: Dockerfile.after, context",
			`24:36: unknown key "dockerfil"`, `did you mean "dockerfile"?`},
		"version": {"version: 1", "version: 2",
			`1:10: this program reads version 1 of the format, not "2"`, ""},
		"name":    {"name: starter", "name: Starter", `2:7: "Starter" is no name`, nameHint},
		"no name": {"name: starter\n", "", `1:1: the file: missing key "name"`, ""},
		"title": {"title: A small service", `title: "a\eb"`,
			"3:8: title: want one line of at most 200 bytes", ""},

		"project": {"project: project", "project: projects",
			`4:10: no such directory: "projects"`, `did you mean "project"?`},
		"project above":    {"project: project", "project: ../project", `4:10: the path "../project" is not allowed`, pathHint},
		"absolute project": {"project: project", "project: /project", `4:10: the path "/project" is not allowed`, pathHint},
		"project a file":   {"project: project", "project: targets.yaml", `4:10: "targets.yaml" is no directory`, ""},
		"exclude":          {"project: project", "project: project\nexclude: ['[a']", `5:11: "[a" is no pattern of paths in the project`, "such as .venv or **/*.html, without a slash at either end"},
		"exclude as in .gitignore": {"project: project", "project: project\nexclude: [.venv/]", `5:11: ".venv/" is no pattern of paths in the project`,
			"such as .venv or **/*.html, without a slash at either end"},
		"Dockerfile": {"zulu: {title: \"cache mount\", dockerfile: Dockerfile.after", "zulu: {title: \"cache mount\", dockerfile: Dockerfile.aftre",
			`24:48: no such file: "Dockerfile.aftre"`, `did you mean "Dockerfile.after"?`},
		"linked Dockerfile": {"Dockerfile.after, context", "linked/main.py, context",
			`24:48: "linked/main.py" is reached by a symbolic link`, "name the file itself"},
		"context":      {"context: app", "context: app/main.py", `24:75: "app/main.py" is no directory`, ""},
		"lock":         {"lock: index.lock", "lock: ../index.lock", `7:9: the path "../index.lock" is not allowed`, pathHint},
		"lock a dir":   {"lock: index.lock", "lock: project", `7:9: "project" is no regular file`, ""},
		"targets file": {"build-time-document", "target.yaml", `8:10: no such file: "target.yaml"`, `did you mean "targets.yaml"?`},
		"targets":      {"build-time-document", "a/b", `8:10: "a/b" is no name`, nameHint},
		"cutoff": {"2025-10-16T02:00:00+02:00", "2025-10-16",
			`6:11: cutoff: "2025-10-16" is no moment`, "written as 2025-10-16T00:00:00Z"},

		"no blocks":       {"blocks: 5", "blocks: 0", `10:11: blocks: want a whole number from 1 to 1000, found "0"`, ""},
		"negative blocks": {"blocks: 5", "blocks: -5", `10:11: blocks: want a whole number from 1 to 1000, found "-5"`, ""},
		"many blocks":     {"blocks: 5", "blocks: 9999999999999999999", `10:11: blocks: want a whole number from 1 to 1000, found "9999999999999999999"`, ""},
		"warmups":         {"warmups: 1", "warmups: -1", `11:12: warmups: want a whole number from 0 to 100, found "-1"`, ""},
		"timeout":         {"timeout: 90s", "timeout: 90", `12:12: timeout: "90" is no duration`, "a number and a unit, such as 90s or 10m"},
		"long timeout":    {"timeout: 90s", "timeout: 900h", `12:12: timeout: want 1s to 24h0m0s, found "900h"`, ""},

		"lane":     {"lane: image\n    baseline: before", "lane: imag\n    baseline: before", `15:11: unknown lane "imag"`, "one of image, venv"},
		"baseline": {"baseline: before", "baseline: zuluu", `16:15: the baseline "zuluu" is no variant of this job`, "one of zulu, before"},
		"variant's baseline": {"needs: [image-pull]", "baseline: nope\n        needs: [image-pull]",
			`28:19: the baseline "nope" is no variant of this job`, "one of zulu, before"},
		"state": {"[cold, warm, code-change", "[cold, hot, code-change", `17:20: unknown cache state "hot"`,
			"one of cold, warm, code-change, new-commit, deps-bump, deps-add, base-bump, mounts-pruned"},
		"double state":    {"[cold, warm, code-change", "[cold, cold, code-change", `17:20: cache state "cold" stands here twice`, ""},
		"no states":       {"states: [cold]\n", "states: []\n", "35:13: the list is empty", "one of cold, warm, code-change, new-commit, deps-bump, deps-add, base-bump, mounts-pruned"},
		"states no list":  {"states: [cold]\n", "states: cold\n", `35:13: states: want a list, found "cold"`, ""},
		"no mutation":     {"[cold, warm, code-change", "[cold, deps-add, code-change", `17:20: cache state "deps-add" has no mutation`, "add deps-add below mutations"},
		"variant's state": {"states: [cold, new-commit]", "states: [cold, deps-add]", `29:24: unknown cache state of this job "deps-add"`, "one of cold, warm, code-change, new-commit, base-bump"},
		"need":            {"needs: [image-pull]", "needs: [image]", `28:17: unknown need "image"`, "one of image-pull"},
		"persistence":     {"persistence: ephemeral", "persistence: short", `30:22: unknown persistence "short"`, "one of persistent, ephemeral"},
		"backend":         {"backend: gha", "backend: s3", `31:26: unknown backend "s3"`, "one of gha, registry, inline, local"},
		"mode":            {"mode: max", "mode: all", `31:37: unknown mode of this backend "all"`, "one of min, max"},
		"inline mode":     {"backend: gha", "backend: inline", `31:40: unknown mode of this backend "max"`, "one of min"},
		"mode alone":      {"backend: gha, ", "", "31:23: mode goes with a backend", ""},
		"no cache":        {"{backend: gha, mode: max, carry-mounts: \"**/requirements*.txt\"}", "{}", "31:16: the cache keeps nothing", "give a backend, carry-mounts, or both"},
		"no key":          {`carry-mounts: "**/requirements*.txt"`, `carry-mounts: ""`, "31:56: there are no files to make a key from", `such as "**/requirements*.txt"`},
		"carried at home": {"        persistence: ephemeral\n", "", "30:56: a persistent builder keeps its mounts, and none are carried", "add persistence: ephemeral"},
		"local at home":   {"persistence: ephemeral\n        cache: {backend: gha, mode: max, carry-mounts: \"**/requirements*.txt\"}", "cache: {backend: local}", "30:26: a persistent builder has its own cache in a local directory", "add persistence: ephemeral, or leave the cache out"},
		"double job":      {"build-again:\n", "build-and-push:\n", `32:3: duplicate key "build-and-push", first in line 14`, ""},
		"job's name":      {"build-again:\n", "build again:\n", `32:3: "build again" is no name`, nameHint},
		"no variant":      {"variants:\n      only: {dockerfile: Dockerfile.after}", "variants: {}", "36:15: the job has no variant", ""},

		"argument's name": {"MODE: all", "MO-DE: all", `20:7: "MO-DE" is no name of a build argument`, "use letters, digits and _, no digit first"},
		"placeholder": {"1.0.{number}", "1.0.{numbr}{number}", "19:16: unknown placeholder {numbr}",
			`did you mean "number"?; write {{numbr}} for the text itself`},
		"same arguments":    {"MODE: before, EXTRA: 1.10", "VERSION: before", `25:7: cache state "new-commit" needs a build argument that holds a placeholder`, `such as COMMIT_SHA: "{commit}"`},
		"phase":             {"pip3? install", "pip(", `22:37: missing closing ) in the expression: "pip("`, ""},
		"huge phase":        {"pip3? install", "((a{1000}){1000}){1000}", `22:37: invalid repeat count in the expression: "{1000}"`, ""},
		"empty phase":       {"'pip3? install'", "''", "22:37: an empty expression matches every step", ""},
		"total":             {"phase: pip-install", "phase: total", `22:17: the phase "total" is the whole trial`, ""},
		"no trial":          {`"# trial {trial}\n"}` + "\n  new", `"# trial {{trial}}\n"}` + "\n  new", "39:3: no edit holds {trial}, so that all trials would have the same content", "write {trial} into what an edit adds, for instance in a comment"},
		"immutable state":   {"  code-change:\n", "  warm: []\n  code-change:\n", `39:3: cache state "warm" takes no mutation`, "one of code-change, new-commit, deps-bump, deps-add, deps-remove, dev-deps-bump, python-bump"},
		"mutation of what":  {"  code-change:\n", "  code: []\n  code-change:\n", `39:3: unknown cache state "code"`, "one of code-change, new-commit, deps-bump, deps-add, deps-remove, dev-deps-bump, python-bump"},
		"edited file":       {"file: app/main.py", "file: app/man.py", `40:14: no such file: "app/man.py"`, `did you mean "main.py"?`},
		"escaping edit":     {"file: app/main.py", "file: app/../../study.yaml", `40:14: the path "app/../../study.yaml" is not allowed`, pathHint},
		"edit of a link":    {"file: app/main.py", "file: app/back", `40:14: "app/back" is reached by a symbolic link`, "name the file itself"},
		"text not there":    {"httpx==0.27.0", "httpx==0.28.0", "42:7: the text to replace occurs 0 times in requirements.txt, not once", "quote more of the text around it, exactly as it stands there"},
		"text there twice":  {"httpx==0.27.0", "idna", "42:7: the text to replace occurs 2 times in requirements.txt, not once", "quote more of the text around it, exactly as it stands there"},
		"no change":         {"httpx==0.27.0", "httpx==0.27.2", "42:41: the edit changes nothing", ""},
		"nothing to append": {`append: "# trial {trial}\n"}` + "\n  new", `append: ""}` + "\n  new", "40:35: there is nothing to append", ""},
		"append and replace": {`append: "# trial {trial}\n"}` + "\n  new", `append: "{trial}", replace: print}` + "\n  new",
			"40:7: an edit has either append, or replace and with", ""},
		"append and with": {`append: "# trial {trial}\n"}` + "\n  new", `append: "{trial}", with: print}` + "\n  new",
			"40:52: with goes with replace, not with append", ""},
		"replace alone": {`, with: "httpx==0.27.2"`, "", `42:7: new-commit, entry 1: missing key "with"`, ""},
		"quick of nothing": {"quick:\n  blocks: 2\n  only: [build-and-push, \"*/only/cold\", cold, warm]\n", "quick: {}\n",
			"44:8: the quick selection is the whole study", "such as quick: {blocks: 1, only: [cold]}"},
		"quick blocks": {"blocks: 2", "blocks: 0", `45:11: blocks: want a whole number from 1 to 1000, found "0"`, ""},
		"quick term": {"cold, warm]", "hot]", `46:41: "hot" matches nothing`,
			"jobs build-and-push, build-again; variants zulu, before, only; states cold, warm, code-change, new-commit, base-bump"},
		"quick pattern":     {"cold, warm]", "'a[']", `46:41: "a[" is no pattern`, "* matches any text, ? one letter, [ab] either"},
		"quick of no trial": {`build-and-push, "*/only/cold", cold`, "build-again", `46:9: ["build-again" "warm"] select nothing together`, "a job, a variant and a state are combined, and this study has no such trial"},
		"quick list":        {`[build-and-push, "*/only/cold", cold, warm]`, "[]", "46:9: the list is empty", "leave it out for every trial"},
		"quick text":        {`[build-and-push, "*/only/cold", cold, warm]`, "cold", `46:9: only: want a list, found "cold"`, ""},
		"no edits":          {"  code-change:\n", "  deps-add: []\n  code-change:\n", "39:13: the mutation has no edit", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refuses(t, tc.old, tc.new, tc.want, tc.hint)
		})
	}
}

// refuses demands that the good study with one text replaced is refused with
// these problems, the file's name left out, and with this hint for the first.
func refuses(t *testing.T, old, replacement, want, hint string) {
	t.Helper()
	s, err := Parse(studyFS(edited(t, old, replacement)), "study.yaml")
	if s != nil || err == nil {
		t.Fatalf("got %v, %v, want an error", s, err)
	}
	if got, want := err.Error(), "study.yaml:"+strings.ReplaceAll(want, "\n", "\nstudy.yaml:"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	var e *Error
	if errors.As(err, &e) && e.Hint() != hint {
		t.Errorf("got hint %q, want %q", e.Hint(), hint)
	}
}

func TestParseFindsAllProblems(t *testing.T) {
	t.Parallel()
	study := strings.NewReplacer("baseline: before", "baseline: none", "blocks: 5", "blocks: x",
		"[cold, warm,", "[cold, hot,", "idna", "none").Replace(goodStudy)
	_, err := Parse(studyFS(study), "study.yaml")
	want := `study.yaml:10:11: blocks: want a whole number from 1 to 1000, found "x"
study.yaml:16:15: the baseline "none" is no variant of this job
study.yaml:17:20: unknown cache state "hot"`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestParseMissingFile(t *testing.T) {
	t.Parallel()
	if _, err := Parse(fstest.MapFS{}, "study.yaml"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want %v", err, fs.ErrNotExist)
	}
}

func TestParseLargeEditedFile(t *testing.T) {
	t.Parallel()
	fsys := studyFS(goodStudy)
	fsys["project/app/main.py"].Data = make([]byte, maxEditedSize+1)
	_, err := Parse(fsys, "study.yaml")
	want := "study.yaml:40:7: app/main.py is larger than 1024 KiB, too large to edit"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestStaysInside(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		link, target string
		want         bool
	}{
		{"a", "b", true},
		{"d/a", "../b", true},
		{"d/a", "..", true},
		{"d/e/a", "../../b/c", true},
		{"a", "..", false},
		{"a", "../b", false},
		{"d/a", "../../b", false},
		{"a", "/etc", false},
		{"a", "", true}, // no system makes such a link; it points to the directory
		{"d/e/a", "f/../b", false},
		{"d/e/a", "../f/..", false},
		{"a", "b/", true},
	} {
		if got := staysInside(tc.link, tc.target); got != tc.want {
			t.Errorf("staysInside(%q, %q) = %v, want %v", tc.link, tc.target, got, tc.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(goodStudy))
	f.Add([]byte("version: 1\nname: a\nproject: project\njobs: {a: {lane: image, baseline: b, states: [cold], variants: {b: {dockerfile: Dockerfile.after}}}}\n"))
	f.Add([]byte("version: 1\nname: a\nproject: project\njobs: {a: {lane: image, baseline: b, states: [cold], variants: {b: {dockerfile: Dockerfile.after}}}}\nquick: {only: ['a/[b]/*']}\n"))
	f.Add([]byte("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"))
	f.Add([]byte("mutations:\n  deps-add:\n    - {file: requirements.txt, replace: idna, with: '{{trial}}{x}'}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Parse(studyFS(string(data)), "study.yaml")
		if (s == nil) != (err != nil) {
			t.Fatalf("got %v, %v, want a study or an error", s, err)
		}
		if err != nil {
			return
		}
		project, err := fs.Sub(studyFS(string(data)), s.Project)
		if err != nil {
			t.Fatal(err)
		}
		for state, m := range s.Mutations {
			if _, err := m.Apply(project, "t"); err != nil {
				t.Errorf("the mutation of %s was accepted and fails: %v", state, err)
			}
		}
		measured := s.Cells()
		for _, p := range s.Pipelines {
			for _, v := range p.Variants {
				for _, r := range v.Runs {
					if len(r.Cells) != len(p.Jobs) || !slices.Contains(measured, r.Cells[0]) {
						t.Errorf("pipeline %s/%s was accepted with %v", p.Name, v.Name, r)
					}
				}
			}
		}
		if s.Quick != nil {
			if cells, err := Select(s.Cells(), s.Quick.Only); err != nil || len(cells) == 0 {
				t.Errorf("the quick selection %q was accepted and gives %v, %v", s.Quick.Only, cells, err)
			}
		}
	})
}

// TestParseIsBounded gives the parser small texts that stand for much work:
// each would take minutes or gigabytes if nothing bounded it.
func TestParseIsBounded(t *testing.T) {
	t.Parallel()
	fill := func(head, unit, tail string) string {
		n := (strictyaml.MaxSize - len(head) - len(tail)) / (len(unit) + 5)
		var b strings.Builder
		b.WriteString(head)
		for i := range n {
			fmt.Fprintf(&b, unit, i)
		}
		b.WriteString(tail)
		return b.String()
	}
	header := "version: 1\nname: a\nproject: project\n"
	job := header + "jobs:\n  a:\n    lane: image\n    baseline: b\n    states: [cold]\n"
	args := strings.TrimSuffix(job+"    build-args:\n"+fill("", "      A%d: '{'\n", "")[:strictyaml.MaxSize/2], "'")
	args = args[:strings.LastIndexByte(args, '\n')+1]
	for name, tc := range map[string]struct{ text, want string }{
		"expressions": {fill(job+"    phases:\n", "      - {phase: p%d, match: 'a{1000}'}\n", ""), "phases: "},
		"arguments of variants": {fill(args+"    variants:\n", "      v%d: {dockerfile: Dockerfile.after}\n", ""),
			"variants: "},
		"edits": {fill(header+"mutations:\n  deps-add:\n", "    - {file: requirements.txt, append: '%d'}\n", ""),
			"deps-add: "},
		"unknown keys": {fill(header, "k%d: 1\n", ""), "more problems"},
		"1 MiB":        {strings.Repeat("a: b\n", 1<<18), "larger than 256 KiB"},
	} {
		_, err := Parse(studyFS(tc.text), "study.yaml")
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want an error with %q", name, err, tc.want)
		}
	}
}
