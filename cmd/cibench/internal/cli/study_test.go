package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestSampleOfARepository plans what docs/ci.md runs: the study of a repository
// itself that docs/studies.md shows, with its rules.
func TestSampleOfARepository(t *testing.T) {
	t.Parallel()
	study := sample(t, "../../../../docs/studies.md", "(?s)```yaml\n(version: 1\nname: our-image\n.*?)```")
	job := sample(t, "../../../../docs/studies.md", "(?s)```yaml\n(  test:\n.*?)```")
	study = strings.Replace(study, "\nmutations:", "\n"+job+"mutations:", 1)
	rules := sample(t, "../../../../docs/ci.md", "(?s)```\n(# cibench.rules.*?)```")
	dir := t.TempDir()
	const dockerfile = "FROM python:3.11-slim\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\n"
	const workflow = `on: push
jobs:
  unit_tests:
    runs-on: ubuntu-latest
    strategy: {matrix: {python-version: ["3.12", "3.13"]}}
    steps: [{run: pip install -r requirements.txt}, {uses: codecov/codecov-action@v5}]
`
	writeFiles(t, dir, map[string]string{
		"cibench-study.yaml": study, "cibench.rules": rules, "app/main.py": "", "requirements.txt": "httpx==0.27.0\n",
		".github/workflows/ci.yml": workflow, "cibench/ci.after.yml": workflow,
		"Dockerfile": dockerfile, "Dockerfile.after": dockerfile,
	})
	s, err := openStudy(filepath.Join(dir, "cibench-study.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if len(s.rules) != 3 {
		t.Errorf("got rules %v, want three", s.rules)
	}
	for _, sel := range []selection{{}, {quick: true, only: []string{"build-and-push"}}, {only: []string{"test"}}} {
		p, err := sel.plan(t.Context(), s, false)
		if err == nil {
			err = checkWork(s, p)
		}
		if err != nil || len(p.Trials) == 0 {
			t.Errorf("%+v: got %d trials, %v", sel, len(p.Trials), err)
		}
	}
}

// sample returns what the pattern's group matches in a file.
func sample(t *testing.T, file, pattern string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(pattern).FindSubmatch(text)
	if found == nil {
		t.Fatalf("%s has no %s", file, pattern)
	}
	return string(found[1])
}

func writeFiles(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSampleStudy opens the study and the targets that docs/studies.md shows.
func TestSampleStudy(t *testing.T) {
	t.Parallel()
	const docs = "../../../../docs/studies.md"
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{
		"study.yaml":    strings.Replace(sample(t, docs, "(?s)```yaml\n(version: 1\nname: my-service\n.*?)```"), "targets: build-time-document", "targets: document.yaml", 1),
		"document.yaml": sample(t, docs, "(?s)```yaml\n(version: 1\nname: our-document\n.*?)```"),
		"cibench.rules": "", "project/app/main.py": "", "project/requirements.txt": "httpx==0.27.0\nuvicorn==0.37.0\n", "project/local.yml": "",
		"project/.github/workflows/ci.before.yml": "", "project/.github/workflows/ci.after.yml": "", "project/.github/workflows/tox.yml": "",
		"project/Dockerfile.before": "", "project/Dockerfile.after": "", "project/Dockerfile.alpine": "", "project/Dockerfile.before-alpine": "",
	})
	s, err := openStudy(dir)
	if err != nil {
		t.Fatal(err)
	}
	if s.targets.Name != "our-document" || s.Policy.MaxBlocks == 0 {
		t.Errorf("got targets %q and policy %+v, want the sample's", s.targets.Name, s.Policy)
	}
}
