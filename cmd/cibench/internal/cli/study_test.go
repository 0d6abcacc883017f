package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestSampleStudy opens the study and the targets that docs/studies.md shows.
func TestSampleStudy(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../../docs/studies.md")
	if err != nil {
		t.Fatal(err)
	}
	samples := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(samples) != 3 {
		t.Fatalf("got %d samples, want two studies and the targets of the first", len(samples))
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"study.yaml":    strings.Replace(samples[0][1], "targets: build-time-document", "targets: document.yaml", 1),
		"document.yaml": samples[2][1],
		"cibench.rules": "", "project/app/main.py": "", "project/requirements.txt": "httpx==0.27.0\nuvicorn==0.37.0\n", "project/local.yml": "",
		"project/.github/workflows/ci.before.yml": "", "project/.github/workflows/ci.after.yml": "", "project/.github/workflows/tox.yml": "",
		"project/Dockerfile.before": "", "project/Dockerfile.after": "", "project/Dockerfile.alpine": "", "project/Dockerfile.before-alpine": "",
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s, err := openStudy(dir)
	if err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(dir, "project", "cibench-study.yaml")
	for name, text := range map[string]string{own: samples[1][1], "Dockerfile": "", "Dockerfile.mounts": ""} {
		if err := os.WriteFile(filepath.Join(dir, "project", filepath.Base(name)), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := openStudy(own); err != nil {
		t.Errorf("the study of a repository itself: %v", err)
	}
	if s.targets.Name != "our-document" || s.Policy.MaxBlocks == 0 {
		t.Errorf("got targets %q and policy %+v, want the sample's", s.targets.Name, s.Policy)
	}
}
