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

// TestDocsFlags demands that every command which the documents show is there,
// with every flag that they give it.
func TestDocsFlags(t *testing.T) {
	t.Parallel()
	const root = "../../../../"
	files, err := filepath.Glob(root + "docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	commands := regexp.MustCompile("(?m)(?:^|`| )cibench ([a-z]+[^`\n|]*)")
	flags := regexp.MustCompile(`(?:^|[ \[])(--?)([a-z][a-z-]*)`)
	seen := 0
	for _, file := range append(files, root+"README.md") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range commands.FindAllStringSubmatch(string(text), -1) {
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
					t.Errorf("%s: %s has no flag %s%s, in: cibench %s", filepath.Base(file), cmd.CommandPath(), flag[1], flag[2], line)
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
	const root = "../../../../"
	files, err := filepath.Glob(root + "docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	rule := regexp.MustCompile("(?m)(?:^|`|\")([a-z][a-z.-]+\\[[^]\n]*\\] [^`\"\n]*)")
	seen := 0
	for _, file := range append(files, root+"README.md", root+"CHANGELOG.md") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range rule.FindAllStringSubmatch(string(text), -1) {
			seen++
			line, _, _ := strings.Cut(m[1], "#")
			if _, err := gate.ParseRule(strings.TrimSpace(line)); err != nil {
				t.Errorf("%s: %q: %v", filepath.Base(file), line, err)
			}
		}
	}
	if seen < 10 {
		t.Errorf("got %d rules, want at least 10", seen)
	}
}
