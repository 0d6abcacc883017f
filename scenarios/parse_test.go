package scenarios

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// goodStudy uses every key of the format but rules, and those that say when a
// comparison is decided.
const goodStudy = `version: 1
name: starter
title: A small service
project: project
index:
  cutoff: 2025-10-16T02:00:00+02:00
  lock: index.lock
targets: build-time-document
policy:
  blocks: 5
  warmups: 1
  timeout: 90s
jobs:
  build-and-push:
    lane: image
    baseline: before
    states: [cold, warm, code-change, new-commit, base-bump]
    build-args:
      VERSION: "1.0.{number}"
      MODE: all
    phases:
      - {phase: pip-install, match: 'pip3? install'}
    variants:
      zulu: {title: "cache mount", dockerfile: Dockerfile.after, context: app, beside: after}
      before:
        dockerfile: Dockerfile.before
        build-args: {MODE: before, EXTRA: 1.10}
        needs: [image-pull]
        states: [cold, new-commit]
        persistence: ephemeral
        cache: {backend: gha, mode: max, carry-mounts: "**/requirements*.txt"}
  build-again:
    lane: image
    baseline: only
    states: [cold]
    variants:
      only: {dockerfile: Dockerfile.after}
mutations:
  code-change:
    - {file: app/main.py, append: "# trial {trial}\n"}
  new-commit:
    - {file: requirements.txt, replace: "httpx==0.27.0", with: "httpx==0.27.2"}
    - {file: requirements.txt, append: "# trial {trial}\n"}
quick:
  blocks: 2
  only: [build-and-push, "*/only/cold", cold, warm]
pipelines:
  pipeline:
    jobs: [build-again, build-and-push]
    baseline: zulu
    states:
      cold: {}
      hit: {build-again: cold, build-and-push: warm}
    variants:
      zulu: {title: "first, second", jobs: {build-again: only}}
      fewer: {documented-as: before, baseline: fewer, jobs: {build-again: only, build-and-push: before}, states: [cold]}
`

