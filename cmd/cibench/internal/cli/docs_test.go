package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/cibench/cibench/results/gate"
)

// documents returns the texts of docs and of other files of the repository's top,
// by name.
func documents(t *testing.T, others ...string) map[string]string {
	t.Helper()
	const root = "../../../../"
	files, err := filepath.Glob(root + "docs/*.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("got %q, %v", files, err)
	}
	for _, name := range others {
		files = append(files, root+name)
	}
	texts := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts[filepath.Base(file)] = string(text)
	}
	return texts
}

// TestDocsFlags demands that every command which the documents show is there,
// with every flag that they give it.
func TestDocsFlags(t *testing.T) {
	t.Parallel()
	commands := regexp.MustCompile("(?m)(?:^|`| )cibench ([a-z]+[^`\n|]*)")
	flags := regexp.MustCompile(`(?:^|[ \[])(--?)([a-z][a-z-]*)`)
	seen := 0
	for file, text := range documents(t, "README.md") {
		for _, m := range commands.FindAllStringSubmatch(text, -1) {
			program := newRootCmd(&IO{Out: &bytes.Buffer{}, Err: &bytes.Buffer{}})
			line, _, _ := strings.Cut(m[1], "  ") // in lists, what it does follows
			cmd, _, err := program.Find(strings.Fields(line))
			if err != nil || cmd == program {
				continue // a sentence that begins with the name
			}
			for _, flag := range flags.FindAllStringSubmatch(line, -1) {
				seen++
				found := cmd.Flag(flag[2])
				if flag[1] == "-" {
					found = cmd.Flags().ShorthandLookup(flag[2])
				}
				if found == nil {
					t.Errorf("%s: %s has no flag %s%s, in: cibench %s", file, cmd.CommandPath(), flag[1], flag[2], line)
				}
			}
		}
	}
	if seen < 25 {
		t.Errorf("got %d flags, want at least 25", seen)
	}
}

// TestDocsRules reads every rule that the documents show: what begins with a
// selection in brackets and has a bound.
func TestDocsRules(t *testing.T) {
	t.Parallel()
	rule := regexp.MustCompile("(?m)(?:^|`|\")([a-z][a-z.-]+\\[[^]\n]*\\] [^`\"\n]*)")
	seen := 0
	for file, text := range documents(t, "README.md", "CHANGELOG.md") {
		for _, m := range rule.FindAllStringSubmatch(text, -1) {
			seen++
			line, _, _ := strings.Cut(m[1], "#")
			if _, err := gate.ParseRule(strings.TrimSpace(line)); err != nil {
				t.Errorf("%s: %q: %v", file, line, err)
			}
		}
	}
	if seen < 10 {
		t.Errorf("got %d rules, want at least 10", seen)
	}
}