func studyFS(study string) fstest.MapFS {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s), Mode: 0o644} }
	link := func(s string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(s), Mode: 0o777 | fs.ModeSymlink}
	}
	return fstest.MapFS{
		"study.yaml":                file(study),
		"targets.yaml":              file("{}"),
		"project/Dockerfile.before": file("FROM a\n"),
		"project/Dockerfile.after":  file("FROM b\n"),
		"project/app/main.py":       file("print()\n"),
		"project/requirements.txt":  file("httpx==0.27.0\nidna\nidna-ssl"),
		"project/linked":            link("app"),
		"project/app/back":          link("../requirements.txt"),
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	got, err := Parse(studyFS(goodStudy), "study.yaml")
	if err != nil {
		t.Fatal(err)
	}
	trial := "# trial {trial}\n"
	want := &Study{
		Name: "starter", Title: "A small service", File: "study.yaml", Project: "project",
		Index:   Index{Cutoff: time.Date(2025, 10, 16, 0, 0, 0, 0, time.UTC), Lock: "index.lock"},
		Targets: "build-time-document",
		Policy:  Policy{Blocks: 5, Warmups: 1, Timeout: 90 * time.Second, Decision: decision},
		Jobs: []Job{{
			Name: "build-and-push", Lane: LaneImage, Baseline: "before",
			States: []State{Cold, Warm, CodeChange, NewCommit, BaseBump},
			Phases: []PhaseRule{{Phase: "pip-install", Match: "pip3? install"}},
			Variants: []Variant{{
				Name: "zulu", Title: "cache mount", Dockerfile: "Dockerfile.after", Context: "app", DocumentedAs: "after", Departs: true,
				BuildArgs:   map[string]string{"VERSION": "1.0.{number}", "MODE": "all"},
				Persistence: Persistent,
			}, {
				Name: "before", Dockerfile: "Dockerfile.before",
				BuildArgs: map[string]string{"VERSION": "1.0.{number}", "MODE": "before", "EXTRA": "1.10"},
				Needs:     []Need{NeedImagePull}, States: []State{Cold, NewCommit},
				Persistence: Ephemeral,
				Cache:       BuildCache{Backend: BackendGHA, Mode: ModeMax, MountsKey: "**/requirements*.txt"},
			}},
		}, {
			Name: "build-again", Lane: LaneImage, Baseline: "only", States: []State{Cold},
			Variants: []Variant{{Name: "only", Dockerfile: "Dockerfile.after", Persistence: Persistent}},
		}},
		Mutations: map[State]Mutation{
			CodeChange: {Edits: []Edit{{File: "app/main.py", New: trial}}},
			NewCommit: {Edits: []Edit{
				{File: "requirements.txt", Old: "httpx==0.27.0", New: "httpx==0.27.2"},
				{File: "requirements.txt", New: trial},
			}},
		},
		Pipelines: []Pipeline{{
			Name: "pipeline", Jobs: []string{"build-again", "build-and-push"}, Baseline: "zulu",
			Variants: []PipelineVariant{{
				Name: "zulu", Title: "first, second", Runs: []PipelineRun{
					{Cold, []Cell{{"build-again", "only", Cold}, {"build-and-push", "zulu", Cold}}},
					{Hit, []Cell{{"build-again", "only", Cold}, {"build-and-push", "zulu", Warm}}},
				},
			}, {
				Name: "fewer", DocumentedAs: "before", Baseline: "fewer", Runs: []PipelineRun{
					{Cold, []Cell{{"build-again", "only", Cold}, {"build-and-push", "before", Cold}}},
				},
			}},
		}},
		Quick:         &Quick{Blocks: 2, Only: []string{"build-and-push", "*/only/cold", "cold", "warm"}},
		Digest:        got.Digest,
		ProjectDigest: got.ProjectDigest,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

func TestPipelineBaselineOf(t *testing.T) {
	t.Parallel()
	p := Pipeline{Baseline: "before"}
	for _, tc := range []struct {
		v    PipelineVariant
		want string
	}{
		{PipelineVariant{Name: "before"}, ""},
		{PipelineVariant{Name: "after"}, "before"},
		{PipelineVariant{Name: "after", Baseline: "other"}, "other"},
		{PipelineVariant{Name: "other", Baseline: "other"}, ""},
	} {
		if got := p.BaselineOf(tc.v); got != tc.want {
			t.Errorf("baseline of %+v: got %q, want %q", tc.v, got, tc.want)
		}
	}
}

func TestParseDefaults(t *testing.T) {
	t.Parallel()
	s := parseEdited(t, "policy:\n  blocks: 5\n  warmups: 1\n  timeout: 90s\n", "")
	if got, want := s.Policy, (Policy{Blocks: 5, Timeout: 10 * time.Minute, Decision: decision}); got != want {
		t.Errorf("got policy %+v, want %+v", got, want)
	}
	if s = parseEdited(t, "  blocks: 2\n", ""); s.Quick.Blocks != 5 {
		t.Errorf("got %d quick blocks, want the policy's 5", s.Quick.Blocks)
	}
	if s = parseEdited(t, "targets: build-time-document", "targets: targets.yaml"); s.Targets != "targets.yaml" {
		t.Errorf("got targets %q, want the file", s.Targets)
	}
	if s = parseEdited(t, "title: A small service", "rules: targets.yaml"); s.Rules != "targets.yaml" {
		t.Errorf("got rules %q, want the file", s.Rules)
	}
}

// parseEdited parses the good study with one text replaced.
func parseEdited(t *testing.T, old, replacement string) *Study {
	t.Helper()
	s, err := Parse(studyFS(edited(t, old, replacement)), "study.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func edited(t *testing.T, old, replacement string) string {
	t.Helper()
	if strings.Count(goodStudy, old) != 1 {
		t.Fatalf("the study holds %q %d times, want once", old, strings.Count(goodStudy, old))
	}
	return strings.Replace(goodStudy, old, replacement, 1)
}

func TestStatesOf(t *testing.T) {
	t.Parallel()
	job := Job{States: []State{Cold, Warm}}
	if got, want := job.StatesOf(Variant{}), job.States; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want the job's %v", got, want)
	}
	own := []State{Warm}
	if got := job.StatesOf(Variant{States: own}); !reflect.DeepEqual(got, own) {
		t.Errorf("got %v, want the variant's %v", got, own)
	}
}

func TestDigest(t *testing.T) {
	t.Parallel()
	digestsOf := func(change func(fstest.MapFS)) [2]string {
		fsys := studyFS(goodStudy)
		change(fsys)
		s, err := Parse(fsys, "study.yaml")
		if err != nil {
			t.Fatal(err)
		}
		return [2]string{s.ProjectDigest, s.Digest}
	}
	base := digestsOf(func(fstest.MapFS) {})
	for _, digest := range base {
		if !strings.HasPrefix(digest, "sha256:") || len(digest) != len("sha256:")+64 {
			t.Errorf("got digest %q", digest)
		}
	}
	for name, tc := range map[string]struct {
		change func(fstest.MapFS)
		same   bool
	}{
		"nothing": {func(fstest.MapFS) {}, true},
		"times": {func(f fstest.MapFS) {
			f["project/app/main.py"].ModTime = time.Unix(1e9, 0)
		}, true},
		"read-only":    {func(f fstest.MapFS) { f["project/app/main.py"].Mode = 0o444 }, true},
		"beside":       {func(f fstest.MapFS) { f["notes"] = &fstest.MapFile{} }, true},
		"executable":   {func(f fstest.MapFS) { f["project/app/main.py"].Mode = 0o755 }, false},
		"contents":     {func(f fstest.MapFS) { f["project/app/main.py"].Data = []byte("x") }, false},
		"another file": {func(f fstest.MapFS) { f["project/empty"] = &fstest.MapFile{} }, false},
		"link":         {func(f fstest.MapFS) { f["project/linked"].Data = []byte("app/main.py") }, false},
		"moved": {func(f fstest.MapFS) {
			f["project/app/other.py"] = f["project/app/main.py"]
			f["project/app/main.py"] = &fstest.MapFile{Data: []byte("x")}
		}, false},
		"study": {func(f fstest.MapFS) { f["study.yaml"].Data = []byte(goodStudy + "# changed\n") }, false},
	} {
		got := digestsOf(tc.change)
		if same := got[1] == base[1]; same != tc.same {
			t.Errorf("%s: same digest = %v, want %v", name, same, tc.same)
		}
		if same, want := got[0] == base[0], tc.same || name == "study"; same != want {
			t.Errorf("%s: same digest of the project = %v, want %v", name, same, want)
		}
	}
}

func TestParseFromDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fsys := studyFS(goodStudy)
	maps.DeleteFunc(fsys, func(name string, f *fstest.MapFile) bool { return f.Mode&fs.ModeSymlink != 0 })
	if err := os.CopyFS(dir, fsys); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc", filepath.Join(dir, "project", "etc")); err != nil {
		t.Fatal(err)
	}
	_, err := Parse(os.DirFS(dir), "study.yaml")
	want := "study.yaml:4:10: project: the link etc leaves the project: /etc"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if err := os.Remove(filepath.Join(dir, "project", "etc")); err != nil {
		t.Fatal(err)
	}
	s, err := Parse(os.DirFS(dir), "study.yaml")
	if err != nil {
		t.Fatal(err)
	}
	inMemory, err := Parse(fsys, "study.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if s.Digest != inMemory.Digest {
		t.Errorf("got %s from disk, %s from memory", s.Digest, inMemory.Digest)
	}
}
